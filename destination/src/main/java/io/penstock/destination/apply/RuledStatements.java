package io.penstock.destination.apply;

import io.penstock.core.change.KeyedChanges;
import io.penstock.core.change.KeylessChanges;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.RuleTrial;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TupleFormat;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.postgresql.core.BaseConnection;

/**
 * Changes of a table with a rule. Rows are staged as the source has them, whatever stands at the destination under their old keys goes,
 * and the destination's own SQL makes of the staged rows what is wanted. So a row that an UPDATE moves into the filter appears, and one
 * that it moves out is gone. One thread.
 */
final class RuledStatements {
    private final BaseConnection connection;
    private final StagingTables stages;

    RuledStatements(BaseConnection connection, StagingTables stages) {
        this.connection = connection;
        this.stages = stages;
    }

    /** @param givesWay whether a row that stands where a wanted one is written goes */
    void apply(KeyedChanges changes, RuledSql sql, boolean givesWay) throws SQLException {
        RowLists lists = RowLists.of(changes, false, givesWay);
        int rows = lists.writes.size() + lists.filled.size();
        String stage = rows == 0 ? "" : stage(changes, lists, sql);
        if (!lists.deletes.isEmpty()) {
            delete(changes, lists.deletes, sql);
        }
        if (rows > 0 && givesWay) {
            execute(sql.deleteWanted(stage));
        }
        if (rows > 0) {
            long inserted = execute(sql.insert(stage));
            if (rule(changes.table()).where() == null) {
                RowCounts.require(changes.table(), "INSERT", rows, inserted);
            } else {
                RowCounts.requireAtMost(changes.table(), "INSERT", rows, inserted);
            }
        }
    }

    /** A parallel server's planner has to know how many rows there are. */
    private void loaded(CopyEncoder encoder, String stage, RuledSql sql) throws SQLException {
        if (sql.parallel()) {
            stages.loaded(encoder, stage);
        } else {
            stages.loaded(encoder);
        }
    }

    private static RowRule rule(TableMapping table) {
        return Objects.requireNonNull(table.rule(), "the table has no rule");
    }

    private String stage(KeyedChanges changes, RowLists lists, RuledSql sql) throws SQLException {
        String stage = stages.empty("penstock_new_" + SetStatements.oid(changes.table()), sql.rowStage());
        CopyEncoder encoder = stages.copy(sql.copyIntoStage(stage));
        int[] offsets = new int[changes.table().columns().size()];
        for (int i = 0; i < lists.writes.size(); i++) {
            int row = lists.writes.get(i);
            encoder.row(Values.image(changes, row), changes.imageAt(row), sql.staged(), offsets);
            encoder.extra("\\N");
            for (int key = 0; key < changes.table().keyPositions().length; key++) {
                encoder.extra("\\N");
            }
            encoder.endRow();
        }
        int incomplete = 0;
        for (int i = 0; i < lists.filled.size(); i++) {
            incomplete += incomplete(changes, lists.filled.get(i), sql, encoder) ? 1 : 0;
        }
        loaded(encoder, stage, sql);
        if (incomplete > 0) {
            RowCounts.require(changes.table(), "Completing rows", incomplete, execute(sql.complete(stage)));
        }
        return stage;
    }

    /** A row of which the stream has left out large values; returns whether one of them is needed. */
    private boolean incomplete(KeyedChanges changes, int row, RuledSql sql, CopyEncoder encoder) throws SQLException {
        TableMapping table = changes.table();
        byte[] image = Values.image(changes, row);
        String mask = mask(table, image, changes.imageAt(row), sql);
        boolean incomplete = mask.indexOf('1') >= 0;
        int[] offsets = new int[table.columns().size()];
        encoder.row(image, changes.imageAt(row), sql.staged(), offsets);
        encoder.extra(incomplete ? mask : "\\N");
        byte[] base = Values.base(changes, row);
        int at = TupleFormat.firstColumn(changes.baseAt(row));
        for (int c = 0; c < offsets.length; c++) {
            if (changes.key().isKey(c)) {
                encoder.extra(base, at);
            }
            at = TupleFormat.next(base, at);
        }
        encoder.endRow();
        return incomplete;
    }

    private static String mask(TableMapping table, byte[] bytes, int tuple, RuledSql sql) {
        StringBuilder mask = new StringBuilder();
        int at = TupleFormat.firstColumn(tuple);
        for (int i = 0; i < table.columns().size(); i++) {
            boolean missing = bytes[at] == TupleFormat.UNCHANGED && sql.needs(i);
            if (missing && !sql.completes(i)) {
                throw new PenstockException(
                        ErrorKind.DIVERGED,
                        "The source's log does not hold column "
                                + table.columns().get(i).sourceName() + " of a changed row of " + table.source()
                                + ", which an expression of the task file needs. Somebody has taken REPLICA IDENTITY FULL off the"
                                + " table. Nothing of this batch was written. Copy the table again.");
            }
            mask.append(missing ? '1' : '0');
            at = TupleFormat.next(bytes, at);
        }
        return mask.toString();
    }

    /** What was left out by the filter is not there; what it said of the old rows tells how many are. */
    private void delete(KeyedChanges changes, RowLists.IntList rows, RuledSql sql) throws SQLException {
        TableMapping table = changes.table();
        String stage = stages.empty("penstock_old_" + SetStatements.oid(table), sql.oldStage());
        CopyEncoder encoder = stages.copy(sql.copyIntoStage(stage));
        int[] offsets = new int[table.columns().size()];
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.get(i);
            encoder.row(Values.base(changes, row), changes.baseAt(row), sql.old(), offsets);
            encoder.endRow();
        }
        loaded(encoder, stage, sql);
        RowRule rule = rule(table);
        boolean counted = rule.where() != null && rule.exactWhere();
        long expected = counted ? number(sql.countWanted(stage)) : rows.size();
        // Where the filter has left a row out, somebody else's may stand, or one whose DELETE was not followed.
        boolean wantedOnly = counted
                || rule.where() != null && (table.mixed() || table.policy().meetsRows());
        long deleted = execute(wantedOnly ? sql.deleteWanted(stage) : sql.delete(stage));
        if (rule.where() == null || rule.exactWhere()) {
            RowCounts.require(table, "DELETE", expected, deleted);
        } else {
            RowCounts.requireAtMost(table, "DELETE", expected, deleted);
        }
    }

    void apply(KeylessChanges changes, RuledSql sql) throws SQLException {
        if (sql.parallel()) {
            throw new PenstockException(
                    ErrorKind.REFUSED, "Table " + changes.table().source() + ": " + RuleTrial.KEYLESS_ON_SEGMENTS);
        }
        String gone = stage(changes, sql, -1);
        if (!gone.isEmpty()) {
            long expected = number(sql.sumWanted(gone));
            RowCounts.require(changes.table(), "DELETE", expected, execute(sql.deleteCopies(gone)));
        }
        String come = stage(changes, sql, 1);
        if (!come.isEmpty()) {
            long expected = number(sql.sumWanted(come));
            RowCounts.require(changes.table(), "INSERT", expected, execute(sql.insertCopies(come)));
        }
    }

    /** @param sign of the copies that are staged; the answer is empty when there are none */
    private String stage(KeylessChanges changes, RuledSql sql, int sign) throws SQLException {
        boolean any = false;
        for (int row = 0; row < changes.size() && !any; row++) {
            any = changes.copies(row) * sign > 0;
        }
        if (!any) {
            return "";
        }
        String name = (sign < 0 ? "penstock_gone_" : "penstock_come_") + SetStatements.oid(changes.table());
        String stage = stages.empty(name, sql.copiesStage());
        CopyEncoder encoder = stages.copy(sql.copyIntoStage(stage));
        int[] offsets = new int[changes.table().columns().size()];
        for (int row = 0; row < changes.size(); row++) {
            if (changes.copies(row) * sign > 0) {
                encoder.row(changes.row(row), changes.rowAt(row), sql.staged(), offsets);
                encoder.extra(Integer.toString(changes.copies(row) * sign));
                encoder.endRow();
            }
        }
        loaded(encoder, stage, sql);
        return stage;
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = statement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private long execute(String sql) throws SQLException {
        try (Statement statement = statement()) {
            return statement.executeUpdate(sql);
        }
    }

    /** Braces and question marks are the user's. */
    private Statement statement() throws SQLException {
        Statement statement = connection.createStatement();
        statement.setEscapeProcessing(false);
        return statement;
    }
}
