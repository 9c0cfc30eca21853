package io.penstock.core.relation;

import io.penstock.core.task.DmlKind;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the task does with the changes of one table's rows, and what of the destination's rows it may rely on.
 *
 * @param dml changes that are followed, the others are counted only
 * @param mixed whether rows stand in the destination's table that the task has not brought, so that it is never emptied for a copy
 * @param overwrites whether a row of the same key that stands there gives way
 * @param missing how many columns of the source the destination lacks and may lack; their values are counted
 */
public record RowPolicy(Set<DmlKind> dml, boolean mixed, boolean overwrites, int missing) {
    /** The destination shall be equal. */
    public static final RowPolicy EVERYTHING = new RowPolicy(EnumSet.allOf(DmlKind.class), false, false, 0);

    public RowPolicy {
        dml = Set.copyOf(dml);
    }

    public boolean follows(DmlKind kind) {
        return dml.contains(kind);
    }

    /** Whether a row may stand where one is written: rows that are gone, or have moved, at the source may still be there. */
    public boolean meetsRows() {
        return overwrites || !follows(DmlKind.UPDATE) || !follows(DmlKind.DELETE) || !follows(DmlKind.TRUNCATE);
    }

    /** Whether rows that the source changes may not be there. */
    public boolean missesRows() {
        return !follows(DmlKind.INSERT) || !follows(DmlKind.UPDATE);
    }

    public RowPolicy withMissing(int columns) {
        return new RowPolicy(dml, mixed, overwrites, columns);
    }
}
