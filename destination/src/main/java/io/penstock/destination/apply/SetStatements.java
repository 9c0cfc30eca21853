package io.penstock.destination.apply;

import io.penstock.core.change.KeyedChanges;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TupleFormat;
import io.penstock.destination.apply.Values.Side;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import org.postgresql.core.BaseConnection;

/**
 * Many changes of one table, set by set: complete moved rows, delete, update, write. One thread.
 */
final class SetStatements {
    private final BaseConnection connection;
    private final StagingTables stages;
    private final Values values;
    /** Whether staged rows are joined with a whole large table, so that the planner must know how many they are. */
    private boolean scan;

    SetStatements(BaseConnection connection, StagingTables stages, Values values) {
        this.connection = connection;
        this.stages = stages;
        this.values = values;
    }

    void apply(KeyedChanges changes, RowLists lists, TableSql sql, MergePlanner.Plan plan) throws SQLException {
        boolean arrays = plan.arrays();
        scan = plan.search() == MergePlanner.Search.SCAN && sql.large();
        String moved = lists.filled.isEmpty() ? "" : fill(changes, lists.filled, sql);
        if (!lists.deletes.isEmpty()) {
            long deleted = delete(changes, lists.deletes, new Deletion(sql, arrays, Side.BASE));
            RowCounts.requireExisting(changes.table(), "DELETE", lists.deletes.size(), deleted);
        }
        if (lists.givesWay) {
            makeRoom(changes, lists, sql, arrays, moved);
        }
        if (!lists.updates.isEmpty()) {
            long updated = plan.rowArrays() && !lists.maskedUpdates
                    ? updateByArrays(changes, lists.updates, sql)
                    : updateByStage(changes, lists, sql);
            RowCounts.requireExisting(changes.table(), "UPDATE", lists.updates.size(), updated);
        }
        if (!lists.writes.isEmpty()) {
            copy(changes, lists.writes, sql);
        }
        if (!moved.isEmpty()) {
            long inserted = execute(sql.insertMoved(moved));
            RowCounts.requireExisting(changes.table(), "INSERT of moved rows", lists.filled.size(), inserted);
        }
    }

    private String fill(KeyedChanges changes, RowLists.IntList rows, TableSql sql) throws SQLException {
        TableMapping table = changes.table();
        String stage = stages.empty("penstock_moves_" + oid(table), sql.moveStage());
        CopyEncoder encoder = stages.copy(sql.copyIntoStage(stage));
        int[] offsets = new int[table.columns().size()];
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.get(i);
            byte[] image = Values.image(changes, row);
            encoder.row(image, changes.imageAt(row), sql.order(), offsets);
            encoder.extra(mask(image, changes.imageAt(row)));
            byte[] base = Values.base(changes, row);
            int at = TupleFormat.firstColumn(changes.baseAt(row));
            for (int c = 0; c < offsets.length; c++) {
                if (changes.key().isKey(c)) {
                    encoder.extra(base, at);
                }
                at = TupleFormat.next(base, at);
            }
            encoder.endRow();
        }
        loaded(encoder, stage);
        RowCounts.requireExisting(table, "Completing moved rows", rows.size(), execute(sql.fillMoved(stage)));
        return stage;
    }

    private void loaded(CopyEncoder encoder, String stage) throws SQLException {
        if (scan) {
            stages.loaded(encoder, stage);
        } else {
            stages.loaded(encoder);
        }
    }

    private static String mask(byte[] bytes, int tuple) {
        StringBuilder mask = new StringBuilder();
        int at = TupleFormat.firstColumn(tuple);
        for (int left = TupleFormat.columns(bytes, tuple); left > 0; left--) {
            mask.append(bytes[at] == TupleFormat.UNCHANGED ? '1' : '0');
            at = TupleFormat.next(bytes, at);
        }
        return mask.toString();
    }

    /** How rows are deleted, and by which of their keys. */
    private record Deletion(TableSql sql, boolean arrays, Side side) {}

    /** Rows that stand where others are written give way. */
    private void makeRoom(KeyedChanges changes, RowLists lists, TableSql sql, boolean arrays, String moved)
            throws SQLException {
        if (!lists.writes.isEmpty()) {
            delete(changes, lists.writes, new Deletion(sql, arrays, Side.IMAGE));
        }
        if (!moved.isEmpty()) {
            execute(sql.deleteWhereMoved(moved));
        }
    }

    private long delete(KeyedChanges changes, RowLists.IntList rows, Deletion how) throws SQLException {
        return how.arrays() ? deleteByArrays(changes, rows, how) : deleteByStage(changes, rows, how);
    }

    private long deleteByArrays(KeyedChanges changes, RowLists.IntList rows, Deletion how) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(how.sql().deleteByArrays())) {
            return execute(
                    delete,
                    values.arrays(changes, rows, how.side(), changes.table().keyPositions()));
        }
    }

    private static long execute(PreparedStatement statement, String[] arrays) throws SQLException {
        for (int i = 0; i < arrays.length; i++) {
            statement.setObject(i + 1, arrays[i], Types.OTHER);
        }
        return statement.executeUpdate();
    }

    private long deleteByStage(KeyedChanges changes, RowLists.IntList rows, Deletion how) throws SQLException {
        String stage =
                stages.empty("penstock_keys_" + oid(changes.table()), how.sql().keyStage());
        CopyEncoder encoder = stages.copy(how.sql().copyIntoStage(stage));
        int[] keys = changes.table().keyPositions();
        int[] offsets = new int[changes.table().columns().size()];
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.get(i);
            encoder.row(Values.tuple(changes, row, how.side()), Values.at(changes, row, how.side()), keys, offsets);
            encoder.endRow();
        }
        loaded(encoder, stage);
        return execute(how.sql().deleteByStage(stage));
    }

    private long updateByArrays(KeyedChanges changes, RowLists.IntList rows, TableSql sql) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql.updateByArrays())) {
            return execute(update, values.arrays(changes, rows, Side.IMAGE, sql.order()));
        }
    }

    private long updateByStage(KeyedChanges changes, RowLists lists, TableSql sql) throws SQLException {
        String stage = stages.empty("penstock_rows_" + oid(changes.table()), sql.rowStage());
        CopyEncoder encoder = stages.copy(sql.copyIntoStage(stage));
        int[] offsets = new int[changes.table().columns().size()];
        for (int i = 0; i < lists.updates.size(); i++) {
            int row = lists.updates.get(i);
            byte[] image = Values.image(changes, row);
            encoder.row(image, changes.imageAt(row), sql.order(), offsets);
            boolean masked = lists.maskedUpdates && TupleFormat.hasUnchanged(image, changes.imageAt(row));
            encoder.extra(masked ? mask(image, changes.imageAt(row)) : "\\N");
            encoder.endRow();
        }
        loaded(encoder, stage);
        return execute(sql.updateFromStage(stage, lists.maskedUpdates));
    }

    private void copy(KeyedChanges changes, RowLists.IntList rows, TableSql sql) throws SQLException {
        CopyEncoder encoder = stages.copy(sql.copyIn());
        int[] offsets = new int[changes.table().columns().size()];
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.get(i);
            encoder.row(Values.image(changes, row), changes.imageAt(row), sql.order(), offsets);
            encoder.endRow();
        }
        RowCounts.require(changes.table(), "COPY", rows.size(), encoder.finish());
    }

    /** After a rollback to a savepoint nobody knows which staging tables are still there. */
    void forgetStages() {
        stages.forget();
    }

    static String oid(TableMapping table) {
        return Integer.toUnsignedString(table.sourceOid());
    }

    private long execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }
}
