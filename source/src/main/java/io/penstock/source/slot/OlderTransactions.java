package io.penstock.source.slot;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.postgres.error.SqlErrors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transactions that are open at the source. Waits without any lock. One thread. */
public final class OlderTransactions {
    private static final Logger log = LoggerFactory.getLogger(OlderTransactions.class);
    /** Longer than any reasonable statement; then a person should look at who is idle in a transaction. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    static final Duration REPORT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Connection connection;
    private final String endpoint;

    /** @param connection in autocommit */
    public OlderTransactions(Connection connection, String endpoint) {
        this.connection = connection;
        this.endpoint = endpoint;
    }

    /**
     * Returns when everybody has ended who had a transaction id at the moment of the call, and is visible to new snapshots.
     *
     * @throws PenstockException TRANSIENT after ten minutes; INTERRUPTED when told to stop
     */
    public void await(BooleanSupplier stop) {
        try {
            long begun = System.nanoTime();
            long reported = begun;
            long own = number("select txid_current()");
            while (number("select txid_snapshot_xmin(txid_current_snapshot())") < own) {
                long now = System.nanoTime();
                if (now - reported > REPORT.toNanos()) {
                    reported = now;
                    log.warn("waits for transactions that began before the slot oldest=\"{}\"", open());
                }
                if (now - begun > PATIENCE.toNanos()) {
                    throw new PenstockException(
                            ErrorKind.TRANSIENT,
                            "Transactions older than the slot are still open on the source after "
                                    + PATIENCE.toMinutes() + " minutes: " + open()
                                    + ". The copy cannot begin before they end; end them, or wait.");
                }
                if (stop.getAsBoolean()) {
                    throw new PenstockException(ErrorKind.INTERRUPTED, "Stopped while waiting for older transactions.");
                }
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "wait for older transactions", endpoint);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(ErrorKind.INTERRUPTED, "Stopped while waiting for older transactions.", e);
        }
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Who holds a transaction id: sessions by process id and application, and prepared transactions by name. */
    String open() throws SQLException {
        String sql = """
                select coalesce(string_agg(who, ', '), 'none visible')
                  from (select 'pid ' || l.pid || coalesce(' (' || nullif(a.application_name, '') || ', ' || a.state || ')', '')
                          from pg_locks l left join pg_stat_activity a using (pid)
                         where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted and l.pid <> pg_backend_pid()
                        union all
                        select 'prepared transaction ' || gid from pg_prepared_xacts) b(who)""";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
