package io.penstock.cli.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.PlainCast;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaChanges;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.task.ObjectSelection;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.PostgresDialect;
import io.penstock.destination.schema.SchemaDifference;
import io.penstock.destination.schema.SchemaPlanner;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.server.ServerFacts;
import io.penstock.source.catalog.CatalogReader;
import io.penstock.testkit.EmbeddedServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * A source and a destination that was made from its definitions and rows. Both are in transactions that never commit, so that many cases
 * begin from the same start. The destination knows nothing of the source but what a delta says and which rows are to be copied again.
 */
final class ChangeBed implements AutoCloseable {
    private static final String REWRITES = """
            create schema penstock;
            create table penstock.rewrites (oid oid, reason int);
            create function penstock.rewritten() returns event_trigger language plpgsql as $$ begin
              insert into penstock.rewrites values (pg_event_trigger_table_rewrite_oid(), pg_event_trigger_table_rewrite_reason());
            end $$;
            create event trigger rewritten on table_rewrite execute procedure penstock.rewritten()""";

    private final Connection source;
    private final Connection destination;
    private final SchemaDifference difference;
    private final Catalog start;
    private final FollowedDdl followed;
    private Catalog model;
    private Catalog carried;
    private DestinationNames names = DestinationNames.SAME;
    private List<SchemaChange> steps = List.of();

    ChangeBed(EmbeddedServer from, EmbeddedServer to, String setup, FollowedDdl followed) throws SQLException {
        String sourceDatabase = from.newDatabase("changes");
        RichSchema.execute(from, sourceDatabase, setup);
        RichSchema.execute(from, sourceDatabase, REWRITES);
        this.followed = followed;
        source = RichSchema.connector(from, sourceDatabase).open(SessionSettings.source());
        destination = RichSchema.connector(to, to.newDatabase("changed")).open(SessionSettings.destination());
        source.setAutoCommit(false);
        execute(source, "set default_transaction_read_only = off");
        planCheaply(source);
        planCheaply(destination);
        source.commit();
        start = read(source);
        model = start;
        carried = start;
        Dialect dialect = new PostgresDialect(ServerFacts.read(destination).version());
        difference = new SchemaDifference(dialect);
        destination.setAutoCommit(false);
        execute(destination, "set session_replication_role = replica");
        List<SchemaStep> plan = new SchemaPlanner(dialect).plan(start);
        run(plan, SchemaStep.Stage.BEFORE_COPY);
        for (TableDefinition table : start.tablesWithRows()) {
            copy(table);
        }
        run(plan, SchemaStep.Stage.AFTER_COPY);
        run(plan, SchemaStep.Stage.WHEN_CONSISTENT);
        destination.commit();
        source.commit();
    }

    /** Nearly all the time would go into planning the same catalog queries again and again. */
    private static void planCheaply(Connection connection) throws SQLException {
        execute(connection, "set join_collapse_limit = 1");
        if (connection.getMetaData().getDatabaseMajorVersion() >= 12) {
            execute(connection, "set plan_cache_mode = force_generic_plan");
        }
        connection.unwrap(PGConnection.class).setPrepareThreshold(1);
    }

    private void run(List<SchemaStep> plan, SchemaStep.Stage stage) throws SQLException {
        for (SchemaStep step : plan) {
            if (step.stage() == stage) {
                for (String sql : step.statements()) {
                    execute(destination, sql);
                }
            }
        }
    }

    /** Back to the start. */
    void reset() throws SQLException {
        source.rollback();
        destination.rollback();
        model = start;
        carried = start;
        names = DestinationNames.SAME;
    }

    /**
     * Runs the change at the source and carries it over.
     *
     * @return the steps that did it
     */
    List<SchemaChange> change(String sql) throws SQLException {
        execute(source, "select set_config('search_path', 'public', false)");
        execute(source, sql);
        execute(source, "select set_config('search_path', 'pg_catalog', false)");
        carry(PlainCast.in(sql));
        return steps;
    }

    /** The same for a change that may be refused; then nothing happens. */
    boolean tryChange(String sql) throws SQLException {
        execute(source, "savepoint here");
        try {
            execute(source, "select set_config('search_path', 'public', false)");
            execute(source, sql);
            execute(source, "select set_config('search_path', 'pg_catalog', false)");
            return true;
        } catch (SQLException e) {
            execute(source, "rollback to here");
            return false;
        }
    }

    void carry(boolean plainCast) throws SQLException {
        Catalog after = read();
        SchemaDelta delta = new SchemaDelta(model, after, dropped(after), rewritten(), plainCast, Set.of());
        SchemaChanges changes = difference.between(delta, followed, names);
        steps = changes.steps();
        for (SchemaChange step : changes.steps()) {
            if (step.stage() != SchemaStep.Stage.WHEN_CONSISTENT) {
                run(step);
            }
        }
        for (int oid : changes.copies()) {
            TableDefinition table = after.tables().stream()
                    .filter(t -> t.oid() == oid)
                    .findFirst()
                    .orElseThrow();
            copy(table);
        }
        for (TableDefinition table : after.tablesWithRows()) {
            if (model.tables().stream().noneMatch(t -> t.oid() == table.oid())) {
                copy(table);
            }
        }
        for (SchemaChange step : changes.steps()) {
            if (step.stage() == SchemaStep.Stage.WHEN_CONSISTENT) {
                run(step);
            }
        }
        model = after;
        names = changes.names();
    }

    private void run(SchemaChange step) throws SQLException {
        if (isTrue(destination, step.doneSql())) {
            return;
        }
        for (String sql : step.statements()) {
            try {
                execute(destination, sql);
            } catch (SQLException e) {
                throw new SQLException(e.getMessage() + "\n  at: " + sql + "\n  of:\n" + script(), e.getSQLState(), e);
            }
        }
    }

    String script() {
        return steps.stream()
                .map(s -> "    -- " + s.kind().map(Object::toString).orElse("-") + " " + s.object()
                        + (s.copy() ? " COPY" : "") + (s.skipped() ? " SKIPPED" : "") + s.notes() + "\n"
                        + s.statements().stream().map(t -> "    " + t + ";\n").collect(Collectors.joining()))
                .collect(Collectors.joining());
    }

    /** All there is, and the types that no table uses any more: they are known until they are dropped. */
    private Catalog read() throws SQLException {
        Catalog used = read(source);
        carried = used;
        Set<Integer> present = present();
        List<Integer> unused = model.types().stream()
                .map(TypeDefinition::oid)
                .filter(oid -> present.contains(oid) && used.types().stream().noneMatch(type -> type.oid() == oid))
                .toList();
        if (unused.isEmpty()) {
            return used;
        }
        List<TypeDefinition> types = new ArrayList<>(used.types());
        new CatalogReader(source)
                .readTypes(unused).types().stream()
                        .filter(type -> used.types().stream().noneMatch(other -> other.oid() == type.oid()))
                        .forEach(types::add);
        return new Catalog(
                used.serverVersion(),
                used.schemas(),
                used.extensions(),
                used.functions(),
                types,
                used.sequences(),
                used.tables());
    }

    /** Those of the objects that are known. */
    private Set<Integer> present() throws SQLException {
        String known = Stream.of(
                        model.tables().stream().map(TableDefinition::oid),
                        model.types().stream().map(TypeDefinition::oid),
                        model.sequences().stream().map(SequenceDefinition::oid))
                .flatMap(oids -> oids)
                .map(Integer::toUnsignedString)
                .collect(Collectors.joining(",", "'{", "}'"));
        return new HashSet<>(oids("select oid from pg_class where oid = any (" + known + ")"
                + " union all select oid from pg_type where oid = any (" + known + ")"));
    }

    private List<Dropped> dropped(Catalog after) throws SQLException {
        Set<Integer> present = present();
        List<Dropped> dropped = new ArrayList<>();
        for (TableDefinition t : model.tables()) {
            add(dropped, present, new Dropped(ObjectKind.TABLE, t.oid(), t.name()));
        }
        for (TypeDefinition t : model.types()) {
            add(dropped, present, new Dropped(ObjectKind.TYPE, t.oid(), t.name()));
        }
        for (SequenceDefinition s : model.sequences()) {
            add(dropped, present, new Dropped(ObjectKind.SEQUENCE, s.oid(), s.name()));
        }
        for (String schema : model.schemas()) {
            if (!after.schemas().contains(schema)
                    && !isTrue(source, "select exists (select from pg_namespace where nspname = '" + schema + "')")) {
                dropped.add(new Dropped(ObjectKind.SCHEMA, 1, new QualifiedName(schema, schema)));
            }
        }
        return dropped;
    }

    private static void add(List<Dropped> dropped, Set<Integer> present, Dropped one) {
        if (!present.contains(one.oid())) {
            dropped.add(one);
        }
    }

    private List<Integer> oids(String sql) throws SQLException {
        List<Integer> oids = new ArrayList<>();
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                oids.add((int) row.getLong(1));
            }
        }
        return oids;
    }

    private Map<Integer, Integer> rewritten() throws SQLException {
        Map<Integer, Integer> rewritten = new HashMap<>();
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery("select oid, reason from penstock.rewrites")) {
            while (row.next()) {
                rewritten.merge((int) row.getLong(1), row.getInt(2), (a, b) -> a | b);
            }
        }
        execute(source, "delete from penstock.rewrites");
        return rewritten;
    }

    private static String columns(TableDefinition table) {
        return table.copiedColumns().stream()
                .map(ColumnDefinition::name)
                .map(n -> '"' + n.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(", "));
    }

    private void copy(TableDefinition table) throws SQLException {
        execute(destination, "delete from only " + table.name());
        String columns = columns(table);
        if (columns.isEmpty()) {
            return;
        }
        try {
            ByteArrayOutputStream rows = new ByteArrayOutputStream();
            copies(source).copyOut("copy (select " + columns + " from only " + table.name() + ") to stdout", rows);
            copies(destination)
                    .copyIn(
                            "copy " + table.name() + " (" + columns + ") from stdin",
                            new ByteArrayInputStream(rows.toByteArray()));
        } catch (IOException e) {
            throw new SQLException(e);
        }
    }

    private static CopyManager copies(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    /** Definitions and rows, as text, as of the last change that was carried over. */
    List<String> expected() throws SQLException {
        return everything(source, carried);
    }

    List<String> actual() throws SQLException {
        return everything(destination, read(destination));
    }

    private static List<String> everything(Connection connection, Catalog catalog) throws SQLException {
        // The destination has no invalid indexes.
        List<String> lines = Definitions.of(catalog).stream()
                .filter(line -> !line.contains("IndexDefinition") || line.contains("valid=true"))
                .collect(Collectors.toCollection(ArrayList::new));
        lines.addAll(rows(connection, catalog.tablesWithRows()));
        return lines;
    }

    /** One statement for all tables. Before 12 floats are not written in their shortest form. */
    private static List<String> rows(Connection connection, List<TableDefinition> tables) throws SQLException {
        if (tables.isEmpty()) {
            return List.of();
        }
        String sql = tables.stream().map(ChangeBed::rowsOf).collect(Collectors.joining(" union all "));
        execute(connection, "set local extra_float_digits = 0");
        List<String> lines = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                lines.add(row.getString(1));
            }
        }
        execute(connection, "set local extra_float_digits = 3");
        return lines;
    }

    private static String rowsOf(TableDefinition table) {
        String all = table.columns().stream()
                .map(c -> '"' + c.name().replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(", "));
        return "select 'rows of " + table.name().toString().replace("'", "''")
                + ": ' || coalesce(string_agg(r, ' ' order by r collate \"C\"), '') from (select row(" + all
                + ")::text from only " + table.name() + ") rows(r)";
    }

    private static Catalog read(Connection connection) {
        return new CatalogReader(connection).read(ObjectSelection.EVERYTHING);
    }

    boolean isTrue(String sql) throws SQLException {
        return isTrue(destination, sql);
    }

    private static boolean isTrue(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        source.close();
        destination.close();
    }
}
