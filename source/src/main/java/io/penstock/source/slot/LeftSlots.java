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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Temporary slots of a process that has died while the server waited to make them: the server notices only when the transactions it waits
 * for have ended. One thread.
 */
public final class LeftSlots {
    private static final Logger log = LoggerFactory.getLogger(LeftSlots.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private static final String OWN =
            " and exists (select from pg_stat_activity a where a.pid = active_pid and a.application_name = current_setting('application_name'))";

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
        return end("");
    }

    /**
     * Ends those whose sessions call themselves as this one does, so that a task whose name begins alike is spared; to be called while
     * nobody else runs the task. What cannot be ended is logged.
     */
    public void endOwn() {
        try {
            end(OWN).forEach(left -> log.warn("an earlier run has left a slot why=\"{}\"", left));
        } catch (PenstockException e) {
            if (e.kind() == ErrorKind.CONNECTION || e.kind() == ErrorKind.INTERRUPTED) {
                throw e;
            }
            log.warn("temporary slots of an earlier run were not looked for cause=\"{}\"", e.getMessage());
        }
    }

    private List<String> end(String which) {
        try {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            List<String> left = left("pg_terminate_backend(active_pid)", which);
            while (!left.isEmpty() && System.nanoTime() < deadline) {
                Thread.sleep(PAUSE.toMillis());
                left = left("true", which);
            }
            return left;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "end sessions with temporary slots of the task", endpoint);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(ErrorKind.INTERRUPTED, "Stopped while temporary slots go.", e);
        }
    }

    private List<String> left(String doing, String which) throws SQLException {
        List<String> left = new ArrayList<>();
        String sql = "select slot_name, active_pid, " + doing
                + " from pg_replication_slots where temporary and active_pid is not null and slot_name ~ ?" + which;
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
