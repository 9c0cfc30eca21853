package io.penstock.source.slot;

import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import io.penstock.source.publication.TaskNames;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.postgresql.core.BaseConnection;

/**
 * A temporary logical slot that is made for the snapshot that comes with it: that shows exactly the transactions whose commit records begin
 * before the slot's consistent point. Others may take the snapshot over until the slot is closed. The slot ends with its session, so a
 * process that dies leaves none behind for long; before version 14 one that dies while the server waits to make it leaves it until the
 * transactions that are waited for have ended, or {@link LeftSlots} ends it. One thread.
 */
public final class ExportingSlot implements AutoCloseable {
    private static final String QUERY_CANCELED = "57014";

    private final BaseConnection walsender;
    private final String name;
    private final String snapshot;
    private final long consistentPoint;

    private ExportingSlot(BaseConnection walsender, String name, String snapshot, long consistentPoint) {
        this.walsender = walsender;
        this.name = name;
        this.snapshot = snapshot;
        this.consistentPoint = consistentPoint;
    }

    /**
     * Waits until the transactions that were running have ended, and tells every few seconds who they are.
     *
     * @param older of a session that nobody else uses meanwhile
     * @param stop asked again and again, from another thread; once it says true, the server is told to give up
     * @throws PenstockException TRANSIENT after ten minutes; INTERRUPTED when told to stop; PRECHECK when no slot is free
     */
    public static ExportingSlot create(
            PgConnector connector, TaskNames names, OlderTransactions older, BooleanSupplier stop) {
        // The server waits for transaction ids as for locks, but nobody queues behind that, so it needs no limit.
        BaseConnection walsender =
                connector.openReplication(SessionSettings.source().withLockTimeout(Duration.ZERO));
        String name = names.copySlot(walsender.getBackendPID());
        CreationWait wait = new CreationWait(name, older::open, stop, OlderTransactions.PATIENCE);
        ExportingSlot slot = null;
        try (Statement statement = walsender.createStatement()) {
            LostClients.notice(walsender);
            slot = create(walsender, statement, name, wait);
            return slot;
        } catch (SQLException e) {
            PenstockException givenUp = QUERY_CANCELED.equals(e.getSQLState()) ? wait.givenUp(e) : null;
            throw givenUp != null ? givenUp : SqlErrors.wrap(e, "create slot " + name, connector.describe());
        } finally {
            if (slot == null) {
                closeQuietly(walsender);
            }
        }
    }

    private static ExportingSlot create(BaseConnection walsender, Statement statement, String name, CreationWait wait)
            throws SQLException {
        // All versions understand this spelling.
        String command = "CREATE_REPLICATION_SLOT " + name + " TEMPORARY LOGICAL pgoutput EXPORT_SNAPSHOT";
        try (Canceller canceller = new Canceller(statement, wait);
                ResultSet row = statement.executeQuery(command)) {
            row.next();
            return new ExportingSlot(
                    walsender,
                    name,
                    row.getString("snapshot_name"),
                    Lsn.parse(row.getString("consistent_point")).value());
        }
    }

    /** For SET TRANSACTION SNAPSHOT. */
    public String snapshot() {
        return snapshot;
    }

    public long consistentPoint() {
        return consistentPoint;
    }

    /** Whoever has taken the snapshot over keeps it. The slot is gone when this returns, unless its session was lost. */
    @Override
    public void close() {
        try (Statement statement = walsender.createStatement()) {
            statement.execute("DROP_REPLICATION_SLOT " + name);
        } catch (SQLException e) {
            // It ends with its session.
            return;
        } finally {
            closeQuietly(walsender);
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // It ends with the socket.
            return;
        }
    }
}
