package io.penstock.postgres.server;

import io.penstock.core.error.PenstockException;
import io.penstock.postgres.error.SqlErrors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;
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

    // SHOW-only settings are missing in pg_settings, and current_setting(name, true) does not exist in Greenplum 6: hence the view
    // for what it knows.
    private static final String FACTS =
            """
            select pg_catalog.version(),
                   pg_catalog.current_setting('server_version_num')::int,
                   pg_catalog.pg_is_in_recovery(),
                   pg_catalog.current_setting('wal_level'),
                   pg_catalog.current_setting('server_encoding'),
                   (select pg_catalog.string_agg(name || '=' || setting, ',')
                      from pg_catalog.pg_settings
                     where name in ('gp_server_version', 'gp_role', 'polar_csn_enable')
                        or name like 'polar\\_%' and name = 'polar_enable_shared_storage_mode'),
                   exists (select from pg_catalog.pg_proc p
                            where p.pronamespace = 'pg_catalog'::regnamespace
                              and p.proname = 'pg_control_system'
                              and pg_catalog.has_function_privilege(p.oid, 'execute'))
            """;

    public static ServerFacts read(Connection connection) {
        throw new UnsupportedOperationException();
    }
}
