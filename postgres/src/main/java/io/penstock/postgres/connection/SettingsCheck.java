package io.penstock.postgres.connection;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Makes sure that a session is what was asked for. Statements are simple ones without parameters, because a walsender runs nothing
 * else.
 */
final class SettingsCheck {
    /** Limits on idle sessions exist from 9.6, 14 and 17 on; Greenplum 6 (9.4) would refuse a login that names them. */
    private static final String LIFT_IDLE_LIMITS = """
            select pg_catalog.set_config(name, '0', false)
              from pg_catalog.pg_settings
             where name in ('idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout')
               and setting <> '0'
            """;

    private SettingsCheck() {}

    static void establish(Connection connection, SessionSettings settings, String endpoint) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (settings.values().containsKey("TimeZone")) {
                // Not by startup option: the driver sends the zone of the JVM beside it, which the server takes later.
                statement.execute("set timezone to " + literal(settings.values().get("TimeZone")));
            }
            statement.execute(LIFT_IDLE_LIMITS);
            Map<String, String> actual = read(statement, settings);
            settings.values().forEach((name, wanted) -> require(name, wanted, actual, endpoint));
        }
    }

    private static Map<String, String> read(Statement statement, SessionSettings settings) throws SQLException {
        StringBuilder names = new StringBuilder();
        for (String name : settings.values().keySet()) {
            names.append(names.length() == 0 ? "" : ", ").append(literal(name.toLowerCase(Locale.ROOT)));
        }
        Map<String, String> actual = new HashMap<>();
        try (ResultSet rows =
                statement.executeQuery("select pg_catalog.lower(name), setting from pg_catalog.pg_settings"
                        + " where pg_catalog.lower(name) in (" + names + ")")) {
            while (rows.next()) {
                actual.put(rows.getString(1), rows.getString(2));
            }
        }
        return actual;
    }

    private static void require(String name, String wanted, Map<String, String> actual, String endpoint) {
        String found = actual.getOrDefault(name.toLowerCase(Locale.ROOT), "(unknown)");
        // DateStyle is shown with the order of day and month, which ISO output does not use.
        if (found.equals(wanted) || (name.equals("DateStyle") && found.startsWith(wanted + ","))) {
            return;
        }
        throw new PenstockException(
                ErrorKind.PRECHECK,
                "The session at " + endpoint + " has " + name + " = " + found + " instead of " + wanted
                        + ", so values could be copied inexactly. Something between drops the startup options, usually a connection"
                        + " pooler such as PgBouncer (ignore_startup_parameters): connect to the server itself.");
    }

    private static String literal(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
