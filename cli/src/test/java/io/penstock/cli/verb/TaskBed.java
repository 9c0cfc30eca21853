package io.penstock.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.cli.sync.SyncBed;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.TableComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Two databases and a task file that names them. */
final class TaskBed {
    private final EmbeddedServer sourceServer;
    private final EmbeddedServer destinationServer;
    private final String sourceDb;
    private final String destinationDb;
    private final Path file;

    TaskBed(EmbeddedServer source, EmbeddedServer destination, Path folder) throws SQLException, IOException {
        sourceServer = source;
        destinationServer = destination;
        sourceDb = source.newDatabase("cli_src");
        destinationDb = destination.newDatabase("cli_dst");
        file = folder.resolve("task.yaml");
        write(source.url(sourceDb), destination.url(destinationDb), "");
    }

    /** The task's name contains the database's, because slots belong to the whole server. */
    String name() {
        return sourceDb.replace('_', '-');
    }

    TaskBed write(String sourceUrl, String destinationUrl, String more) throws IOException {
        Files.writeString(
                file,
                "name: " + name() + "\nsource: {url: \"" + sourceUrl + "\"}\ndestination: {url: \"" + destinationUrl
                        + "\"}\n" + more + "\n");
        return this;
    }

    String sourceUrl() {
        return sourceServer.url(sourceDb);
    }

    String destinationUrl() {
        return destinationServer.url(destinationDb);
    }

    String sourceDb() {
        return sourceDb;
    }

    String destinationDb() {
        return destinationDb;
    }

    void source(String... sql) throws SQLException {
        sourceServer.execute(sourceDb, sql);
    }

    void destination(String... sql) throws SQLException {
        destinationServer.execute(destinationDb, sql);
    }

    /** The first column of the first row, as text. */
    String atDestination(String sql) throws SQLException {
        try (Connection connection = destinationServer.connect(destinationDb)) {
            return String.valueOf(SyncBed.one(connection, sql));
        }
    }

    Connection connectSource() throws SQLException {
        return sourceServer.connect(sourceDb);
    }

    CommandRun verb(String verb, String... flags) {
        List<String> args = new ArrayList<>(List.of(verb, file.toString()));
        args.addAll(List.of(flags));
        return CommandRun.of(args.toArray(String[]::new));
    }

    PenstockProcess process(Path folder, String verb, String... flags) throws IOException {
        List<String> args = new ArrayList<>(List.of(verb, file.toString()));
        args.addAll(List.of(flags));
        return new PenstockProcess(folder, args.toArray(String[]::new));
    }

    JsonNode status() {
        try {
            return new ObjectMapper().readTree(verb("status", "--json").out());
        } catch (IOException e) {
            throw new AssertionError("status printed something else than JSON", e);
        }
    }

    void assertEqual(String... tables) throws SQLException {
        try (Connection from = sourceServer.connect(sourceDb);
                Connection to = destinationServer.connect(destinationDb)) {
            for (String table : tables) {
                assertThat(TableComparison.differences(from, table, to, table))
                        .as("differences of %s", table)
                        .isEmpty();
            }
        }
    }

    /** Nothing of any task in either database, and no slot of this one on the server. */
    void assertNothingLeft() throws SQLException {
        String here = """
                select 'schema ' || nspname from pg_namespace where nspname = 'penstock'
                union all select 'publication ' || pubname from pg_publication
                union all select 'event trigger ' || evtname from pg_event_trigger
                union all select 'replica identity of ' || relname from pg_class where relkind = 'r' and relreplident <> 'd'
                                 and relnamespace = 'public'::regnamespace
                union all select 'slot ' || slot_name from pg_replication_slots where database = current_database()""";
        assertThat(strings(sourceServer, sourceDb, here))
                .as("left at the source")
                .isEmpty();
        assertThat(strings(destinationServer, destinationDb, here))
                .as("left at the destination")
                .isEmpty();
    }

    private static List<String> strings(EmbeddedServer server, String database, String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }
}
