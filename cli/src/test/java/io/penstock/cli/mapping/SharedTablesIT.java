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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

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

    @Test
    void two_sources_bring_their_rows_into_one_database_and_one_table(Servers servers) throws Exception {
        try (MappingBed first = new MappingBed(servers.version(15), servers.version(18), SHARED);
                MappingBed second = beside(first, servers.version(11), SHARED)) {
            first.source(start(100));
            second.source(start(200));
            first.sync();
            second.sync();
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
            new TaskRelease(
                            first.bed().spec().name(),
                            new Wiring(first.bed().spec(), FaultPoints.NONE).source(),
                            new Wiring(first.bed().spec(), FaultPoints.NONE).destination())
                    .run();
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
            first.source(start(100));
            second.source(start(200));
            first.sync();
            second.sync();
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
}
