package io.penstock.cli.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.Wiring;
import io.penstock.cli.schema.Definitions;
import io.penstock.cli.sync.SyncBed;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.task.ObjectSelection;
import io.penstock.source.catalog.CatalogReader;
import io.penstock.testkit.EmbeddedServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A running task whose source changes its definitions. */
final class DdlBed implements AutoCloseable {
    private final SyncBed bed;

    /** @param start what is there before the task */
    DdlBed(EmbeddedServer source, EmbeddedServer destination, String start) throws SQLException {
        this(source, destination);
        bed.source(start);
        bed.sync();
    }

    private DdlBed(EmbeddedServer source, EmbeddedServer destination) throws SQLException {
        bed = new SyncBed(source, destination);
    }

    /** A task that has not begun. */
    static DdlBed idle(EmbeddedServer source, EmbeddedServer destination, String... start) throws SQLException {
        DdlBed idle = new DdlBed(source, destination);
        idle.source(start);
        return idle;
    }

    SyncBed bed() {
        return bed;
    }

    /** Each text is one implicit transaction, as the simple protocol makes it. */
    void source(String... texts) throws SQLException {
        bed.source(texts);
    }

    /** Applies everything and compares rows and definitions. */
    void assertFollowed() throws SQLException {
        bed.sync();
        bed.assertEqual();
        assertEqualDefinitions(bed);
    }

    static void assertEqualDefinitions(SyncBed bed) throws SQLException {
        try (Connection from = bed.connectSource();
                Connection to = bed.connectDestination()) {
            List<String> missing = new ArrayList<>(definitions(from));
            List<String> extra = new ArrayList<>(definitions(to));
            missing.removeAll(definitions(to));
            extra.removeAll(definitions(from));
            assertThat(missing)
                    .as("missing definitions, beside extra ones: %s", extra)
                    .isEmpty();
            assertThat(extra).as("extra definitions").isEmpty();
        }
    }

    private static List<String> definitions(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set search_path = pg_catalog");
        }
        return Definitions.of(new CatalogReader(connection).read(ObjectSelection.EVERYTHING));
    }

    /** What the task keeps of a table. */
    TableProgress table(String name) {
        try (ProgressStore progress = progress(bed)) {
            return progress.tables().stream()
                    .filter(t -> t.mapping().source().toString().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** What a person is told of each table that waits for one. */
    List<TableProgress> waiting() {
        return waiting(bed);
    }

    static List<TableProgress> waiting(SyncBed bed) {
        try (ProgressStore progress = progress(bed)) {
            return progress.tables().stream()
                    .filter(t -> t.state() == TableState.ERRORED)
                    .toList();
        }
    }

    /** As {@code penstock resume-table} does. */
    void resume(TableProgress table) {
        resume(bed, table);
    }

    static void resume(SyncBed bed, TableProgress table) {
        try (ProgressStore progress = progress(bed)) {
            progress.save(table.resumed());
        }
    }

    private static ProgressStore progress(SyncBed bed) {
        return new Wiring(bed.spec(), FaultPoints.NONE).destination().progress();
    }

    @Override
    public void close() {
        bed.close();
    }
}
