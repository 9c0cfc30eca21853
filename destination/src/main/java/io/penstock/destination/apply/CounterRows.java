package io.penstock.destination.apply;

import io.penstock.core.change.ChangeCounts;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.task.DmlKind;
import io.penstock.destination.progress.OmissionRows;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postgresql.core.BaseConnection;

/**
 * Counts of applied changes per table, added to the tables' records every few seconds with the commit that is due anyway: a
 * statement per batch and table would cost more than the batch. One thread.
 */
final class CounterRows {
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final BaseConnection connection;
    private final String task;
    private final Map<TableMapping, ChangeCounts> pending = new LinkedHashMap<>();
    private long nextNanos = System.nanoTime() + INTERVAL.toNanos();
    private boolean written;

    CounterRows(BaseConnection connection, String task) {
        this.connection = connection;
        this.task = task;
    }

    void add(TableMapping table, ChangeCounts counts) {
        pending.computeIfAbsent(table, t -> new ChangeCounts()).add(counts);
    }

    /** Writes with the next commit, whatever the time. */
    void due() {
        nextNanos = System.nanoTime();
    }

    void writeIfDue() throws SQLException {
        if (pending.isEmpty() || System.nanoTime() - nextNanos < 0) {
            return;
        }
        String sql = """
                update penstock.progress_tables
                   set inserts = inserts + ?, updates = updates + ?, deletes = deletes + ?
                 where task = ? and source = ?""";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (Map.Entry<TableMapping, ChangeCounts> entry : pending.entrySet()) {
                update.setLong(1, entry.getValue().inserts());
                update.setLong(2, entry.getValue().updates());
                update.setLong(3, entry.getValue().deletes());
                update.setString(4, task);
                update.setString(5, entry.getKey().source().toString());
                update.addBatch();
            }
            update.executeBatch();
        }
        for (Map.Entry<TableMapping, ChangeCounts> entry : pending.entrySet()) {
            omitted(entry.getKey(), entry.getValue());
        }
        written = true;
    }

    private void omitted(TableMapping table, ChangeCounts counts) throws SQLException {
        OmissionRows omissions = new OmissionRows(connection, task);
        for (Map.Entry<DmlKind, Long> skipped : counts.skipped().entrySet()) {
            omissions.add(table.source(), skipped.getKey().word(), skipped.getValue());
        }
        if (table.policy().missing() > 0) {
            omissions.add(
                    table.source(),
                    OmissionRows.VALUES,
                    counts.written() * table.policy().missing());
        }
    }

    void committed() {
        if (written) {
            pending.clear();
            written = false;
            nextNanos = System.nanoTime() + INTERVAL.toNanos();
        }
    }
}
