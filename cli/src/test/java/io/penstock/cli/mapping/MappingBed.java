package io.penstock.cli.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.Wiring;
import io.penstock.cli.sync.SyncBed;
import io.penstock.core.check.Finding;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.progress.DdlEntry;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.run.Precheck;
import io.penstock.engine.taskfile.TaskFileReader;
import io.penstock.engine.taskfile.UnsupportedFeatures;
import io.penstock.testkit.DatabaseServer;
import io.penstock.testkit.EmbeddedServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task whose file says where things go. */
final class MappingBed implements AutoCloseable {
    private final SyncBed bed;

    /** @param settings keys of the task's file, in YAML */
    MappingBed(EmbeddedServer source, DatabaseServer destination, String settings) throws SQLException {
        bed = new SyncBed(source, destination);
        settings(settings);
    }

    /** The task's file is changed. */
    void settings(String yaml) {
        bed.with(spec -> read(spec, yaml));
    }

    private static TaskSpec read(TaskSpec spec, String yaml) {
        String ends =
                "name: " + spec.name() + "\nsource: {url: \"" + spec.source().url() + "\"}\ndestination: {url: \""
                        + spec.destination().url() + "\"}\n";
        TaskSpec read = TaskFileReader.read(ends + yaml, Path.of("/"), Map.of());
        UnsupportedFeatures.check(read);
        return read;
    }

    SyncBed bed() {
        return bed;
    }

    void source(String... texts) throws SQLException {
        bed.source(texts);
    }

    void destination(String... texts) throws SQLException {
        bed.destination(texts);
    }

    void sync() {
        bed.sync();
    }

    /** All rows as text, ordered. */
    static String rows(String table, String columns) {
        return "select coalesce(string_agg(r::text, ' ' order by r::text), '') from (select row("
                + columns.replace("*", "x.*") + ") from (select * from " + table + ") x) s(r)";
    }

    @Nullable
    String there(String table, String columns) throws SQLException {
        return bed.atDestination(rows(table, columns));
    }

    /** The source's table must hold what the destination's does, in these columns. */
    void assertSame(String source, String columns, String destination, String columnsThere) throws SQLException {
        assertThat(there(destination, columnsThere))
                .as("%s and %s", source, destination)
                .isEqualTo(bed.atSource(rows(source, columns)));
    }

    TableProgress table(String source) {
        try (ProgressStore progress =
                new Wiring(bed.spec(), FaultPoints.NONE).destination().progress()) {
            return progress.tables().stream()
                    .filter(t -> t.mapping().source().toString().equals(source))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** What status tells of a table. */
    Map<String, Long> omitted(String source) {
        return table(source).applied().omitted();
    }

    List<DdlEntry> skipped() {
        try (DefinitionStore store =
                new Wiring(bed.spec(), FaultPoints.NONE).destination().definitions()) {
            return store.history(1000).stream()
                    .filter(entry -> entry.result() == DdlEntry.Result.SKIPPED)
                    .toList();
        }
    }

    /** The findings of the precheck that are not passed. */
    List<Finding> findings() {
        Wiring wiring = new Wiring(bed.spec(), FaultPoints.NONE);
        return Precheck.run(bed.spec(), wiring.source(), wiring.destination()).stream()
                .filter(f -> f.state() != Finding.State.PASSED)
                .toList();
    }

    @Override
    public void close() {
        bed.close();
    }
}
