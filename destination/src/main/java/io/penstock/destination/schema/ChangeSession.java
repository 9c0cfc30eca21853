package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.SchemaChange;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/** Runs steps of a difference in the transaction that is open on a connection. One thread; SQL errors are the caller's to judge. */
public final class ChangeSession {
    /** The types that steps run ahead for are locked by nobody for long, unless the open transaction itself has changed them. */
    private static final Duration AHEAD_PATIENCE = Duration.ofSeconds(2);

    private final PgConnector connector;
    private final Connection connection;

    public ChangeSession(PgConnector connector, Connection connection) {
        this.connector = connector;
        this.connection = connection;
    }

    /**
     * Runs one step; after an error the transaction is as it was before the step.
     *
     * @return false when it was done already
     */
    public boolean run(SchemaChange change) throws SQLException {
        if (change.ahead() && ranAhead(change)) {
            return true;
        }
        Savepoint before = connection.setSavepoint();
        boolean ran;
        try {
            ran = execute(connection, change);
        } catch (SQLException e) {
            connection.rollback(before);
            throw e;
        }
        connection.releaseSavepoint(before);
        return ran;
    }

    /**
     * In a session of its own, so that rows that follow can use it. Where that is impossible, because what it changes was made by the
     * transaction that is open, it has to run there.
     */
    private boolean ranAhead(SchemaChange change) {
        try (Connection own = connector.open(SessionSettings.destination().withLockTimeout(AHEAD_PATIENCE))) {
            execute(own, change);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private static boolean execute(Connection connection, SchemaChange change) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (isDone(statement, change)) {
                return false;
            }
            for (String sql : change.statements()) {
                statement.execute(sql);
            }
            return true;
        }
    }

    private static boolean isDone(Statement statement, SchemaChange change) throws SQLException {
        try (ResultSet row = statement.executeQuery(change.doneSql())) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** The table as the open transaction sees it, empty when there is none. */
    public Optional<DestinationTable> table(QualifiedName name) throws SQLException {
        return new DestinationCatalog(connection).table(name);
    }
}
