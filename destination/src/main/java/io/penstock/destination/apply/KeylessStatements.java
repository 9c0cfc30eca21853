package io.penstock.destination.apply;

import io.penstock.core.change.KeylessChanges;
import io.penstock.core.relation.TableMapping;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.core.BaseConnection;

/** Changes of a table without a key: copies of rows go, then copies come. One thread. */
final class KeylessStatements {
    private final BaseConnection connection;
    private final StagingTables stages;
    private final RowStatements rows;

    KeylessStatements(BaseConnection connection, StagingTables stages, RowStatements rows) {
        this.connection = connection;
        this.stages = stages;
        this.rows = rows;
    }

    void apply(KeylessChanges changes, TableSql sql, MergePlanner planner) throws SQLException {
        long going = 0;
        long coming = 0;
        for (int row = 0; row < changes.size(); row++) {
            going -= Math.min(0, changes.copies(row));
            coming += Math.max(0, changes.copies(row));
        }
        if (going > 0) {
            delete(changes, sql, going);
        }
        boolean valueless = sql.order().length == 0;
        boolean few = sql.insertsRows() && planner.few(coming, changes.bytes());
        if (coming > 0 && (valueless || few)) {
            insert(changes, sql);
        } else if (coming > 0) {
            copy(changes, sql, coming);
        }
    }

    private void delete(KeylessChanges changes, TableSql sql, long going) throws SQLException {
        TableMapping table = changes.table();
        if (sql.order().length == 0) {
            try (Statement statement = connection.createStatement()) {
                RowCounts.requireExisting(table, "DELETE", going, statement.executeUpdate(sql.deleteAny(going)));
            }
            return;
        }
        String stage = stages.empty("penstock_copies_" + SetStatements.oid(table), sql.countedStage());
        CopyEncoder encoder = stages.copy(sql.copyIntoStage(stage));
        int[] offsets = new int[table.columns().size()];
        for (int row = 0; row < changes.size(); row++) {
            if (changes.copies(row) < 0) {
                encoder.row(changes.row(row), changes.rowAt(row), sql.order(), offsets);
                encoder.extra(Integer.toString(-changes.copies(row)));
                encoder.endRow();
            }
        }
        stages.loaded(encoder);
        try (Statement statement = connection.createStatement()) {
            RowCounts.requireExisting(
                    table,
                    "DELETE",
                    going,
                    sql.parallel() ? replace(statement, sql, stage) : statement.executeUpdate(sql.deleteCopies(stage)));
        }
    }

    /** A staged row of which there are too few copies is not counted, so that its copies are missing from the sum. */
    private static long replace(Statement statement, TableSql sql, String stage) throws SQLException {
        statement.executeUpdate(sql.countStaying(stage));
        long deleted = statement.executeUpdate(sql.deleteAllCopies(stage));
        return deleted - statement.executeUpdate(sql.insertStaying(stage));
    }

    private void copy(KeylessChanges changes, TableSql sql, long coming) throws SQLException {
        CopyEncoder encoder = stages.copy(sql.copyIn());
        int[] offsets = new int[changes.table().columns().size()];
        for (int row = 0; row < changes.size(); row++) {
            for (int copy = 0; copy < changes.copies(row); copy++) {
                encoder.row(changes.row(row), changes.rowAt(row), sql.order(), offsets);
                encoder.endRow();
            }
        }
        RowCounts.require(changes.table(), "COPY", coming, encoder.finish());
    }

    private void insert(KeylessChanges changes, TableSql sql) throws SQLException {
        for (int row = 0; row < changes.size(); row++) {
            if (changes.copies(row) > 0) {
                rows.insert(changes.table(), sql, changes.row(row), changes.rowAt(row), changes.copies(row));
            }
        }
    }
}
