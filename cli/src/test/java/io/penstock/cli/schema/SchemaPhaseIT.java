package io.penstock.cli.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.check.Finding;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DestinationDemands;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.task.ObjectSelection;
import io.penstock.destination.schema.SchemaWriter;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.source.catalog.CatalogReader;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Servers.class)
class SchemaPhaseIT {
    @ParameterizedTest
    @CsvSource({"11,12", "11,15", "11,18", "15,12", "15,15", "15,18", "18,12", "18,15", "18,18", "14,17", "17,16"})
    void the_destination_gets_the_definitions_of_the_source(int source, int destination, Servers servers)
            throws SQLException {
        EmbeddedServer from = servers.version(source);
        EmbeddedServer to = servers.version(destination);
        Catalog catalog = read(from, RichSchema.create(from, destination));
        String database = withExtensions(to);

        try (SchemaWriter writer = new SchemaWriter(RichSchema.connector(to, database), "checks")) {
            assertThat(writer.check(catalog, DestinationNames.SAME, DestinationDemands.of(true)))
                    .filteredOn(f -> f.state() != Finding.State.PASSED)
                    .isEmpty();
            for (SchemaStep step : writer.plan(catalog, DestinationNames.SAME)) {
                assertThat(writer.run(step)).as(step.object()).isTrue();
            }
            assertThat(writer.check(catalog, DestinationNames.SAME, DestinationDemands.of(false)))
                    .filteredOn(f -> f.state() != Finding.State.PASSED)
                    .isEmpty();
        }

        assertThat(Definitions.of(read(to, database))).containsExactlyElementsOf(Definitions.of(catalog));
    }

    @Test
    void an_interruption_after_any_step_is_made_good_by_running_again(Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(15);
        Catalog catalog = read(server, RichSchema.create(server, 15));
        String database = withExtensions(server);

        try (SchemaWriter writer = new SchemaWriter(RichSchema.connector(server, database), "checks")) {
            List<SchemaStep> steps = writer.plan(catalog, DestinationNames.SAME);
            for (int done = 0; done < steps.size(); done++) {
                assertThat(writer.run(steps.get(done))).isTrue();
                for (SchemaStep again : steps.subList(0, done + 1)) {
                    boolean repeatable = again.existsSql().equals("select false");
                    assertThat(writer.run(again)).as(again.object()).isEqualTo(repeatable);
                }
            }
        }

        assertThat(Definitions.of(read(server, database))).containsExactlyElementsOf(Definitions.of(catalog));
    }

    @Test
    void a_step_that_fails_half_way_leaves_nothing(Servers servers) throws SQLException {
        EmbeddedServer server = servers.newest();
        QualifiedName name = new QualifiedName("public", "half");
        SchemaStep step = new SchemaStep(
                Stage.BEFORE_COPY,
                name,
                "table public.half",
                "select to_regclass('public.half') is not null",
                List.of("create table public.half (a integer)", "select public.missing_function()"),
                List.of());

        try (SchemaWriter writer =
                new SchemaWriter(RichSchema.connector(server, server.newDatabase("half")), "checks")) {
            assertThatThrownBy(() -> writer.run(step))
                    .isInstanceOf(PenstockException.class)
                    .hasMessageContaining("table public.half")
                    .hasMessageContaining("missing_function");
            assertThat(writer.table(name)).isEmpty();
        }
    }

    @Test
    void tables_are_bare_of_indexes_before_the_copy(Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(15);
        Catalog catalog = read(server, RichSchema.create(server, 15));
        String database = withExtensions(server);

        try (SchemaWriter writer = new SchemaWriter(RichSchema.connector(server, database), "checks")) {
            writer.plan(catalog, DestinationNames.SAME).stream()
                    .filter(step -> step.stage() == Stage.BEFORE_COPY)
                    .forEach(writer::run);
        }

        assertThat(read(server, database).tables())
                .hasSameSizeAs(catalog.tables())
                .allMatch(t -> t.indexes().isEmpty() && t.constraints().isEmpty());
    }

    @Test
    void what_an_older_destination_lacks_is_replaced_visibly(Servers servers) throws SQLException {
        EmbeddedServer source = servers.version(18);
        Catalog all = read(source, RichSchema.create(source, 18));
        EmbeddedServer destination = servers.version(12);
        String database = withExtensions(destination);

        try (SchemaWriter writer = new SchemaWriter(RichSchema.connector(destination, database), "checks")) {
            assertThat(failed(writer.check(all, DestinationNames.SAME, DestinationDemands.of(true)))
                            .why())
                    .contains("int4multirange (modern.ranges.m)", "modern.many_spans (modern.ranges.u)");
            Catalog catalog = without(all, "modern");
            assertThat(writer.check(catalog, DestinationNames.SAME, DestinationDemands.of(true)))
                    .allMatch(f -> f.state() == Finding.State.PASSED);
            List<SchemaStep> steps = writer.plan(catalog, DestinationNames.SAME);
            steps.forEach(writer::run);

            assertThat(notes(steps))
                    .contains(
                            "table shop.virtual: generated column b is stored here: PostgreSQL 12.22 has no virtual ones",
                            "check odd on shop.virtual: not enforced at the source, and PostgreSQL 12.22 knows only enforced ones;"
                                    + " left out",
                            "primary key periods_pkey on shop.periods: PostgreSQL 12.22 knows no WITHOUT OVERLAPS; here plain"
                                    + " uniqueness",
                            "unique constraint nulls_a_key on shop.nulls: PostgreSQL 12.22 knows no NULLS NOT DISTINCT; here several"
                                    + " NULLs are allowed",
                            "index nulls_b on shop.nulls: PostgreSQL 12.22 knows no NULLS NOT DISTINCT; here several NULLs are"
                                    + " allowed",
                            "foreign key set_null_a_b_fkey on shop.set_null: PostgreSQL 12.22 cannot limit ON DELETE SET to some"
                                    + " columns; left out",
                            "table shop.parent_only: column a may be NULL here: NOT NULL would reach the inheritance children, which"
                                    + " allow it");
            DestinationTable periods =
                    writer.table(new QualifiedName("shop", "periods")).orElseThrow();
            assertThat(periods.uniqueIndexes()).containsExactly(List.of("id", "valid"));
        }
    }

    private static Catalog without(Catalog catalog, String schema) {
        return new Catalog(
                catalog.serverVersion(),
                catalog.schemas(),
                catalog.extensions(),
                catalog.functions(),
                catalog.types(),
                catalog.sequences(),
                catalog.tables().stream()
                        .filter(t -> !t.name().schema().equals(schema))
                        .toList());
    }

    private static List<String> notes(List<SchemaStep> steps) {
        return steps.stream()
                .flatMap(step -> step.notes().stream().map(note -> step.object() + ": " + note))
                .toList();
    }

    private static Finding failed(List<Finding> findings) {
        return findings.stream()
                .filter(f -> f.state() == Finding.State.FAILED)
                .findFirst()
                .orElseThrow();
    }

    private static String withExtensions(EmbeddedServer server) throws SQLException {
        String database = server.newDatabase("copy");
        server.execute(database, "create extension btree_gist with schema public");
        return database;
    }

    private static Catalog read(EmbeddedServer server, String database) throws SQLException {
        try (Connection connection = RichSchema.connector(server, database).open(SessionSettings.source())) {
            return new CatalogReader(connection).read(ObjectSelection.EVERYTHING);
        }
    }
}
