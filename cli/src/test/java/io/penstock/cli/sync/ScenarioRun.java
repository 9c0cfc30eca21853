package io.penstock.cli.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.Wiring;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.task.TaskSpec;
import io.penstock.destination.PostgresDestination;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.PgEndpoint;
import io.penstock.testkit.EmbeddedServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Scripts on one pair of databases, their changes cut into batches in one way. */
final class ScenarioRun {
    private final SyncBed bed;
    private final Cut cut;
    private final List<Script> scripts;

    private ScenarioRun(SyncBed bed, Cut cut, List<Script> scripts) {
        this.bed = bed;
        this.cut = cut;
        this.scripts = scripts;
    }

    /** All scripts of the group together; when that fails, one after the other, to name those that fail. */
    static void all(EmbeddedServer source, EmbeddedServer destination, String group, Cut cut) throws Exception {
        List<Script> scripts = Script.in(group, cut.scale()).stream()
                .filter(s -> s.since() <= source.majorVersion())
                .toList();
        try {
            together(source, destination, scripts, cut);
        } catch (Exception | AssertionError e) {
            if (scripts.size() == 1) {
                throw e;
            }
            throw oneByOne(source, destination, scripts, cut, e);
        }
    }

    private static AssertionError oneByOne(
            EmbeddedServer source, EmbeddedServer destination, List<Script> scripts, Cut cut, Throwable first) {
        List<String> failed = new ArrayList<>();
        AssertionError error = new AssertionError();
        for (Script script : scripts) {
            try {
                together(source, destination, List.of(script), cut);
            } catch (Exception | AssertionError e) {
                failed.add(script.name() + ": " + (e.getCause() == null ? e : e.getCause()));
                error.addSuppressed(e);
            }
        }
        String which = failed.isEmpty() ? "no script fails alone: " + first : String.join("\n", failed);
        AssertionError named = new AssertionError(which, first);
        for (Throwable each : error.getSuppressed()) {
            named.addSuppressed(each);
        }
        return named;
    }

    static void together(EmbeddedServer source, EmbeddedServer destination, List<Script> scripts, Cut cut)
            throws Exception {
        try (SyncBed bed = new SyncBed(source, destination)) {
            bed.with(spec -> SpecChange.maxBatchRows(spec, cut.maxBatchRows()));
            new ScenarioRun(bed, cut, scripts).run();
        }
    }

    private void run() throws Exception {
        bed.source("create schema gate", "create table gate.gate (id int)");
        for (Script script : scripts) {
            bed.source("create schema if not exists " + script.name());
            try (ScriptSessions sessions = new ScriptSessions(bed, script.name())) {
                sessions.run(script.setup());
            }
        }
        createExtensions();
        bed.sync();
        bed.assertEqual();
        if (cut == Cut.LIVE) {
            live();
        } else {
            change();
        }
        follow();
        bed.assertEqual();
        for (Script script : scripts) {
            check(script);
        }
    }

    /** A task does not install extensions. */
    private void createExtensions() throws SQLException {
        for (Script script : scripts) {
            for (Script.Statement statement : script.setup()) {
                if (statement.sql().startsWith("create extension")) {
                    bed.destination(statement.sql());
                }
            }
        }
    }

    private void live() throws Exception {
        SyncBed.Running running = SyncBed.startInBackground(task(new TaskRun.Options(Until.NEVER, FaultPoints.NONE)));
        try {
            change();
        } finally {
            running.stop();
        }
    }

    private void change() throws SQLException {
        bed.source("insert into gate.gate values (1)");
        for (Script script : scripts) {
            try (ScriptSessions sessions = new ScriptSessions(bed, script.name())) {
                sessions.run(script.stream());
            }
        }
    }

    private void follow() throws SQLException {
        String end = String.valueOf(bed.atSource("select pg_current_wal_insert_lsn()"));
        Gate gate = new Gate(Lsn.parse(end).value());
        FaultPoints faults = cut.oneBatch() ? gate : FaultPoints.NONE;
        TaskRun run = task(new TaskRun.Options(Until.CAUGHT_UP, faults));
        gate.watch(run.watch());
        run.run();
    }

    private TaskRun task(TaskRun.Options options) {
        TaskSpec spec = bed.spec();
        PgConnector connector =
                new PgConnector(PgEndpoint.of(spec.destination().url(), null), "penstock " + spec.name());
        PostgresDestination destination =
                new PostgresDestination(connector, spec.name(), cut.planner(), options.faults());
        return new TaskRun(spec, new Wiring(spec, options.faults()).source(), destination, options);
    }

    private void check(Script script) throws SQLException {
        try (Connection connection = bed.connectDestination();
                Statement statement = connection.createStatement()) {
            statement.execute("set search_path to " + script.name() + ", public");
            for (Script.Expectation expectation : script.expectations()) {
                assertThat(rows(statement, expectation.query()))
                        .as("%s: %s", script.name(), expectation.query())
                        .isEqualTo(expectation.rows());
            }
        }
    }

    private static List<String> rows(Statement statement, String query) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    values.add(String.valueOf(rows.getString(i)));
                }
                found.add(String.join("|", values));
            }
        }
        return found;
    }
}
