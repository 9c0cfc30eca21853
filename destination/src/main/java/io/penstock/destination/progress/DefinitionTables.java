package io.penstock.destination.progress;

import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.progress.DdlEntry;
import io.penstock.core.schema.Aligned;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.snapshot.TableSnapshot;
import io.penstock.core.task.BegunWith;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code penstock.images}, one row per object, and {@code penstock.ddl_history}. Statements keep to what Greenplum 6 (PostgreSQL 9.4)
 * understands. One thread.
 */
public final class DefinitionTables implements DefinitionStore {
    /** The row that holds the names. */
    private static final String NAMES = "names";
    /** Before the kind of an object: the row tells at which moment its definition was read from the catalog. */
    private static final String MOMENT = "moment_";
    /** The row that holds what the task's file said. */
    private static final String FILE = "file";
    /** The row that holds the source's count of failures. */
    private static final String FAILURES = "failures";

    private final StoreSession session;
    private final String task;

    private DefinitionTables(StoreSession session, String task) {
        this.session = session;
        this.task = task;
    }

    /** With a session of its own. */
    public static DefinitionTables open(PgConnector connector, String task) {
        return new DefinitionTables(
                new StoreSession(connector.open(SessionSettings.destination()), connector.describe(), true), task);
    }

    /** As part of whatever transaction is open. */
    public static DefinitionTables within(Connection connection, String endpoint, String task) {
        return new DefinitionTables(new StoreSession(connection, endpoint, false), task);
    }

    @Override
    public DefinitionModel read() {
        return session.run(
                "read the definitions", c -> StoreSession.has(c, "images") ? read(c) : DefinitionModel.EMPTY);
    }

    private DefinitionModel read(Connection connection) throws SQLException {
        List<Image> images = new ArrayList<>();
        String sql = "select kind, image from penstock.images where task = ? order by kind, position, object";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, task);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    images.add(new Image(row.getString(1), row.getString(2)));
                }
            }
        }
        return model(images);
    }

    private record Image(String kind, String json) {}

    private static DefinitionModel model(List<Image> images) throws SQLException {
        List<TableDefinition> tables = new ArrayList<>();
        List<TypeDefinition> types = new ArrayList<>();
        List<SequenceDefinition> sequences = new ArrayList<>();
        DestinationNames names = DestinationNames.SAME;
        for (Image image : images) {
            switch (image.kind()) {
                case "table" -> tables.add(DefinitionJson.read(TableDefinition.class, image.json()));
                case "type" -> types.add(DefinitionJson.read(TypeDefinition.class, image.json()));
                case "sequence" -> sequences.add(DefinitionJson.read(SequenceDefinition.class, image.json()));
                case NAMES -> names = DefinitionJson.read(DestinationNames.class, image.json());
                case MOMENT + "table", MOMENT + "type", MOMENT + "sequence", MOMENT + "schema", FAILURES, FILE -> {
                    // Read by itself: no definition.
                }
                default -> throw new SQLException("unknown kind of image: " + image.kind(), "XX001");
            }
        }
        return new DefinitionModel(tables, types, sequences, names);
    }

    @Override
    public void save(DefinitionModel changed) {
        session.run("save the definitions", c -> {
            for (TableDefinition t : changed.tables()) {
                save(c, code(ObjectKind.TABLE), t.oid(), DefinitionJson.write(TableDefinition.class, t));
            }
            for (TypeDefinition t : changed.types()) {
                save(c, code(ObjectKind.TYPE), t.oid(), DefinitionJson.write(TypeDefinition.class, t));
            }
            for (SequenceDefinition s : changed.sequences()) {
                save(c, code(ObjectKind.SEQUENCE), s.oid(), DefinitionJson.write(SequenceDefinition.class, s));
            }
            return true;
        });
    }

    @Override
    public void save(DestinationNames names) {
        session.run("save the names", c -> {
            save(c, NAMES, 0, DefinitionJson.write(DestinationNames.class, names));
            return true;
        });
    }

    @Override
    public Optional<BegunWith> begunWith() {
        return session.run(
                "read what the task has begun with",
                c -> StoreSession.has(c, "images")
                        ? one(c, FILE).map(json -> DefinitionJson.read(BegunWith.class, json))
                        : Optional.empty());
    }

    @Override
    public void save(BegunWith settings) {
        session.run("save what the task has begun with", c -> {
            save(c, FILE, 0, DefinitionJson.write(BegunWith.class, settings));
            return true;
        });
    }

    /** Of a kind of which there is one row. */
    private Optional<String> one(Connection connection, String kind) throws SQLException {
        String sql = "select image from penstock.images where task = ? and kind = ?";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, task);
            query.setString(2, kind);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    private static String code(ObjectKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** Positions keep the order in which objects came: each after those it is made of. */
    private void save(Connection connection, String kind, int oid, String image) throws SQLException {
        String update = "update penstock.images set image = ? where task = ? and kind = ? and object = ?";
        String insert = """
                insert into penstock.images (image, task, kind, object, position)
                select ?, ?, ?, ?, coalesce(max(position), 0) + 1 from penstock.images where task = ?""";
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            set(statement, kind, oid, image);
            if (statement.executeUpdate() > 0) {
                return;
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            set(statement, kind, oid, image);
            statement.setString(5, task);
            statement.executeUpdate();
        }
    }

    private void set(PreparedStatement statement, String kind, int oid, String image) throws SQLException {
        statement.setString(1, image);
        statement.setString(2, task);
        statement.setString(3, kind);
        statement.setLong(4, Integer.toUnsignedLong(oid));
    }

    @Override
    public void save(List<Aligned> aligned) {
        session.run("save what is ahead of the stream", c -> {
            for (Aligned one : aligned) {
                save(c, MOMENT + code(one.kind()), one.oid(), one.moment().toString());
            }
            return true;
        });
    }

    @Override
    public List<Aligned> aligned() {
        return session.run(
                "read what is ahead of the stream", c -> StoreSession.has(c, "images") ? aligned(c) : List.of());
    }

    private List<Aligned> aligned(Connection connection) throws SQLException {
        String sql = "select kind, object, image from penstock.images where task = ? and kind like 'moment%'";
        List<Aligned> aligned = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, task);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String kind = row.getString(1).substring(MOMENT.length()).toUpperCase(Locale.ROOT);
                    String[] moment = row.getString(3).split("@", 2);
                    aligned.add(new Aligned(
                            ObjectKind.valueOf(kind),
                            (int) row.getLong(2),
                            TableSnapshot.parse(moment[0], Lsn.parse(moment[1]).value())));
                }
            }
        }
        return aligned;
    }

    @Override
    public long captureFailures() {
        return session.run("read the count of failures", c -> StoreSession.has(c, "images") ? captureFailures(c) : 0L);
    }

    private long captureFailures(Connection connection) throws SQLException {
        return one(connection, FAILURES).map(Long::parseLong).orElse(0L);
    }

    @Override
    public void saveCaptureFailures(long count) {
        session.run("save the count of failures", c -> {
            save(c, FAILURES, 0, Long.toString(count));
            return true;
        });
    }

    @Override
    public void remove(ObjectKind kind, Collection<Integer> oids) {
        session.run("remove definitions", c -> {
            String sql = "delete from penstock.images where task = ? and kind in (?, ?) and object = ?";
            try (PreparedStatement delete = c.prepareStatement(sql)) {
                for (int oid : oids) {
                    delete.setString(1, task);
                    delete.setString(2, code(kind));
                    delete.setString(3, MOMENT + code(kind));
                    delete.setLong(4, Integer.toUnsignedLong(oid));
                    delete.executeUpdate();
                }
            }
            return true;
        });
    }

    @Override
    public void append(List<DdlEntry> entries) {
        session.run("write the history of definitions", c -> {
            String sql = """
                    insert into penstock.ddl_history (task, id, lsn, at, tag, object, query, result, statement, error)
                    values (?, ?, ?::pg_lsn, to_timestamp(0) + ? * interval '1 microsecond', ?, ?, ?, ?, ?, ?)""";
            try (PreparedStatement insert = c.prepareStatement(sql)) {
                for (DdlEntry entry : entries) {
                    insert.setString(1, task);
                    insert.setLong(2, entry.id());
                    insert.setString(3, Lsn.format(entry.lsn()));
                    insert.setLong(4, entry.micros());
                    insert.setString(5, entry.tag());
                    insert.setString(6, entry.object());
                    insert.setString(7, entry.query());
                    insert.setString(8, entry.result().code());
                    insert.setString(9, entry.statement());
                    insert.setString(10, entry.error());
                    insert.executeUpdate();
                }
            }
            return true;
        });
    }

    @Override
    public List<DdlEntry> history(int limit) {
        return session.run(
                "read the history of definitions",
                c -> StoreSession.has(c, "ddl_history") ? history(c, limit) : List.of());
    }

    private List<DdlEntry> history(Connection connection, int limit) throws SQLException {
        List<DdlEntry> entries = new ArrayList<>();
        String sql = """
                select id, lsn::text, round(extract(epoch from at) * 1000000)::bigint, tag, object, query, result, statement, error
                  from penstock.ddl_history where task = ? order by seq desc limit ?""";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, task);
            query.setInt(2, limit);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    entries.add(new DdlEntry(
                            row.getLong(1),
                            Lsn.parse(row.getString(2)).value(),
                            row.getLong(3),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6),
                            result(row.getString(7)),
                            row.getString(8),
                            row.getString(9)));
                }
            }
        }
        Collections.reverse(entries);
        return entries;
    }

    @Override
    public Map<DdlEntry.Result, Long> counts() {
        return session.run(
                "count the history of definitions", c -> StoreSession.has(c, "ddl_history") ? counts(c) : Map.of());
    }

    private Map<DdlEntry.Result, Long> counts(Connection connection) throws SQLException {
        Map<DdlEntry.Result, Long> counts = new EnumMap<>(DdlEntry.Result.class);
        String sql = "select result, count(*) from penstock.ddl_history where task = ? group by result";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, task);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    counts.put(result(row.getString(1)), row.getLong(2));
                }
            }
        }
        return counts;
    }

    private static DdlEntry.Result result(String code) {
        return DdlEntry.Result.valueOf(code.toUpperCase(Locale.ROOT));
    }

    @Override
    public void close() {
        session.close();
    }
}
