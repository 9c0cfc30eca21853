package io.penstock.source.publication;

import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.TableDefinition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The schema {@code penstock} and the publication of one task. Every method is one short transaction that may be repeated. One
 * thread; SQL errors are left to the caller, who knows the endpoint.
 */
final class TaskPublication {
    /** From 13 on a partitioned table can be published: its partitions, those attached later too. */
    private static final int PG13 = 130_000;

    private final Connection connection;
    private final TaskNames names;

    TaskPublication(Connection connection, TaskNames names) {
        this.connection = connection;
        this.names = names;
    }

    void createSchema() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // IF NOT EXISTS alone fails when two tasks start at the same moment.
            statement.execute("select pg_advisory_xact_lock(7166478193)");
            statement.execute("create schema if not exists penstock");
            statement.execute("""
                    create table if not exists penstock.heartbeat (
                      task text primary key,
                      sequence bigint not null,
                      written_at timestamptz not null)""");
            statement.execute("""
                    create table if not exists penstock.replica_identity (
                      task text not null,
                      relation oid not null,
                      previous "char" not null,
                      previous_index text,
                      primary key (task, relation))""");
        }
        // The row makes the task known to the others, so that the schema stays as long as one of them needs it.
        try (PreparedStatement row = connection.prepareStatement(
                "insert into penstock.heartbeat values (?, 0, now()) on conflict (task) do nothing")) {
            row.setString(1, names.task());
            row.executeUpdate();
        }
    }

    /** Publishes exactly the tables of the catalog; a table that is published already is left alone. */
    void publish(Catalog catalog) throws SQLException {
        List<QualifiedName> wanted = published(catalog);
        String publication = Identifiers.quote(names.publication());
        if (!exists()) {
            execute("create publication " + publication + " for table " + onlyList(wanted)
                    + " with (publish = 'insert, update, delete, truncate')");
            return;
        }
        execute("alter publication " + publication + " set table " + onlyList(wanted));
    }

    private static List<QualifiedName> published(Catalog catalog) {
        List<QualifiedName> tables = new ArrayList<>();
        tables.add(new QualifiedName(TaskNames.SCHEMA, TaskNames.HEARTBEAT_TABLE));
        for (TableDefinition table : catalog.tables()) {
            boolean leaf = table.kind() == TableDefinition.Kind.TABLE && !table.unlogged();
            // Only a parent with a key: a partition attached later to a keyless one could no longer be updated by its
            // users.
            boolean root = table.kind() == TableDefinition.Kind.PARTITIONED
                    && catalog.serverVersion() >= PG13
                    && !table.keyColumns().isEmpty();
            if (leaf || root) {
                tables.add(table.name());
            }
        }
        return tables;
    }

    /** ONLY, because the children of an inheritance parent are listed themselves. */
    private static String onlyList(List<QualifiedName> tables) {
        return tables.stream().map(t -> "only " + t).collect(Collectors.joining(", "));
    }

    private boolean exists() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select 1 from pg_publication where pubname = ?")) {
            query.setString(1, names.publication());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    void heartbeat() throws SQLException {
        String sql = """
                insert into penstock.heartbeat as h values (?, 1, now())
                on conflict (task) do update set sequence = h.sequence + 1, written_at = excluded.written_at""";
        try (PreparedStatement beat = connection.prepareStatement(sql)) {
            beat.setString(1, names.task());
            beat.executeUpdate();
        }
    }

    boolean schemaExists() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select to_regclass('penstock.heartbeat') is not null")) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    void drop() throws SQLException {
        execute("drop publication if exists " + Identifiers.quote(names.publication()));
    }

    /** Forgets the task; the schema goes with the last one. */
    void forget() throws SQLException {
        try (PreparedStatement forget = connection.prepareStatement("delete from penstock.heartbeat where task = ?")) {
            forget.setString(1, names.task());
            forget.executeUpdate();
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select exists (select from penstock.heartbeat)")) {
            rows.next();
            if (!rows.getBoolean(1)) {
                execute("drop schema penstock cascade");
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
