package io.penstock.postgres.server;

import io.penstock.postgres.error.SqlErrors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;

/**
 * What a server says about itself, read once per session.
 *
 * @param versionText the whole line of {@code select version()}
 * @param inRecovery the server is a standby: nothing can be written, and before 16 nothing decoded
 * @param systemIdentifier identity of the data directory; empty if the role may not call {@code pg_control_system()}
 * @param encoding of the database, such as UTF8 or SQL_ASCII
 * @param csnSnapshots PolarDB numbers commits ({@code polar_csn_enable}), so the text of a snapshot cannot be trusted
 */
public record ServerFacts(
        ServerVersion version,
        String versionText,
        ServerFamily family,
        boolean inRecovery,
        String walLevel,
        OptionalLong systemIdentifier,
        String encoding,
        boolean csnSnapshots) {

    private static final String FACTS = """
            select pg_catalog.version() as version_text,
                   pg_catalog.current_setting('server_version_num')::int as version_number,
                   pg_catalog.pg_is_in_recovery() as in_recovery,
                   pg_catalog.current_setting('wal_level') as wal_level,
                   pg_catalog.current_setting('server_encoding') as encoding,
                   exists (select 1 from pg_catalog.pg_settings where name = 'gp_server_version') as greenplum,
                   exists (select 1 from pg_catalog.pg_settings where name like 'polar%') as polardb,
                   exists (select 1 from pg_catalog.pg_proc p
                            where p.pronamespace = (select n.oid from pg_catalog.pg_namespace n where n.nspname = 'pg_catalog')
                              and p.proname = 'pg_control_system'
                              and pg_catalog.has_function_privilege(p.oid, 'execute')) as control
            """;

    /** Through current_setting, because PolarDB hides some settings from pg_settings. */
    private static final String CSN =
            "select coalesce(pg_catalog.current_setting('polar_csn_enable', true), 'off') = 'on'";

    private static final String SYSTEM_IDENTIFIER = "select system_identifier from pg_catalog.pg_control_system()";

    /** Reads through simple statements, so it works on a walsender session too. */
    public static ServerFacts read(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            return read(statement);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read what kind of server it is");
        }
    }

    private static ServerFacts read(Statement statement) throws SQLException {
        Basics basics;
        try (ResultSet row = statement.executeQuery(FACTS)) {
            row.next();
            basics = Basics.of(row);
        }
        OptionalLong identifier = basics.control() ? systemIdentifier(statement) : OptionalLong.empty();
        boolean csn = basics.family() == ServerFamily.POLARDB && csn(statement);
        return new ServerFacts(
                basics.version(),
                basics.text(),
                basics.family(),
                basics.inRecovery(),
                basics.walLevel(),
                identifier,
                basics.encoding(),
                csn);
    }

    private record Basics(
            ServerVersion version,
            String text,
            ServerFamily family,
            boolean inRecovery,
            String walLevel,
            String encoding,
            boolean control) {
        static Basics of(ResultSet row) throws SQLException {
            String text = row.getString("version_text");
            return new Basics(
                    new ServerVersion(row.getInt("version_number")),
                    text,
                    ServerFamily.of(text, row.getBoolean("greenplum"), row.getBoolean("polardb")),
                    row.getBoolean("in_recovery"),
                    row.getString("wal_level"),
                    row.getString("encoding"),
                    row.getBoolean("control"));
        }
    }

    private static OptionalLong systemIdentifier(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(SYSTEM_IDENTIFIER)) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        }
    }

    private static boolean csn(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(CSN)) {
            return row.next() && row.getBoolean(1);
        }
    }
}
