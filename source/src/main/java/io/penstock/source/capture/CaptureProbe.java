package io.penstock.source.capture;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;

/**
 * Finds out whether the role may create what capturing needs: by doing so in a transaction that is rolled back, because the
 * privileged accounts of managed services may, and no catalog says so. One thread.
 */
public final class CaptureProbe {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final Connection connection;

    public CaptureProbe(Connection connection) {
        this.connection = connection;
    }

    /** Only outside a transaction of the caller. */
    public boolean allowed() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            Savepoint before = connection.setSavepoint();
            try {
                create(statement);
                return true;
            } catch (SQLException e) {
                if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                    return false;
                }
                throw e;
            } finally {
                connection.rollback(before);
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static void create(Statement statement) throws SQLException {
        String name;
        try (var row = statement.executeQuery("select 'penstock_probe_' || pg_backend_pid()")) {
            row.next();
            name = row.getString(1);
        }
        statement.execute("create schema " + name);
        statement.execute("create function " + name
                + ".nothing() returns event_trigger language plpgsql security definer as 'begin end'");
        statement.execute("create publication " + name + " for all tables with (publish = 'insert')");
        statement.execute(
                "create event trigger " + name + " on ddl_command_end execute procedure " + name + ".nothing()");
        statement.execute("alter event trigger " + name + " enable always");
    }
}
