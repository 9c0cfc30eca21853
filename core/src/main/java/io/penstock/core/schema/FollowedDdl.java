package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.DdlKind;
import io.penstock.core.task.TaskSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which changes of definition the task follows, and under which names.
 *
 * @param all for every table that is not named
 * @param tables by name at the source; replaces {@code all}
 * @param names what the destination calls what is new
 */
public record FollowedDdl(Set<DdlKind> all, Map<QualifiedName, Set<DdlKind>> tables, TaskNames names) {
    /** The destination shall be equal. */
    public static final FollowedDdl EVERYTHING = new FollowedDdl(TaskSpec.DEFAULT_DDL, Map.of(), TaskNames.SAME);

    public FollowedDdl {
        all = Set.copyOf(all);
        tables = Map.copyOf(tables);
    }

    public static FollowedDdl of(TaskSpec task) {
        Map<QualifiedName, Set<DdlKind>> tables = new LinkedHashMap<>();
        task.tables().forEach((name, table) -> table.ddl().ifPresent(ddl -> tables.put(name, Set.copyOf(ddl))));
        return new FollowedDdl(task.ddl(), tables, TaskNames.of(task));
    }

    /** @param table by the name under which the task's file has its settings */
    public boolean follows(QualifiedName table, DdlKind kind) {
        return tables.getOrDefault(table, all).contains(kind);
    }

    /** The same, found by the name that the table had when the file was last right. */
    public boolean follows(DestinationNames known, TableDefinition table, DdlKind kind) {
        boolean named = tables.containsKey(table.name());
        return follows(named ? table.name() : known.settings(table.oid(), table.name()), kind);
    }
}
