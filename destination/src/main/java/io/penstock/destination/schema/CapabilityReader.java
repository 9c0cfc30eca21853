package io.penstock.destination.schema;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.task.DestinationKind;
import io.penstock.destination.dialect.Capabilities;
import io.penstock.postgres.error.SqlErrors;
import io.penstock.postgres.server.ServerFacts;
import io.penstock.postgres.server.ServerFamily;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Finds out what a server can do, from its catalog rather than from its version. */
final class CapabilityReader {
    private static final String COLUMNS_OF_THE_CATALOG = """
            select exists (select 1 from pg_catalog.pg_attribute
                            where attrelid = 'pg_catalog.pg_attribute'::pg_catalog.regclass and attname = 'attidentity'),
                   exists (select 1 from pg_catalog.pg_attribute
                            where attrelid = 'pg_catalog.pg_attribute'::pg_catalog.regclass and attname = 'attgenerated'),
                   exists (select 1 from pg_catalog.pg_attribute
                            where attrelid = 'pg_catalog.pg_am'::pg_catalog.regclass and attname = 'amtype')""";

    private static final String STORAGES = "select amname from pg_catalog.pg_am where amtype = 't'";

    private CapabilityReader() {}

    /**
     * Reads through simple statements.
     *
     * @param kind what the task file says the server is
     * @throws PenstockException PRECHECK when it is something else
     */
    static Capabilities read(Connection connection, ServerFacts facts, DestinationKind kind, String endpoint) {
        ServerFamily family = family(facts, kind, endpoint);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(COLUMNS_OF_THE_CATALOG)) {
            row.next();
            boolean identity = row.getBoolean(1);
            boolean generated = row.getBoolean(2);
            Set<String> storages = row.getBoolean(3) ? storages(connection) : Set.of();
            return new Capabilities(family, facts.version(), facts.versionText(), storages, identity, generated);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "find out what the server can do", endpoint);
        }
    }

    private static Set<String> storages(Connection connection) throws SQLException {
        Set<String> names = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(STORAGES)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /** Descendants of Greenplum may call themselves by its name; a plain server is never one of them. */
    private static ServerFamily family(ServerFacts facts, DestinationKind kind, String endpoint) {
        ServerFamily said =
                switch (kind) {
                    case AUTO -> facts.family();
                    case POSTGRESQL -> ServerFamily.POSTGRESQL;
                    case GREENPLUM -> ServerFamily.GREENPLUM;
                    case CLOUDBERRY -> ServerFamily.CLOUDBERRY;
                    case ANALYTICDB -> ServerFamily.ANALYTICDB;
                };
        if (said.isParallel() == facts.family().isParallel()) {
            return said;
        }
        throw new PenstockException(
                ErrorKind.PRECHECK,
                "destination.kind is " + kind.name().toLowerCase(Locale.ROOT) + ", and the server at " + endpoint
                        + " says that it is " + facts.versionText()
                        + ". Remove the key, so that the server is asked, or name"
                        + " another server.");
    }
}
