package io.penstock.cli.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.Wiring;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.task.TaskSpec;
import io.penstock.destination.apply.MergePlanner;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.testkit.DatabaseServer;
import io.penstock.testkit.EmbeddedServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Scripts on one pair of databases, their changes cut into batches in one way. */
final class ScenarioRun {
    private final SyncBed bed;
    private final Cut cut;
    private final Optional<Layout> layout;
    private final List<Script> scripts;

    private ScenarioRun(SyncBed bed, Cut cut, Optional<Layout> layout, List<Script> scripts) {
        this.bed = bed;
        this.cut = cut;
        this.layout = layout;
        this.scripts = scripts;
    }

    /** What stands on both ends, and how the changes get from one to the other. */
    record Pair(EmbeddedServer source, DatabaseServer destination, Cut cut, Optional<Layout> layout) {}

    /** All scripts of the group together; when that fails, one after the other, to name those that fail. */
    static void all(EmbeddedServer source, EmbeddedServer destination, String group, Cut cut) throws Exception {
        all(new Pair(source, destination, cut, Optional.empty()), group);
    }

    static void all(Pair pair, String group) throws Exception {
        List<Script> scripts = Script.in(group, pair.cut().scale()).stream()
                .filter(s -> s.since() <= pair.source().majorVersion())
                .toList();
        try {
            together(pair, scripts);
        } catch (Exception | AssertionError e) {
            if (scripts.size() == 1) {
                throw e;
            }
            throw oneByOne(pair, scripts, e);
        }
    }

    private static AssertionError oneByOne(Pair pair, List<Script> scripts, Throwable first) {
        List<String> failed = new ArrayList<>();
        AssertionError error = new AssertionError();
        for (Script script : scripts) {
            try {
                together(pair, List.of(script));
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
        together(new Pair(source, destination, cut, Optional.empty()), scripts);
    }

    private static void together(Pair pair, List<Script> scripts) throws Exception {
        SyncBed bed = new SyncBed(pair.source(), pair.destination());
        try {
            bed.with(spec -> SpecChange.maxBatchRows(spec, pair.cut().maxBatchRows()));
            pair.layout().ifPresent(layout -> bed.with(layout::of));
            new ScenarioRun(bed, pair.cut(), pair.layout(), scripts).run();
        } finally {
            bed.drop();
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
        if (layout.isPresent()) {
            layout.get().rearrange(bed);
        }
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
        Wiring wiring = new Wiring(spec, options.faults());
        boolean measured = layout.isPresent() && cut.planner().equals(MergePlanner.POSTGRESQL);
        DestinationSessions destination = wiring.destination(measured ? Optional.empty() : Optional.of(cut.planner()));
        return new TaskRun(spec, wiring.source(), destination, options);
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
