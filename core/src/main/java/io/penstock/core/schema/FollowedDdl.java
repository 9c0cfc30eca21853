package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.DdlKind;
import io.penstock.core.task.TaskSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which changes of definition the task follows.
 *
 * @param all for every table that is not named
 * @param tables by name at the source; replaces {@code all}
 */
public record FollowedDdl(Set<DdlKind> all, Map<QualifiedName, Set<DdlKind>> tables) {
    /** The destination shall be equal. */
    public static final FollowedDdl EVERYTHING = new FollowedDdl(TaskSpec.DEFAULT_DDL, Map.of());

    public FollowedDdl {
        all = Set.copyOf(all);
        tables = Map.copyOf(tables);
    }

    public static FollowedDdl of(TaskSpec task) {
        Map<QualifiedName, Set<DdlKind>> tables = new LinkedHashMap<>();
        task.tables().forEach((name, table) -> table.ddl().ifPresent(ddl -> tables.put(name, Set.copyOf(ddl))));
        return new FollowedDdl(task.ddl(), tables);
    }

    public boolean follows(QualifiedName table, DdlKind kind) {
        return tables.getOrDefault(table, all).contains(kind);
    }
}
