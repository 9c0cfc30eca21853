package io.penstock.source.snapshot;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.Picture;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.snapshot.TableSnapshot;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.source.catalog.CatalogReader;
import io.penstock.source.publication.TaskNames;
import io.penstock.source.slot.ExportingSlot;
import io.penstock.source.slot.OlderTransactions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A temporary slot exports the snapshot together with the position it belongs to. The slot goes as soon as the session has taken the
 * snapshot over, so it holds back neither log nor places for long.
 *
 * @param stop ends the waiting for transactions that are open
 */
record SlotSnapshots(PgConnector connector, TaskNames names, BooleanSupplier stop) implements Snapshots {
    /** The time between a slot and the lock is short, unless a transaction that began in between stays open. */
    private static final int TRIES = 5;

    @Override
    public Picture begin(Connection session, List<TableDefinition> tables, Function<CatalogReader, Catalog> reading)
            throws SQLException {
        try (Connection observer = connector.open(SessionSettings.source())) {
            for (int i = 0; i < TRIES; i++) {
                TableSnapshot moment = adopt(session, observer);
                try (Statement statement = session.createStatement()) {
                    TextSnapshots.lock(statement, tables);
                }
                Catalog seen = reading.apply(new CatalogReader(session));
                // The snapshot is older than the lock. Whoever has written a table anew in between has put its rows
                // where
                // the snapshot sees none of them; and a COPY takes definitions as they are, not as the snapshot shows
                // them.
                if (files(session, tables).equals(files(observer, tables))
                        && seen.defines(reading.apply(new CatalogReader(observer)))) {
                    return new Picture(seen, moment);
                }
                session.rollback();
            }
        }
        throw new PenstockException(
                ErrorKind.TRANSIENT,
                "The source's definitions changed " + TRIES
                        + " times, each time before the snapshot of a temporary slot could be used.");
    }

    private TableSnapshot adopt(Connection session, Connection observer) throws SQLException {
        OlderTransactions older = new OlderTransactions(observer, connector.describe());
        try (ExportingSlot slot = ExportingSlot.create(connector, names, older, stop)) {
            // The snapshot may take a transaction that was just being committed for one that failed, and whoever reads
            // under it then would mark its rows so for everybody. Once all have ended it is right.
            older.await(stop);
            session.setAutoCommit(false);
            try (Statement statement = session.createStatement()) {
                statement.execute("set transaction isolation level repeatable read read only");
                Snapshots.join(statement, slot.snapshot());
            }
            return TableSnapshot.exportedAt(slot.consistentPoint());
        }
    }

    /** Where the rows of the tables lie, as the session's snapshot shows it. */
    private static String files(Connection session, List<TableDefinition> tables) throws SQLException {
        if (tables.isEmpty()) {
            return "";
        }
        String oids =
                tables.stream().map(t -> Integer.toUnsignedString(t.oid())).collect(Collectors.joining(", "));
        String sql = "select string_agg(oid || ' ' || relfilenode, ', ' order by oid) from pg_class where oid in ("
                + oids + ")";
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }
}
