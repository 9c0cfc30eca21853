package io.penstock.source.capture;

import io.penstock.core.port.SourceSetup;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.task.ObjectSelection;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.PgEndpoint;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.source.catalog.CatalogReader;
import io.penstock.source.setup.PostgresSource;
import io.penstock.source.snapshot.SnapshotSettings;
import io.penstock.source.stream.CatchUpLimits;
import io.penstock.testkit.EmbeddedServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A database of its own with a task that captures, and a role that has no right on schema penstock. */
final class CaptureBed implements AutoCloseable {
    static final String TASK = "capture";

    private final EmbeddedServer server;
    private final String database;
    private long seen;

    CaptureBed(EmbeddedServer server, String... before) throws SQLException {
        this.server = server;
        this.database = server.newDatabase("capture");
        server.execute(
                "postgres",
                "do $$ begin if not exists (select from pg_roles where rolname = 'plain') then create role plain login; end if; end $$",
                "grant all on database " + database + " to plain");
        sql("grant all on schema public to plain");
        sql(before);
    }

    /** A task that follows what the selection says. */
    CaptureBed publish(String task, ObjectSelection objects) {
        try (SourceSetup setup = source(task).setup()) {
            setup.publish(setup.catalog(objects), objects, List.of());
        }
        return this;
    }

    CaptureBed publish() {
        return publish(TASK, ObjectSelection.EVERYTHING);
    }

    PostgresSource source(String task) {
        return new PostgresSource(connector(), task, CatchUpLimits.OFF, SnapshotSettings.DEFAULT);
    }

    private PgConnector connector() {
        return new PgConnector(PgEndpoint.of(server.url(database), null), "capture test");
    }

    EmbeddedServer server() {
        return server;
    }

    /** Each statement as one string of its own. */
    void sql(String... statements) throws SQLException {
        server.execute(database, statements);
    }

    Connection connect() throws SQLException {
        return server.connect(database);
    }

    Connection connectAs(String role) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + server.port() + "/" + database + "?user=" + role);
    }

    /** Its strings reach the server whole, with all the statements they hold. */
    Connection connectSimple(String role) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + server.port() + "/" + database + "?user="
                + role + "&preferQueryMode=simple");
    }

    /** Each string whole. */
    void stringsAs(String role, String... strings) throws SQLException {
        try (Connection connection = connectSimple(role);
                Statement statement = connection.createStatement()) {
            for (String sql : strings) {
                statement.execute(sql);
            }
        }
    }

    void sqlAs(String role, String... statements) throws SQLException {
        try (Connection connection = connectAs(role);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    String one(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    int oid(String relation) throws SQLException {
        return (int) Long.parseLong(one("select '" + relation + "'::regclass::oid"));
    }

    /** What was logged since the last call. */
    List<SchemaEvent> events() throws SQLException {
        List<SchemaEvent> events = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select * from penstock.ddl_log where id > " + seen + " order by id")) {
            ResultSetMetaData columns = rows.getMetaData();
            while (rows.next()) {
                Map<String, String> row = new HashMap<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    row.put(columns.getColumnName(i), rows.getString(i));
                }
                events.add(new SchemaEventReader().decode(row));
            }
        }
        for (SchemaEvent event : events) {
            seen = Math.max(seen, event.id());
        }
        return events;
    }

    CatalogReaderSession reader() {
        return new CatalogReaderSession(connector().open(SessionSettings.source()));
    }

    /** A session that reads definitions as a task does. */
    record CatalogReaderSession(Connection connection) implements AutoCloseable {
        CatalogReader catalog() {
            return new CatalogReader(connection);
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    /** Nothing of it is shared; the database goes with its server. */
    @Override
    public void close() {}
}
