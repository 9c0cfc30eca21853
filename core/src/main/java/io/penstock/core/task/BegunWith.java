package io.penstock.core.task;

import io.penstock.core.name.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a task's file said, when the task was last started, of things that stay as they were made. Kept at the destination, so that a
 * change of the file is noticed.
 *
 * @param storage of tables that have none of their own
 * @param rule what the file says of the rows of tables it does not name; empty when nothing
 * @param tables those that the file names
 */
public record BegunWith(String storage, String rule, List<Table> tables) {
    public BegunWith {
        tables = List.copyOf(tables);
    }

    /**
     * Of one table; see {@link TableSpec} and {@link ColumnsSpec}.
     *
     * @param distributedBy as the file writes it
     * @param rule what the file says of its rows, its own words or the task's; empty when nothing
     */
    // Long because a table's settings are many.
    public record Table(
            QualifiedName name,
            @Nullable QualifiedName to,
            Map<String, String> rename,
            List<String> exclude,
            List<String> primaryKey,
            @Nullable String distributedBy,
            @Nullable String storage,
            String rule) {
        public Table {
            rename = Map.copyOf(rename);
            exclude = List.copyOf(exclude);
            primaryKey = List.copyOf(primaryKey);
        }

        /** One that the file does not name. */
        public static Table unnamed(QualifiedName name, String rule) {
            return new Table(name, null, Map.of(), List.of(), List.of(), null, null, rule);
        }
    }

    public Optional<Table> table(QualifiedName name) {
        return tables.stream().filter(t -> t.name().equals(name)).findFirst();
    }

    /** What the file said of the rows of a table. */
    public String rule(QualifiedName name) {
        return table(name).map(Table::rule).orElse(rule);
    }
}
