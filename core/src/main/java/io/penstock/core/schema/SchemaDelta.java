package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Two pictures of the source's definitions, and what pictures do not show of the way between them. Objects are the same when their oids
 * are. A table of {@code before} that is missing in {@code after} is untouched, unless it is named as dropped.
 *
 * @param before also holds the tables that refer to a dropped or rewritten one
 * @param after the affected tables with their ancestors and descendants
 * @param rewritten oid of a table and why its rows were written anew, bits of {@link #PERSISTENCE} and its fellows
 * @param plainCast whether a changed type was surely changed by the cast alone, without USING
 * @param others tables of the task in neither picture; foreign keys may refer to them
 */
public record SchemaDelta(
        Catalog before,
        Catalog after,
        List<SchemaEvent.Dropped> dropped,
        Map<Integer, Integer> rewritten,
        boolean plainCast,
        Set<QualifiedName> others) {
    /** {@code SET LOGGED}, {@code SET UNLOGGED}. */
    public static final int PERSISTENCE = 1;

    /** A new column whose default differs from row to row. */
    public static final int DEFAULT = 2;

    /** Another type. */
    public static final int TYPE = 4;

    public static final int ANY = -1;

    public SchemaDelta {
        dropped = List.copyOf(dropped);
        rewritten = Map.copyOf(rewritten);
        others = Set.copyOf(others);
    }

    public boolean rewritten(int table, int reason) {
        return (rewritten.getOrDefault(table, 0) & reason) != 0;
    }
}
