package io.penstock.source.snapshot;

import io.penstock.core.lsn.Lsn;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.Picture;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.snapshot.TableSnapshot;
import io.penstock.source.catalog.CatalogReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Function;

/** The server says which transactions were running. */
record TextSnapshots() implements Snapshots {
    @Override
    public Picture begin(Connection session, List<TableDefinition> tables, Function<CatalogReader, Catalog> reading)
            throws SQLException {
        session.setAutoCommit(false);
        try (Statement statement = session.createStatement()) {
            statement.execute("set transaction isolation level repeatable read read only");
            // Before the first query: LOCK takes no snapshot, and from now on nobody can rewrite a table. A snapshot
            // taken
            // first would see nothing of a table that somebody rewrites before the COPY.
            lock(statement, tables);
            String snapshot = text(statement, "select txid_current_snapshot()::text");
            // By a statement of its own, so surely after the snapshot: nothing it shows can be at or beyond this
            // position.
            Lsn insert = Lsn.parse(text(statement, "select pg_current_wal_insert_lsn()::text"));
            TableSnapshot moment = TableSnapshot.parse(snapshot, insert.value());
            return new Picture(reading.apply(new CatalogReader(session)), moment);
        }
    }

    static void lock(Statement statement, List<TableDefinition> tables) throws SQLException {
        for (TableDefinition table : tables) {
            statement.execute("lock table only " + table.name() + " in access share mode");
        }
    }

    private static String text(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
