package io.penstock.destination.apply;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;

/**
 * The applied position of one lane, moved by compare-and-set inside the transaction that carries the data. One thread.
 */
final class ProgressRow {
    private static final int LANE = 0;

    private final BaseConnection connection;
    private final String task;
    private long lsn;
    private long pending;

    private ProgressRow(BaseConnection connection, String task, long lsn) {
        this.connection = connection;
        this.task = task;
        this.lsn = lsn;
        this.pending = lsn;
    }

    /** Waits for a COMMIT of an earlier writer that may still be under way at the server, then reads where it ended. */
    static ProgressRow lock(BaseConnection connection, String task) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "select applied_lsn::text from penstock.progress where task = ? and lane = ? for update")) {
            query.setString(1, task);
            query.setInt(2, LANE);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new PenstockException(
                            ErrorKind.POSITION_LOST,
                            "The destination has no progress of task " + task
                                    + ": its row in penstock.progress was removed. Release the task and start it again.");
                }
                return new ProgressRow(
                        connection, task, Lsn.parse(row.getString(1)).value());
            }
        }
    }

    long lsn() {
        return lsn;
    }

    /**
     * @param commitMicros 0 leaves the stored time
     * @param heartbeat 0 leaves the stored number
     */
    void move(long newLsn, long commitMicros, long heartbeat) throws SQLException {
        String sql = """
                update penstock.progress
                   set applied_lsn = ?::pg_lsn,
                       commit_time = coalesce(to_timestamp(nullif(?, 0) / 1000000.0), commit_time),
                       heartbeat = greatest(heartbeat, ?),
                       updated_at = now()
                 where task = ? and lane = ? and applied_lsn = ?::pg_lsn""";
        try (PreparedStatement move = connection.prepareStatement(sql)) {
            move.setString(1, Lsn.format(newLsn));
            move.setLong(2, commitMicros);
            move.setLong(3, heartbeat);
            move.setString(4, task);
            move.setInt(5, LANE);
            move.setString(6, Lsn.format(lsn));
            if (move.executeUpdate() != 1) {
                throw new PenstockException(
                        ErrorKind.TRANSIENT,
                        "The progress of task " + task + " at the destination is no longer " + Lsn.format(lsn)
                                + ": another writer moved it. Nothing of this batch was written.");
            }
        }
        pending = newLsn;
    }

    void committed() {
        lsn = pending;
    }
}
