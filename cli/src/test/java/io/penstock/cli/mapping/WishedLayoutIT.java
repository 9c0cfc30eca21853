package io.penstock.cli.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.cli.Wiring;
import io.penstock.core.check.Finding;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.TableDefinition;
import io.penstock.engine.mapping.SelectiveKeys;
import io.penstock.testkit.Servers;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and storage that the task file gives to tables, while the source changes these. */
@ExtendWith(Servers.class)
class WishedLayoutIT {
    private static final String SETTINGS = """
            storageOptions: {fillfactor: 60}
            tables:
              public.t: {primaryKey: [id], storageOptions: {fillfactor: 80, autovacuum_enabled: false}}
              public.late: {primaryKey: [b, a]}
            """;

    private static String key(MappingBed bed, String table) throws SQLException {
        return String.valueOf(bed.bed()
                .atDestination("select string_agg(conname || ' ' || pg_get_constraintdef(oid), ' ') from pg_constraint"
                        + " where contype = 'p' and conrelid = '" + table + "'::regclass"));
    }

    private static String options(MappingBed bed, String table) throws SQLException {
        return String.valueOf(bed.bed()
                .atDestination(
                        "select array_to_string(reloptions, ' ') from pg_class where oid = '" + table + "'::regclass"));
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 18})
    void a_table_keeps_the_key_of_the_task_file_through_changes_of_its_definition(int version, Servers servers)
            throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(version), SETTINGS)) {
            bed.source(
                    // Names that the server would take for the key are wanted by others.
                    "create table late (a int not null, b text not null); create table other (id int);"
                            + " create index t_pkey on other (id); create table z (id int); create index t_pkey1 on z (id); create table t (id int not null, v text);"
                            + " insert into t select i, 'v' from generate_series(1, 50) i");
            bed.sync();
            assertThat(key(bed, "t")).matches("t_[0-9]+_penstock_pkey PRIMARY KEY \\(id\\)");
            assertThat(options(bed, "t")).isEqualTo("fillfactor=80 autovacuum_enabled=false");
            assertThat(options(bed, "other")).isEqualTo("fillfactor=60");

            bed.source(
                    "alter table t rename column id to nr; update t set v = v || nr; delete from t where nr % 5 = 0");
            bed.source("alter table t rename to u; insert into u values (100, 'new')");
            bed.source(
                    "drop table late; create table late (a int not null, b text not null); insert into late values (1, 'x'), (2, 'x')");
            bed.sync();
            bed.assertSame("u", "nr, v", "u", "id, v");
            assertThat(key(bed, "u")).endsWith(" PRIMARY KEY (id)");
            assertThat(key(bed, "late")).endsWith(" PRIMARY KEY (b, a)");
            assertThat(options(bed, "late")).isEqualTo("fillfactor=60");

            bed.source(
                    "drop table late; create table late (b text not null, a int not null); insert into late values ('y', 3)");
            bed.source("alter table u add constraint mine primary key (nr); update u set nr = nr + 1000");
            bed.sync();
            assertThat(key(bed, "late")).endsWith(" PRIMARY KEY (b, a)");
            bed.assertSame("late", "*", "late", "*");
            assertThat(key(bed, "u")).isEqualTo("mine PRIMARY KEY (id)");

            bed.source("alter table u drop constraint mine; delete from u where nr % 2 = 0");
            bed.sync();
            assertThat(key(bed, "u")).endsWith("pkey PRIMARY KEY (id)");
            bed.source("alter table u drop column nr; insert into u values ('last'), ('last')");
            bed.sync();
            assertThat(key(bed, "u")).isEqualTo("null");
            bed.assertSame("u", "*", "u", "*");

            bed.source("create table t (id int not null, v text); insert into t values (1, 'first')");
            bed.source(
                    "alter table t rename to first; create table t (id int not null, v text); insert into t values (1, 'second')");
            bed.sync();
            assertThat(key(bed, "first")).endsWith(" PRIMARY KEY (id)");
            assertThat(key(bed, "t")).endsWith(" PRIMARY KEY (id)");
            bed.assertSame("t", "*", "t", "*");
        }
    }

    @Test
    void the_precheck_tells_what_the_destination_would_refuse(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), """
                storageOptions: {fillfactor: 5}
                tables:
                  public.j: {primaryKey: [doc]}
                  public.n: {primaryKey: [id], storageOptions: {compresstype: zstd}}
                """)) {
            bed.source("create domain doc as json; create table j (doc doc not null); create table n (id int)");

            assertThat(bed.findings())
                    .anySatisfy(f -> {
                        assertThat(f.item()).isEqualTo("destination.storage_options");
                        assertThat(f.state()).isEqualTo(Finding.State.FAILED);
                        assertThat(f.why()).contains("fillfactor", "unrecognized parameter \"compresstype\"");
                    })
                    .anySatisfy(f -> assertThat(f.why())
                            .contains("public.j: values of type json cannot be in a key, as in column doc"));
            assertThat(bed.bed().destinationHas("public.j")).isFalse();

            bed.settings("tables: {public.n: {primaryKey: [id]}}");
            assertThat(bed.findings()).anySatisfy(f -> {
                assertThat(f.state()).isEqualTo(Finding.State.WARNING);
                assertThat(f.why()).contains("may be NULL at the source: public.n.id");
            });
            bed.source("insert into n values (null)");
            assertThatThrownBy(bed::sync).hasMessageContaining("must not be null would be, table public.n, column id");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 18})
    void the_sources_statistics_shorten_keys(int version, Servers servers) throws Exception {
        try (MappingBed bed =
                new MappingBed(servers.version(version), servers.version(18), "distributedBy: selective")) {
            bed.source(
                    "create table few (kind int, id int, primary key (kind, id)); insert into few select i % 5, i from generate_series(1, 300) i",
                    "create table many (id int, kind int, primary key (id, kind)); insert into many select i, i % 5 from generate_series(1, 300) i",
                    "create table p (id int, day int, primary key (id, day)) partition by range (day);"
                            + " create table p1 partition of p for values from (0) to (10);"
                            + " insert into p select i, i % 10 from generate_series(1, 300) i",
                    "analyze");
            try (SourceSetup setup =
                    new Wiring(bed.bed().spec(), FaultPoints.NONE).source().setup()) {
                Catalog catalog = setup.catalog(bed.bed().spec().objects());
                DestinationNames names = SelectiveKeys.choose(bed.bed().spec(), setup, catalog, DestinationNames.SAME);

                assertThat(catalog.tables()).hasSize(4);
                for (TableDefinition table : catalog.tables()) {
                    assertThat(names.distribution(table.oid()))
                            .as(table.name().table())
                            .isEqualTo(
                                    switch (table.name().table()) {
                                        case "many" -> List.of(1);
                                        // Before 14 nothing says how many rows a partitioned table has.
                                        case "p" -> version >= 14 ? List.of(1) : List.of();
                                        default -> List.of();
                                    });
                }
            }
            assertThat(bed.findings()).anySatisfy(f -> assertThat(f.why()).contains("does not distribute rows"));
        }
    }
}
