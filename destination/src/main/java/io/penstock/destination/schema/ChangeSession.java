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

    /** What came of a step. */
    public enum Result {
        RAN,
        /** It was done already. */
        WAS_DONE,
        /** A person has done it. */
        BY_HAND
    }

    /** Runs one step that nobody else can have made; after an error the transaction is as it was before the step. */
    public Result run(SchemaChange change) throws SQLException {
        return run(change, false);
    }

    /** @param resumed whether a person may have made the step */
    public Result run(SchemaChange change, boolean resumed) throws SQLException {
        if (change.ahead() && ranAhead(change)) {
            return Result.RAN;
        }
        Savepoint before = connection.setSavepoint();
        Result ran;
        try {
            ran = execute(connection, change, resumed);
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
            execute(own, change, false);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private static Result execute(Connection connection, SchemaChange change, boolean resumed) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (isDone(statement, change.doneSql())) {
                return Result.WAS_DONE;
            }
            if (resumed && isDone(statement, change.byHand().doneSql())) {
                return Result.BY_HAND;
            }
            for (String sql : change.statements()) {
                statement.execute(sql);
            }
            return Result.RAN;
        }
    }

    private static boolean isDone(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** The table as the open transaction sees it, empty when there is none. */
    public Optional<DestinationTable> table(QualifiedName name) throws SQLException {
        return new DestinationCatalog(connection).table(name);
    }
}
