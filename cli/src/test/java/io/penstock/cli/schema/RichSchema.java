package io.penstock.cli.schema;

import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.PgEndpoint;
import io.penstock.testkit.EmbeddedServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Databases with one of everything that can be defined, as far as the server's version has it. */
final class RichSchema {
    private static final List<Integer> SCRIPTS = List.of(11, 12, 14, 15, 18);

    private RichSchema() {}

    /** @param upTo scripts of later versions are left out */
    static String create(EmbeddedServer server, int upTo) throws SQLException {
        String database = server.newDatabase("rich");
        for (int script : SCRIPTS) {
            if (script <= upTo && script <= server.majorVersion()) {
                execute(server, database, read("/schema/rich-" + script + ".sql"));
            }
        }
        return database;
    }

    static void execute(EmbeddedServer server, String database, String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static PgConnector connector(EmbeddedServer server, String database) {
        return new PgConnector(PgEndpoint.of(server.url(database), null), "schema test");
    }

    static String read(String resource) {
        try (InputStream in = RichSchema.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
