package io.penstock.destination.apply;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.TableMapping;
import io.penstock.destination.progress.SharedTables;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees to it that no row goes which the task has not brought. One thread. */
record OwnRows(SharedTables shared) {
    /** @throws PenstockException REFUSED when rows of others would go with a TRUNCATE */
    void requireAlone(TableMapping table) throws SQLException {
        List<String> others = shared.indistinct(table);
        if (!others.isEmpty()) {
            throw refused(
                    table,
                    "holds rows of others too (" + String.join(", ", others) + ")",
                    "Delete the rows of " + table.source() + " there by hand, ");
        }
        if (table.mixed()) {
            throw refused(
                    table,
                    "holds rows that were there before the task",
                    "Delete the rows of " + table.source()
                            + " there by hand, or run TRUNCATE there if none of the others matters, ");
        }
    }

    private static PenstockException refused(TableMapping table, String why, String advice) {
        return new PenstockException(
                ErrorKind.REFUSED,
                "The source has emptied " + table.source() + " (TRUNCATE), but " + table.destination() + " " + why
                        + ". Nothing of the transaction is applied. " + advice
                        + "set `dml: [insert, update, delete]` for the table, and run again.");
    }

    /**
     * Whether a row that stands where one is written gives way. It may be another table's: then it stays, and the destination's unique key
     * stops the task.
     *
     * @throws PenstockException REFUSED when the task does not follow enough to notice that a change hits another table's row
     */
    boolean givesWay(TableMapping table) throws SQLException {
        boolean meets = table.policy().meetsRows();
        boolean misses = table.policy().missesRows() || changesItsMind(table.rule());
        if (!meets && !misses || table.policy().overwrites() || table.labelled()) {
            return meets;
        }
        List<String> others = shared.others(table);
        boolean alone = others.isEmpty() && !table.mixed();
        if (!alone && misses) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "Table " + table.source() + " shares " + table.destination() + " with others ("
                            + String.join(", ", others)
                            + "), and the task leaves out its inserts or updates (`dml`), or a `where` that is not IMMUTABLE does: a row"
                            + " that never came could not be told from one of theirs. Nothing of the transaction is applied. Add insert"
                            + " and update to `dml`, or give the table a label or a destination table of its own.");
        }
        return alone && meets;
    }

    private static boolean changesItsMind(@Nullable RowRule rule) {
        return rule != null && rule.where() != null && !rule.exactWhere();
    }
}
