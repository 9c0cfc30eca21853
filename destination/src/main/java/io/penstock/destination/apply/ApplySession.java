package io.penstock.destination.apply;

import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.core.BaseConnection;

/** Opens the session that applies changes. */
public final class ApplySession {
    private ApplySession() {}

    /**
     * Triggers and foreign keys do not fire where the role may choose so: the source has done their work already. COMMIT waits for
     * the disk in any case, because what is confirmed to the slot cannot be had again.
     */
    public static BaseConnection open(PgConnector connector) {
        BaseConnection connection = connector.open(SessionSettings.destination().withPlainPostgresCosts());
        try {
            PgConnector.tryReplicaRole(connection);
            if (text(connection, "show synchronous_commit").equals("off")) {
                execute(connection, "set synchronous_commit = local");
            }
            return connection;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "prepare a session", connector.describe());
        }
    }

    static void execute(BaseConnection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String text(BaseConnection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
