package io.penstock.cli.sync;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.postgresql.PGConnection;

/** The sessions of one script at the source. Transactions are begun and ended by the script. */
final class ScriptSessions implements AutoCloseable {
    private final SyncBed bed;
    private final String schema;
    private final Map<String, Connection> open = new TreeMap<>();

    ScriptSessions(SyncBed bed, String schema) {
        this.bed = bed;
        this.schema = schema;
    }

    void run(List<Script.Statement> statements) throws SQLException {
        for (Script.Statement statement : statements) {
            try {
                run(statement);
            } catch (SQLException | IOException e) {
                throw new AssertionError(schema + ": cannot run at the source: " + statement.sql(), e);
            }
        }
    }

    private void run(Script.Statement statement) throws SQLException, IOException {
        Connection connection = session(statement.session());
        String data = statement.copyData();
        if (data != null) {
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement.sql(), new StringReader(data));
            return;
        }
        try (var execution = connection.createStatement()) {
            execution.setEscapeProcessing(false);
            execution.execute(statement.sql());
        }
    }

    private Connection session(String name) throws SQLException {
        Connection known = open.get(name);
        if (known != null) {
            return known;
        }
        Connection connection = bed.connectSource();
        open.put(name, connection);
        try (var settings = connection.createStatement()) {
            settings.execute("set search_path to " + schema + ", public");
        }
        return connection;
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : open.values()) {
            connection.close();
        }
    }
}
