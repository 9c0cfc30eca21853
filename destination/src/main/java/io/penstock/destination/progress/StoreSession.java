package io.penstock.destination.progress;

import io.penstock.postgres.error.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The session of a store: its own, where every piece of work is a transaction, or that of a batch writer, whose open transaction it
 * joins.
 *
 * @param endpoint for errors
 */
record StoreSession(Connection connection, String endpoint, boolean own) implements AutoCloseable {
    /** Some statements that belong together. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** @param operation for errors, as in "could not ..." */
    <T> T run(String operation, Work<T> work) {
        try {
            return own ? inTransaction(work) : work.run(connection);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, operation, endpoint);
        }
    }

    private <T> T inTransaction(Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            T result = work.run(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** Whether the table is there; a task that never ran has none. */
    static boolean has(Connection connection, String table) throws SQLException {
        String sql = """
                select exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                                where n.nspname = 'penstock' and c.relname = ?)""";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, table);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    @Override
    public void close() {
        if (!own) {
            return;
        }
        try {
            connection.close();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "close a session", endpoint);
        }
    }
}
