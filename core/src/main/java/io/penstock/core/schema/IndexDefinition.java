package io.penstock.core.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One index.
 *
 * @param oid its identity across renames; REINDEX CONCURRENTLY gives another
 * @param tail what follows the table's name in CREATE INDEX: {@code USING btree (a, lower(b)) WHERE c}
 * @param columns indexed plain columns; empty when there are expressions
 * @param constraint whether a constraint owns the index, so that it is created with the constraint
 * @param inherited whether it is a partition of a partitioned table's index, so that it is created with the parent's
 * @param immediate whether uniqueness is checked at once (not deferrable)
 */
public record IndexDefinition(
        int oid,
        String name,
        String tail,
        List<String> columns,
        boolean unique,
        boolean partial,
        boolean constraint,
        boolean inherited,
        boolean immediate,
        boolean valid,
        @Nullable String comment) {
    public IndexDefinition {
        columns = List.copyOf(columns);
    }
}
