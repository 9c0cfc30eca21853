package io.penstock.destination.apply;

import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import io.penstock.postgres.server.ServerFacts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.core.BaseConnection;

/**
 * A session that writes rows.
 *
 * @param facts what its server says about itself
 */
public record ApplySession(BaseConnection connection, ServerFacts facts) {
    /**
     * The default of 4 stands for disks that turn; with it the planner reads whole tables where a few thousand keys are deleted.
     */
    private static final String PLAIN = "set random_page_cost = 1.1";

    /**
     * Greenplum's second planner takes longer to think than small batches take to write. Append-optimized rows are deleted under READ
     * COMMITTED only.
     */
    private static final String PARALLEL =
            "set optimizer to off; set default_transaction_isolation to 'read committed'";

    /**
     * Triggers and foreign keys do not fire where the role may choose so: the source has done their work already. COMMIT waits for
     * the disk in any case, because what is confirmed to the slot cannot be had again.
     */
    public static ApplySession open(PgConnector connector) {
        BaseConnection connection = connector.open(SessionSettings.destination());
        try {
            ServerFacts facts = ServerFacts.read(connection);
            execute(connection, facts.family().isParallel() ? PARALLEL : PLAIN);
            PgConnector.tryReplicaRole(connection);
            if (text(connection, "show synchronous_commit").equals("off")) {
                execute(connection, "set synchronous_commit = local");
            }
            return new ApplySession(connection, facts);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "prepare a session", connector.describe());
        }
    }

    /** Whether the server knows {@code OVERRIDING SYSTEM VALUE}; identity columns came with version 10. */
    public boolean overridesIdentities() {
        return facts.version().atLeast(10);
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
