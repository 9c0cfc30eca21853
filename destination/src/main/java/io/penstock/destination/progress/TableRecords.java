package io.penstock.destination.progress;

import io.penstock.core.lsn.Lsn;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.relation.TableMapping;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Rows of {@code penstock.progress_tables}, written in whatever transaction is open. One thread. */
public final class TableRecords {
    private final Connection connection;
    private final String task;

    public TableRecords(Connection connection, String task) {
        this.connection = connection;
        this.task = task;
    }

    /** Counters belong to the batch writer; they are written here only with a new record. */
    public void save(TableProgress progress) throws SQLException {
        String update = """
                update penstock.progress_tables
                   set destination = ?, mapping = ?, state = ?, snapshot = ?, insert_lsn = ?::pg_lsn, rows_copied = ?,
                       bytes_copied = ?, rows_estimated = ?, error = ?
                 where task = ? and source = ?""";
        String insert = """
                insert into penstock.progress_tables
                  (destination, mapping, state, snapshot, insert_lsn, rows_copied, bytes_copied, rows_estimated, error, task, source,
                   inserts, updates, deletes)
                values (?, ?, ?, ?, ?::pg_lsn, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            set(statement, progress);
            if (statement.executeUpdate() > 0) {
                return;
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            set(statement, progress);
            statement.setLong(12, progress.applied().inserts());
            statement.setLong(13, progress.applied().updates());
            statement.setLong(14, progress.applied().deletes());
            statement.executeUpdate();
        }
    }

    private void set(PreparedStatement statement, TableProgress progress) throws SQLException {
        statement.setString(1, progress.mapping().destination().toString());
        statement.setString(2, MappingJson.write(progress.mapping()));
        statement.setString(3, progress.state().code());
        statement.setString(4, progress.snapshot());
        statement.setString(5, Lsn.format(progress.insertLsn()));
        statement.setLong(6, progress.rowsCopied());
        statement.setLong(7, progress.bytesCopied());
        statement.setLong(8, progress.rowsEstimated());
        statement.setString(9, progress.error());
        statement.setString(10, task);
        statement.setString(11, progress.mapping().source().toString());
    }

    /** The table goes on as it is, perhaps under another name, and with it what is held of it. */
    public void remap(QualifiedName source, TableMapping mapping) throws SQLException {
        String sql = """
                update penstock.progress_tables set source = ?, destination = ?, mapping = ? where task = ? and source = ?""";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, mapping.source().toString());
            update.setString(2, mapping.destination().toString());
            update.setString(3, MappingJson.write(mapping));
            update.setString(4, task);
            update.setString(5, source.toString());
            update.executeUpdate();
        }
        if (!source.equals(mapping.source())) {
            rename("progress_chunks", source, mapping.source());
            rename("progress_omitted", source, mapping.source());
            rename("quarantine", source, mapping.source());
        }
    }

    private void rename(String table, QualifiedName source, QualifiedName to) throws SQLException {
        String sql = "update penstock." + table + " set source = ? where task = ? and source = ?";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, to.toString());
            update.setString(2, task);
            update.setString(3, source.toString());
            update.executeUpdate();
        }
    }

    /**
     * Forgets a table and its chunk marks.
     *
     * @param rowsStay whether its rows stay behind, which those who share them at the destination have to know
     */
    public void remove(QualifiedName source, boolean rowsStay) throws SQLException {
        if (rowsStay) {
            new SharedTables(connection, task).leave(source);
        }
        delete("progress_chunks", source);
        delete("progress_omitted", source);
        delete("progress_tables", source);
    }

    private void delete(String from, QualifiedName source) throws SQLException {
        String sql = "delete from penstock." + from + " where task = ? and source = ?";
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setString(1, task);
            delete.setString(2, source.toString());
            delete.executeUpdate();
        }
    }
}
