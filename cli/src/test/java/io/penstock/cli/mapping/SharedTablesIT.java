package io.penstock.cli.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.cli.Wiring;
import io.penstock.cli.release.TaskRelease;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.taskfile.TaskFileReader;
import io.penstock.testkit.CrashAt;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several sources into one database, and into one table; one source into several databases. */
@ExtendWith(Servers.class)
class SharedTablesIT {
    private static final String SHARED = "tables: {public.t: {to: dw.t}}";

    /** Another source with a task of its own into the same database. */
    private static MappingBed beside(MappingBed first, EmbeddedServer source, String settings) throws Exception {
        MappingBed second = new MappingBed(source, first.bed().destinationServer(), settings);
        EndpointSpec there = first.bed().spec().destination();
        second.bed().with(spec -> into(spec, there, settings));
        return second;
    }

    private static TaskSpec into(TaskSpec spec, EndpointSpec destination, String settings) {
        String yaml = "name: " + spec.name() + "\nsource: {url: \""
                + spec.source().url() + "\"}\ndestination: {url: \"" + destination.url() + "\"}\n" + settings;
        return TaskFileReader.read(yaml, Path.of("/"), Map.of());
    }

    private static String start(int from) {
        return "create table t (id int primary key, a text); insert into t select i, 'a' from generate_series(" + from
                + ", " + (from + 2) + ") i; create table own" + from + " (id int primary key); insert into own" + from
                + " values (1)";
    }

    /** Three rows of each. */
    private static void copy(MappingBed first, MappingBed second) throws Exception {
        first.source(start(100));
        second.source(start(200));
        first.sync();
        second.sync();
    }

    @Test
    void two_sources_bring_their_rows_into_one_database_and_one_table(Servers servers) throws Exception {
        try (MappingBed first = new MappingBed(servers.version(15), servers.version(18), SHARED);
                MappingBed second = beside(first, servers.version(11), SHARED)) {
            copy(first, second);
            assertThat(first.there("dw.t", "*")).isEqualTo("(100,a) (101,a) (102,a) (200,a) (201,a) (202,a)");
            first.source(
                    "update t set a = 'b' where id = 100; delete from t where id = 101; insert into own100 values (2)");
            second.source("insert into t values (203, 'c'); update t set id = 299 where id = 200");
            first.sync();
            second.sync();
            assertThat(first.there("dw.t", "*")).isEqualTo("(100,b) (102,a) (201,a) (202,a) (203,c) (299,a)");
            assertThat(first.there("own100", "*") + first.there("own200", "*")).isEqualTo("(1) (2)(1)");

            // A key that both have is not overwritten.
            second.source("insert into t values (100, 'mine')");
            assertThat(catchThrowable(second::sync)).hasMessageContaining("dw.t");
            second.source("delete from t where id = 100");
            first.source("delete from t where id = 100");
            first.sync();
            second.sync();

            first.source("drop table t");
            first.sync();
            assertThat(first.skipped()).anyMatch(e -> e.object().equals("table public.t"));
            assertThat(first.there("dw.t", "*")).isEqualTo("(102,a) (201,a) (202,a) (203,c) (299,a)");
            release(first);
            second.source("insert into t values (300, 'd')");
            second.sync();
            assertThat(second.bed().atDestination("select 1")).isEqualTo("1");
            assertThat(first.there("dw.t where id = 300", "*")).isEqualTo("(300,d)");
        }
    }

    @Test
    void a_truncate_of_one_source_does_not_empty_the_table_of_all(Servers servers) throws Exception {
        try (MappingBed first = new MappingBed(servers.version(15), servers.version(18), SHARED);
                MappingBed second = beside(first, servers.version(15), SHARED)) {
            copy(first, second);
            first.source("truncate t; insert into t values (102, 'again')");
            assertThat(catchThrowable(first::sync))
                    .hasMessageContaining("TRUNCATE")
                    .hasMessageContaining("dw.t")
                    .hasMessageContaining("dml: [insert, update, delete]");
            assertThat(first.bed().atDestination("select count(*) from dw.t")).isEqualTo("6");
            first.destination("delete from dw.t where id < 200");
            first.settings("tables: {public.t: {to: dw.t, dml: [insert, update, delete]}}");
            first.sync();
            assertThat(first.there("dw.t", "*")).isEqualTo("(102,again) (200,a) (201,a) (202,a)");
            assertThat(first.omitted("public.t")).isEqualTo(Map.of("truncate", 1L));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table t alter a type int using length(a)",
                "alter table t add made timestamptz not null default clock_timestamp()"
            })
    void a_definition_that_needs_another_copy_does_not_empty_the_table_of_all(String definition, Servers servers)
            throws Exception {
        try (MappingBed first = new MappingBed(servers.version(15), servers.version(18), SHARED);
                MappingBed second = beside(first, servers.version(15), SHARED)) {
            copy(first, second);
            for (MappingBed bed : List.of(first, second)) {
                bed.source(definition);
                assertThat(catchThrowable(bed::sync)).hasMessageContaining("is not emptied");
            }
            assertThat(first.there("dw.t", "*")).isEqualTo("(100,a) (101,a) (102,a) (200,a) (201,a) (202,a)");
        }
    }

    @Test
    void rows_of_a_table_that_its_source_has_dropped_are_not_emptied_by_another_source(Servers servers)
            throws Exception {
        try (MappingBed first = new MappingBed(servers.version(15), servers.version(18), SHARED);
                MappingBed second = beside(first, servers.version(15), SHARED)) {
            copy(first, second);
            second.source("drop table t");
            second.sync();
            first.source("truncate t");
            assertThat(catchThrowable(first::sync))
                    .hasMessageContaining("TRUNCATE")
                    .hasMessageContaining(second.bed().spec().name() + ": public.t");
            first.settings("tables: {public.t: {to: dw.t, dml: [insert, update, delete]}}");
            first.source("drop table t");
            first.sync();
            assertThat(first.there("dw.t where id >= 200", "*")).isEqualTo("(200,a) (201,a) (202,a)");
        }
    }

    @Test
    void a_row_that_the_filter_has_left_out_is_not_taken_for_one_of_another_source(Servers servers) throws Exception {
        String filtered = "tables: {public.t: {to: dw.t, where: \"a <> 'hidden'\"}}";
        try (MappingBed first = new MappingBed(servers.version(15), servers.version(18), filtered);
                MappingBed second = beside(first, servers.version(15), SHARED)) {
            first.source(start(100) + "; insert into t values (200, 'hidden'), (201, 'hidden')");
            second.source(start(200));
            first.sync();
            second.sync();
            first.source("delete from t where id = 200; update t set a = 'hidden', id = 300 where id = 201");
            first.sync();
            assertThat(first.there("dw.t", "*")).isEqualTo("(100,a) (101,a) (102,a) (200,a) (201,a) (202,a)");
        }
    }

    @Test
    void a_crash_while_the_second_source_is_copied_harms_no_row_of_the_first(Servers servers) throws Exception {
        try (MappingBed first = new MappingBed(servers.version(15), servers.version(18), SHARED);
                MappingBed second = beside(first, servers.version(15), SHARED)) {
            first.source(start(100));
            second.source(start(200));
            first.sync();
            assertThat(catchThrowable(() -> second.bed().run(new CrashAt(FaultPoint.CHUNK_COMMITTED, 2))))
                    .isNotNull();
            second.sync();
            assertThat(first.there("dw.t", "*")).isEqualTo("(100,a) (101,a) (102,a) (200,a) (201,a) (202,a)");
        }
    }

    @Test
    void two_tables_of_one_source_share_one(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(
                servers.version(15),
                servers.version(18),
                "tables: {s1.t: {to: dw.t}, s2.t: {to: dw.t, columns: {rename: {b: a}}}}")) {
            bed.source(
                    "create schema s1; create table s1.t (id serial primary key, a text); create index by_a on s1.t (a); insert into s1.t values (1, 'x')",
                    "create schema s2; create table s2.t (id serial primary key, b text); create index by_a on s2.t (b); insert into s2.t values (11, 'y')");
            bed.sync();
            assertThat(bed.there("dw.t", "*")).isEqualTo("(1,x) (11,y)");
            bed.source(
                    "update s1.t set a = 'z'; insert into s2.t values (12, 'w'); delete from s2.t where id = 11",
                    "alter table s1.t add c int; alter table s2.t add c int; insert into s1.t values (2, 'q', 5); insert into s2.t values (13, 'r', 6)");
            bed.sync();
            assertThat(bed.there("dw.t", "*")).isEqualTo("(1,z,) (12,w,) (13,r,6) (2,q,5)");
            bed.source("truncate s2.t");
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("s1.t");
        }
    }

    @Test
    void a_table_that_does_not_fit_the_one_it_shares_stops_the_precheck(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(
                servers.version(15), servers.version(18), "tables: {s1.t: {to: dw.t}, s2.t: {to: dw.t}}")) {
            bed.source("create schema s1; create table s1.t (id int primary key)");
            bed.source("create schema s2; create table s2.t (id int primary key, b text)");
            assertThat(bed.findings())
                    .anyMatch(f -> f.item().equals("mapping.columns")
                            && f.why().contains("dw.t would have no column b for s2.t"));
        }
    }

    @Test
    void rows_that_the_shared_table_would_refuse_stop_the_precheck(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(
                servers.version(15), servers.version(18), "tables: {s1.t: {to: dw.t}, s2.t: {to: dw.t}}")) {
            bed.source(
                    "create schema s1; create table s1.t (id bigint primary key, a int, b text not null, c text not null default '', d varchar(9))",
                    "create schema s2; create table s2.t (id int primary key, a text, d varchar(10))",
                    "insert into s1.t values (1, 1, 'x'); insert into s2.t values (2, '2')");
            assertThat(bed.findings())
                    .anyMatch(f -> f.item().equals("mapping.columns")
                            && f.why()
                                    .contains(
                                            "column a of dw.t would be integer, as s1.t has it, which does not take every text of s2.t")
                            && f.why().contains("column d of dw.t would be character varying(9)")
                            && f.why()
                                    .contains(
                                            "column b of dw.t would be NOT NULL without a default, as s1.t has it, and s2.t has no such column")
                            && !f.why().contains("column id")
                            && !f.why().contains("column c"));
            bed.source("alter table s1.t alter a type text, alter b set default '-', alter d type varchar(10)");
            bed.sync();
            assertThat(bed.there("dw.t", "id, a, b, c")).isEqualTo("(1,1,x,\"\") (2,2,-,\"\")");
        }
    }

    @Test
    void one_source_goes_to_several_databases(Servers servers) throws Exception {
        try (MappingBed first = new MappingBed(servers.version(15), servers.version(18), "");
                MappingBed second = new MappingBed(servers.version(15), servers.version(18), "")) {
            EndpointSpec destination = second.bed().spec().destination();
            String name = second.bed().spec().name();
            first.source("create table t (id int primary key, a text); insert into t values (1, 'x')");
            TaskSpec other = TaskFileReader.read(
                    "name: " + name + "-b\nsource: {url: \""
                            + first.bed().spec().source().url() + "\"}\ndestination: {url: \"" + destination.url()
                            + "\"}\nnames: {case: upper}",
                    Path.of("/"),
                    Map.of());
            second.bed().with(spec -> other);
            first.sync();
            second.sync();
            first.source("insert into t values (2, 'y'); alter table t add b int; update t set b = id");
            second.sync();
            first.sync();
            assertThat(first.there("t", "*")).isEqualTo("(1,x,1) (2,y,2)");
            assertThat(second.there("\"PUBLIC\".\"T\"", "*")).isEqualTo("(1,x,1) (2,y,2)");
        }
    }

    private static void release(MappingBed bed) {
        Wiring wiring = new Wiring(bed.bed().spec(), FaultPoints.NONE);
        new TaskRelease(bed.bed().spec().name(), wiring.source(), wiring.destination()).run();
    }

    @Test
    void rows_that_a_released_task_has_left_are_neither_emptied_nor_dropped(Servers servers) throws Exception {
        try (MappingBed first = new MappingBed(servers.version(15), servers.version(18), SHARED);
                MappingBed second = beside(first, servers.version(15), SHARED)) {
            copy(first, second);
            release(second);
            first.source("truncate t");
            assertThat(catchThrowable(first::sync))
                    .hasMessageContaining("TRUNCATE")
                    .hasMessageContaining(second.bed().spec().name() + ": public.t, released");
            first.settings("tables: {public.t: {to: dw.t, dml: [insert, update, delete]}}");
            first.source("drop table t");
            first.sync();
            assertThat(first.skipped()).anyMatch(e -> e.object().equals("table public.t"));
            assertThat(first.there("dw.t where id >= 200", "*")).isEqualTo("(200,a) (201,a) (202,a)");
            release(first);
            assertThat(first.bed().atDestination("select to_regnamespace('penstock') is null"))
                    .isEqualTo("t");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'insert, update', insert into t values (100 ^ 'mine'), violates a unique key",
        "'update, delete', insert into t values (100 ^ 'mine'); delete from t where id = 100, leaves out its inserts",
        "'insert, delete', update t set id = 100 where id = 200; delete from t where id = 100, leaves out its inserts or updates"
    })
    void a_key_of_another_source_is_not_taken_where_changes_are_left_out(
            String dml, String change, String message, Servers servers) throws Exception {
        String partly = "tables: {public.t: {to: dw.t, dml: [" + dml + "]}}";
        try (MappingBed first = new MappingBed(servers.version(15), servers.version(18), SHARED);
                MappingBed second = beside(first, servers.version(15), partly)) {
            copy(first, second);
            second.source(change.replace(" ^", ","));
            assertThat(catchThrowable(second::sync)).hasMessageContaining(message);
            assertThat(first.there("dw.t where id = 100", "*")).isEqualTo("(100,a)");
        }
    }

    @Test
    void a_change_that_would_hit_a_row_of_each_source_stops_where_no_key_keeps_them_apart(Servers servers)
            throws Exception {
        String settings = "phases: [full, incremental]\n" + SHARED;
        try (MappingBed first = new MappingBed(servers.version(15), servers.version(18), settings);
                MappingBed second = beside(first, servers.version(15), settings)) {
            first.destination("create schema dw; create table dw.t (id int, a text)");
            first.source(
                    "create table t (id int primary key, a text); insert into t values (1, 'first'), (2, 'first')");
            second.source("create table t (id int primary key, a text); insert into t values (1, 'second')");
            first.sync();
            second.sync();
            second.source("delete from t where id = 1");
            assertThat(catchThrowable(second::sync)).hasMessageContaining("DELETE should have hit 1 rows and hit 2");
            assertThat(first.there("dw.t", "*")).isEqualTo("(1,first) (1,second) (2,first)");
        }
    }
}
