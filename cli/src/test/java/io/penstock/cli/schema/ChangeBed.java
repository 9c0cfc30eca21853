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
        source.commit();
        start = read(source);
        model = start;
        Dialect dialect = Dialect.of(ServerFacts.read(destination));
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
        names = DestinationNames.SAME;
    }

    /**
     * Runs the change at the source and carries it over.
     *
     * @return the steps that did it
     */
    List<SchemaChange> change(String sql) throws SQLException {
        execute(source, "set search_path to public");
        execute(source, sql);
        execute(source, "set search_path to pg_catalog");
        carry(PlainCast.in(sql));
        return steps;
    }

    /** The same for a change that may be refused; then nothing happens. */
    boolean tryChange(String sql) throws SQLException {
        execute(source, "savepoint here");
        try {
            execute(source, "set search_path to public");
            execute(source, sql);
            execute(source, "set search_path to pg_catalog");
            return true;
        } catch (SQLException e) {
            execute(source, "rollback to here");
            return false;
        }
    }

    void carry(boolean plainCast) throws SQLException {
        Catalog after = read(source);
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

    private List<Dropped> dropped(Catalog after) throws SQLException {
        Set<Integer> present = new HashSet<>(oids("select oid from pg_class union all select oid from pg_type"));
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

    /** Definitions and rows, as text. */
    List<String> expected() throws SQLException {
        return everything(source);
    }

    List<String> actual() throws SQLException {
        return everything(destination);
    }

    private List<String> everything(Connection connection) throws SQLException {
        Catalog catalog = read(connection);
        // The destination has no invalid indexes.
        List<String> lines = Definitions.of(catalog).stream()
                .filter(line -> !line.contains("IndexDefinition") || line.contains("valid=true"))
                .collect(Collectors.toCollection(ArrayList::new));
        for (TableDefinition table : catalog.tablesWithRows()) {
            String all = table.columns().stream()
                    .map(c -> '"' + c.name().replace("\"", "\"\"") + '"')
                    .collect(Collectors.joining(", "));
            lines.add("rows of " + table.name() + ": " + text(connection, all, table.name()));
        }
        return lines;
    }

    /** Before 12 floats are not written in their shortest form. */
    private static String text(Connection connection, String columns, QualifiedName table) throws SQLException {
        execute(connection, "set local extra_float_digits = 0");
        String sql = "select coalesce(string_agg(r, ' ' order by r collate \"C\"), '') from (select row(" + columns
                + ")::text from only " + table + ") rows(r)";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } finally {
            execute(connection, "set local extra_float_digits = 3");
        }
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
