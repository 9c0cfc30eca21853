package io.penstock.source.slot;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.postgres.error.SqlErrors;
import io.penstock.source.publication.TaskNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Temporary slots of a process that has died while the server waited to make them: the server notices only when the transactions it waits
 * for have ended. One thread.
 */
public final class LeftSlots {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Connection connection;
    private final TaskNames names;
    private final String endpoint;

    public LeftSlots(Connection connection, TaskNames names, String endpoint) {
        this.connection = connection;
        this.names = names;
        this.endpoint = endpoint;
    }

    /** Ends their sessions; to be called when nobody runs the task. Returns what is left, with the SQL to run by hand. */
    public List<String> end() {
        try {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            List<String> left = left("pg_terminate_backend(active_pid)");
            while (!left.isEmpty() && System.nanoTime() < deadline) {
                Thread.sleep(PAUSE.toMillis());
                left = left("true");
            }
            return left;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "end sessions with temporary slots of the task", endpoint);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(ErrorKind.INTERRUPTED, "Stopped while temporary slots go.", e);
        }
    }

    private List<String> left(String doing) throws SQLException {
        List<String> left = new ArrayList<>();
        String sql = "select slot_name, active_pid, " + doing
                + " from pg_replication_slots where temporary and active_pid is not null and slot_name ~ ?";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, names.copySlotPattern());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    left.add("Temporary slot " + rows.getString(1)
                            + " could not be removed. By hand: select pg_terminate_backend(" + rows.getInt(2) + ");");
                }
            }
        }
        return left;
    }
}
