package io.penstock.source.slot;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A server that waits does not look at its client: it would go on, and hold log for a slot, long after the client has died. */
final class LostClients {
    private static final int PG14 = 14;
    private static final String INVALID_VALUE = "22023";

    private LostClients() {}

    /** From now on the session ends within seconds of its client. Before version 14, and on systems that cannot tell, nothing changes. */
    static void notice(Connection session) throws SQLException {
        if (session.getMetaData().getDatabaseMajorVersion() < PG14) {
            return;
        }
        try (Statement statement = session.createStatement()) {
            statement.execute("set client_connection_check_interval = '5s'");
            // The clock is wound when a statement of SQL begins, and commands of replication are none.
            statement.execute("select");
        } catch (SQLException e) {
            if (!INVALID_VALUE.equals(e.getSQLState())) {
                throw e;
            }
        }
    }
}
