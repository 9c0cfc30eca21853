package io.penstock.source.publication;

import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.ObjectSelection;
import io.penstock.source.capture.CaptureSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The two publications of one task. They are changed by adding and taking away, never dropped while a slot may still read behind
 * them: the server looks a publication up as it was at the place it reads. Every method is one short transaction that may be
 * repeated. One thread; SQL errors are left to the caller, who knows the endpoint.
 */
final class TaskPublications {
    /** From 13 on a partitioned table can be published: its partitions, those attached later too. */
    private static final int PG13 = 130_000;

    private static final int PG15 = 150_000;

    private final Connection connection;
    private final TaskNames names;

    TaskPublications(Connection connection, TaskNames names) {
        this.connection = connection;
        this.names = names;
    }

    /** What is to be published. */
    record Request(Catalog catalog, ObjectSelection objects, boolean captured) {}

    /** What the publication of inserts is, or has to become where it does not exist. An existing one keeps its kind. */
    PublicationMode mode(Request request) throws SQLException {
        PublicationMode existing = existingMode(request.catalog().serverVersion());
        if (existing != null) {
            return existing;
        }
        PublicationMode mode =
                PublicationMode.of(request.objects(), request.catalog().serverVersion(), request.captured());
        boolean schemasThere = existingSchemas(PublicationMode.schemas(request.objects()))
                .containsAll(PublicationMode.schemas(request.objects()));
        return mode == PublicationMode.SCHEMAS && !schemasThere ? PublicationMode.EVERYTHING : mode;
    }

    private @Nullable PublicationMode existingMode(int version) throws SQLException {
        String schemas =
                version >= PG15 ? "exists (select from pg_publication_namespace where pnpubid = p.oid)" : "false";
        try (PreparedStatement query = connection.prepareStatement(
                "select puballtables, " + schemas + " from pg_publication p where pubname = ?")) {
            query.setString(1, names.allPublication());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                if (row.getBoolean(1)) {
                    return PublicationMode.EVERYTHING;
                }
                return row.getBoolean(2) ? PublicationMode.SCHEMAS : PublicationMode.TABLES;
            }
        }
    }

    /** Publishes the tables of the catalog; a table that is published already is left alone. */
    void publish(Request request, PublicationMode mode) throws SQLException {
        Map<Integer, QualifiedName> all = own(Set.of(TaskNames.HEARTBEAT_TABLE, TaskNames.LOG_TABLE));
        Map<Integer, QualifiedName> keyed = own(Set.of(TaskNames.HEARTBEAT_TABLE));
        boolean roots = !request.captured() && request.catalog().serverVersion() >= PG13;
        for (TableDefinition table : request.catalog().tables()) {
            boolean leaf = table.kind() == TableDefinition.Kind.TABLE && !table.unlogged();
            boolean root = table.kind() == TableDefinition.Kind.PARTITIONED && roots;
            if (leaf || root) {
                all.put(table.oid(), table.name());
            }
            // Only a parent with a key: a partition attached later to a keyless one could no longer be updated by its
            // users.
            if (leaf || root && !table.keyColumns().isEmpty()) {
                keyed.put(table.oid(), table.name());
            }
        }
        switch (mode) {
            case EVERYTHING -> ensure(names.allPublication(), "for all tables", "insert, truncate");
            case SCHEMAS -> publishSchemas(request, all.values());
            case TABLES -> list(names.allPublication(), all, "insert, truncate", request.captured());
        }
        list(names.keyPublication(), keyed, "update, delete", request.captured());
    }

    private Map<Integer, QualifiedName> own(Set<String> tables) throws SQLException {
        Map<Integer, QualifiedName> own = new LinkedHashMap<>();
        for (String table : tables) {
            QualifiedName name = new QualifiedName(TaskNames.SCHEMA, table);
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select cast(cast('" + name + "' as regclass) as oid)")) {
                row.next();
                own.put((int) row.getLong(1), name);
            }
        }
        return own;
    }

    private void publishSchemas(Request request, Collection<QualifiedName> tables) throws SQLException {
        Set<String> wanted = new LinkedHashSet<>(existingSchemas(PublicationMode.schemas(request.objects())));
        tables.stream().map(QualifiedName::schema).forEach(wanted::add);
        wanted.remove(TaskNames.SCHEMA);
        String own = "table only penstock.heartbeat, table only penstock.ddl_log";
        if (ensure(
                names.allPublication(),
                "for tables in schema " + schemaList(wanted) + ", " + own,
                "insert, truncate")) {
            return;
        }
        wanted.removeAll(publishedSchemas());
        if (!wanted.isEmpty()) {
            takeTurns();
            execute("alter publication " + names.allPublication() + " add tables in schema " + schemaList(wanted));
        }
    }

    private static String schemaList(Collection<String> schemas) {
        return schemas.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
    }

    private List<String> publishedSchemas() throws SQLException {
        return strings("select n.nspname from pg_publication_namespace s join pg_namespace n on n.oid = s.pnnspid"
                + " join pg_publication p on p.oid = s.pnpubid where p.pubname = '" + names.allPublication() + "'");
    }

    private List<String> existingSchemas(List<String> schemas) throws SQLException {
        List<String> existing = strings("select nspname from pg_namespace");
        return schemas.stream().filter(existing::contains).toList();
    }

    /** Returns whether the publication was created. */
    private boolean ensure(String publication, String what, String publish) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select 1 from pg_publication where pubname = ?")) {
            query.setString(1, publication);
            try (ResultSet rows = query.executeQuery()) {
                if (rows.next()) {
                    return false;
                }
            }
        }
        execute("create publication " + publication + " " + what + " with (publish = '" + publish + "')");
        return true;
    }

    private void list(String publication, Map<Integer, QualifiedName> wanted, String publish, boolean captured)
            throws SQLException {
        if (ensure(publication, "for table " + onlyList(wanted.values()), publish)
                || difference(publication, wanted, captured).isEmpty()) {
            return;
        }
        takeTurns();
        Difference difference = difference(publication, wanted, captured);
        if (!difference.missing().isEmpty()) {
            execute("alter publication " + publication + " add table " + onlyList(difference.missing()));
        }
        if (!difference.strange().isEmpty()) {
            execute("alter publication " + publication + " drop table " + onlyList(difference.strange()));
        }
    }

    private record Difference(Collection<QualifiedName> missing, Collection<QualifiedName> strange) {
        boolean isEmpty() {
            return missing.isEmpty() && strange.isEmpty();
        }
    }

    private Difference difference(String publication, Map<Integer, QualifiedName> wanted, boolean captured)
            throws SQLException {
        Map<Integer, QualifiedName> missing = new LinkedHashMap<>(wanted);
        Map<QualifiedName, Boolean> published = new LinkedHashMap<>();
        // An event trigger may have published a table that is younger than the catalog.
        String sql = """
                select r.prrelid, n.nspname, c.relname, %s
                  from pg_publication_rel r
                  join pg_publication p on p.oid = r.prpubid
                  join pg_class c on c.oid = r.prrelid
                  join pg_namespace n on n.oid = c.relnamespace
                 where p.pubname = ?""".formatted(captured ? "penstock.follows(?, c.oid)" : "? is null");
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, names.task());
            query.setString(2, publication);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    boolean belongs = missing.remove((int) rows.getLong(1)) != null || rows.getBoolean(4);
                    published.put(new QualifiedName(rows.getString(2), rows.getString(3)), belongs);
                }
            }
        }
        published.values().removeIf(belongs -> belongs);
        return new Difference(missing.values(), published.keySet());
    }

    /** Event triggers do not wait for this lock; while it is held they leave the publications alone. */
    private void takeTurns() throws SQLException {
        execute(CaptureSchema.lockPublications(names.publications()));
    }

    /** ONLY, because the children of an inheritance parent are listed themselves. */
    private static String onlyList(Collection<QualifiedName> tables) {
        return tables.stream().map(t -> "only " + t).collect(Collectors.joining(", "));
    }

    /** Publishes one table beside those that are published. Returns whether it was not. */
    boolean add(TableDefinition table, int version) throws SQLException {
        if (additions(table, version).isEmpty()) {
            return false;
        }
        takeTurns();
        for (String addition : additions(table, version)) {
            execute(addition);
        }
        return true;
    }

    private List<String> additions(TableDefinition table, int version) throws SQLException {
        PublicationMode mode = existingMode(version);
        List<String> publications =
                mode == PublicationMode.TABLES ? names.publications() : List.of(names.keyPublication());
        List<String> additions = new ArrayList<>();
        for (String publication : publications) {
            boolean there = !strings(
                            "select 'there' from pg_publication_rel r join pg_publication p on p.oid = r.prpubid"
                                    + " where p.pubname = '" + publication + "' and r.prrelid = "
                                    + Integer.toUnsignedString(table.oid()))
                    .isEmpty();
            if (!there) {
                additions.add("alter publication " + publication + " add table only " + table.name());
            }
        }
        if (mode == PublicationMode.SCHEMAS
                && !publishedSchemas().contains(table.name().schema())) {
            additions.add("alter publication " + names.allPublication() + " add tables in schema "
                    + Identifiers.quote(table.name().schema()));
        }
        return additions;
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

    void drop() throws SQLException {
        for (String publication : names.publications()) {
            execute("drop publication if exists " + publication);
        }
    }

    private List<String> strings(String sql) throws SQLException {
        List<String> strings = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                strings.add(rows.getString(1));
            }
        }
        return strings;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
