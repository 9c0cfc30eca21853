package io.penstock.source.slot;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SlotState;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The permanent logical slot of a task. One thread. */
public final class ReplicationSlot implements SlotControl {
    private static final int PG13 = 130_000;
    private static final int PG16 = 160_000;
    private static final int PG17 = 170_000;
    private static final String QUERY_CANCELED = "57014";

    private final PgConnector connector;
    private final Connection connection;
    private final String name;
    private final int version;

    public ReplicationSlot(PgConnector connector, String name) {
        this.connector = connector;
        this.name = name;
        // Creating a slot waits until the transactions that run have ended, however long they take. The server does it
        // by waiting for
        // their ids, as for locks; nobody queues behind such a wait, so it needs no limit.
        this.connection = connector.open(SessionSettings.source().withLockTimeout(Duration.ZERO));
        this.version = serverVersion(connection, connector.describe());
        noticeLostClient();
    }

    /** Or it would make a slot that nobody knows of. */
    private void noticeLostClient() {
        try {
            LostClients.notice(connection);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "set client_connection_check_interval", connector.describe());
        }
    }

    private static int serverVersion(Connection connection, String endpoint) {
        try {
            return connection.getMetaData().getDatabaseMajorVersion() * 10_000;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read the server's version", endpoint);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<SlotState> state() {
        String sql = """
                select plugin, coalesce(database, ''), coalesce(active_pid, 0), restart_lsn, confirmed_flush_lsn,
                       pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
                                            else pg_current_wal_lsn() end, restart_lsn), sent_lsn, %s
                  from pg_replication_slots
                  left join pg_stat_replication on pid = active_pid
                 where slot_name = ?""".formatted(lostColumn());
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, name);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? Optional.of(state(rows)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "look at slot " + name, connector.describe());
        }
    }

    /** One text column: why the slot can never be read again, or NULL. */
    private String lostColumn() {
        if (version >= PG17) {
            return "coalesce(invalidation_reason, case when wal_status = 'lost' then 'wal removed' end)";
        }
        if (version >= PG16) {
            return "case when wal_status = 'lost' then 'wal removed' when conflicting then 'conflict with recovery' end";
        }
        return version >= PG13 ? "case when wal_status = 'lost' then 'wal removed' end" : "null::text";
    }

    private SlotState state(ResultSet rows) throws SQLException {
        return new SlotState(
                name,
                rows.getString(1),
                rows.getString(2),
                rows.getInt(3),
                lsn(rows.getString(4)),
                lsn(rows.getString(5)),
                rows.getLong(6),
                lsn(rows.getString(7)),
                rows.getString(8));
    }

    private static long lsn(@Nullable String text) {
        return text == null ? 0 : Lsn.parse(text).value();
    }

    @Override
    public long create(BooleanSupplier stop) {
        // Failover slots (17+) follow to a standby that is set up for them and cost nothing elsewhere.
        String sql = version >= PG17
                ? "select lsn from pg_create_logical_replication_slot(?, 'pgoutput', false, false, true)"
                : "select lsn from pg_create_logical_replication_slot(?, 'pgoutput')";
        try (PreparedStatement create = connection.prepareStatement(sql)) {
            create.setString(1, name);
            try (Canceller canceller = new Canceller(create, stop);
                    ResultSet rows = create.executeQuery()) {
                rows.next();
                return Lsn.parse(rows.getString(1)).value();
            }
        } catch (SQLException e) {
            if (QUERY_CANCELED.equals(e.getSQLState()) && stop.getAsBoolean()) {
                throw new PenstockException(
                        ErrorKind.INTERRUPTED, "Stopped while slot " + name + " waited for open transactions.", e);
            }
            throw SqlErrors.wrap(e, "create slot " + name, connector.describe());
        }
    }

    @Override
    public void drop() {
        try (PreparedStatement drop = connection.prepareStatement(
                "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = ?")) {
            drop.setString(1, name);
            drop.executeQuery().close();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "drop slot " + name, connector.describe());
        }
    }

    @Override
    public long switchPoint(int timeline) {
        try (Connection walsender = connector.openReplication();
                Statement statement = walsender.createStatement()) {
            int current;
            try (ResultSet system = statement.executeQuery("IDENTIFY_SYSTEM")) {
                system.next();
                current = system.getInt("timeline");
            }
            try (ResultSet history = statement.executeQuery("TIMELINE_HISTORY " + current)) {
                history.next();
                return switchPoint(timeline, history.getString("content"));
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read the timeline history", connector.describe());
        }
    }

    /** A history file has one line per ended timeline: its number, the position of the switch, a reason; separated by tabs. */
    static long switchPoint(int timeline, String history) {
        for (String line : history.split("\n", -1)) {
            String[] fields = line.strip().split("\\s+", 3);
            if (fields.length >= 2 && fields[0].equals(Integer.toString(timeline))) {
                return parse(fields[1]);
            }
        }
        return -1;
    }

    private static long parse(String lsn) {
        try {
            return Lsn.parse(lsn.toUpperCase(Locale.ROOT)).value();
        } catch (IllegalArgumentException e) {
            throw new PenstockException(ErrorKind.PROTOCOL, "The source's timeline history cannot be read: " + lsn, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "close a session", connector.describe());
        }
    }
}
