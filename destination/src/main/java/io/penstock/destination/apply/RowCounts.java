package io.penstock.destination.apply;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.relation.TableMapping;

/** The free integrity check: a statement must hit exactly the rows that the source changed. */
final class RowCounts {
    private RowCounts() {}

    /** For rows that are there already: where the task does not follow all changes some may not be. */
    static void requireExisting(TableMapping table, String what, long expected, long actual) {
        if (!table.policy().missesRows() || actual > expected) {
            require(table, what, expected, actual);
        }
    }

    static void require(TableMapping table, String what, long expected, long actual) {
        if (expected != actual) {
            throw diverged(table, what, Long.toString(expected), actual);
        }
    }

    /** Where a filter may leave rows out and nobody can say how many. */
    static void requireAtMost(TableMapping table, String what, long most, long actual) {
        if (actual > most) {
            throw diverged(table, what, "at most " + most, actual);
        }
    }

    private static PenstockException diverged(TableMapping table, String what, String expected, long actual) {
        return new PenstockException(
                ErrorKind.DIVERGED,
                "Destination table " + table.destination() + " is not equal to its source " + table.source() + ": "
                        + what
                        + " should have hit " + expected + " rows and hit " + actual
                        + ". Nothing of this batch was written. Somebody else writes to the destination table, or it was changed"
                        + " by hand; correct it, or drop it and copy it again.");
    }
}
