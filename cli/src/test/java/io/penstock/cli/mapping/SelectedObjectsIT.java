package io.penstock.cli.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.core.check.Finding;
import io.penstock.testkit.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is selected at the source and cannot be followed there. */
@ExtendWith(Servers.class)
class SelectedObjectsIT {
    private static final String FOREIGN =
            "create foreign data wrapper nothing; create server nowhere foreign data wrapper nothing";

    @Test
    void foreign_tables_are_told_also_where_a_schema_has_nothing_else(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(
                servers.version(15),
                servers.version(18),
                "objects: [{schema: public}, {schema: far, exclude: [hidden]}]")) {
            bed.source(
                    "create table t (id int primary key)",
                    FOREIGN,
                    "create schema far; create schema other; create foreign table far.away (id int) server nowhere",
                    "create foreign table far.hidden (id int) server nowhere; create foreign table other.one (id int) server nowhere");
            assertThat(bed.findings())
                    .filteredOn(f -> f.item().equals("source.foreign_tables"))
                    .singleElement()
                    .satisfies(f -> {
                        assertThat(f.state()).isEqualTo(Finding.State.WARNING);
                        assertThat(f.why())
                                .contains("far.away")
                                .doesNotContain("hidden")
                                .doesNotContain("other.one");
                    });
        }
    }

    /** The extension itself is not there; what Penstock asks is its catalog. */
    @Test
    void hypertables_are_refused_and_may_be_excluded(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), "")) {
            bed.source(
                    "create table metrics (at timestamptz primary key); create table t (id int primary key)",
                    "create schema _timescaledb_catalog; create schema _timescaledb_internal",
                    "create table _timescaledb_catalog.hypertable (id serial primary key, schema_name name, table_name name)",
                    "create table _timescaledb_internal._hyper_1_1_chunk () inherits (public.metrics)",
                    "insert into _timescaledb_catalog.hypertable (schema_name, table_name)"
                            + " values ('public', 'metrics'), ('_timescaledb_internal', '_compressed_hypertable_2')");
            assertThat(bed.findings())
                    .filteredOn(f -> f.item().equals("source.hypertables"))
                    .singleElement()
                    .satisfies(f -> {
                        assertThat(f.state()).isEqualTo(Finding.State.FAILED);
                        assertThat(f.why()).contains("public.metrics").doesNotContain("_compressed_hypertable");
                        assertThat(f.fix()).contains("Exclude them");
                    });
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("source.hypertables");
            bed.settings("objects: [{schema: public, exclude: [metrics]}]");
            bed.source("insert into t values (1)");
            bed.sync();
            assertThat(bed.there("t", "*")).isEqualTo("(1)");
            assertThat(bed.bed().destinationHas("public.metrics")).isFalse();
        }
    }
}
