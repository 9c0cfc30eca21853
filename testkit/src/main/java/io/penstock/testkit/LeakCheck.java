package io.penstock.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asserts that nothing was left behind on a server: no logical slot, no replication connection, no open transaction. */
public final class LeakCheck {
    /** A backend takes a moment to notice that its client is gone. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final String LEFTOVERS = """
            select 'logical slot ' || slot_name || ' of database ' || database
              from pg_replication_slots where slot_type = 'logical'
            union all
            select 'replication connection ' || pid || ' (' || application_name || ')' from pg_stat_replication
            union all
            select 'open transaction of ' || pid || ' in database ' || datname || ', ' || state || ': ' || query
              from pg_stat_activity where state like 'idle in transaction%' and pid <> pg_backend_pid()
            """;

    private LeakCheck() {}

    /**
     * Waits up to some seconds for backends to end, then fails naming what is left.
     *
     * @throws AssertionError when something is left
     */
    public static void assertNothingLeft(EmbeddedServer server) throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            try {
                Await.until("nothing left", LIMIT, () -> leftovers(statement).isEmpty());
            } catch (AssertionError e) {
                throw new AssertionError(
                        "left on PostgreSQL " + server.majorVersion() + ": " + leftovers(statement), e);
            }
        }
    }

    private static List<String> leftovers(Statement statement) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(LEFTOVERS)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }
}
