package io.penstock.cli.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.cli.Wiring;
import io.penstock.cli.release.TaskRelease;
import io.penstock.core.check.Finding;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.taskfile.TaskFileReader;
import io.penstock.testkit.CrashAt;
import io.penstock.testkit.Servers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several sources whose keys overlap in one table, told apart by a column of the key that each fills with a value of its own. */
@ExtendWith(Servers.class)
class LabelIT {
    private static final String START = """
            create table t (id int primary key, code text unique, a text, big text);
            alter table t alter big set storage external;
            insert into t select i, 'c' || i, '%s', repeat('%s' || i, 3000) from generate_series(1, %d) i""";

    /** Both tasks, and what each source holds. */
    private record Pair(MappingBed eu, MappingBed us) implements AutoCloseable {
        static Pair of(Servers servers, String more) throws Exception {
            MappingBed eu = new MappingBed(servers.version(15), servers.version(18), labelled("eu", more));
            MappingBed us = new MappingBed(servers.version(18), servers.version(18), labelled("us", more));
            EndpointSpec there = eu.bed().spec().destination();
            // Names of tasks are those of databases, which each server counts for itself.
            us.bed().with(spec -> into("us-" + spec.name(), spec, there, labelled("us", more)));
            eu.source(START.formatted("e", "e", 5));
            us.source(START.formatted("u", "u", 7));
            return new Pair(eu, us);
        }

        void sync() {
            eu.sync();
            us.sync();
        }

        void assertOwn() throws SQLException {
            String columns = "id, code, a, md5(big)";
            eu.assertSame("t", columns, "dw.t where region = 'eu'", columns);
            assertThat(eu.there("dw.t where region = 'us'", columns))
                    .isEqualTo(us.bed().atSource(MappingBed.rows("t", columns)));
            assertThat(eu.bed().atDestination("select count(*) from dw.t where region not in ('eu', 'us')"))
                    .isEqualTo("0");
        }

        @Override
        public void close() {
            us.close();
            eu.close();
        }
    }

    private static String labelled(String region, String more) {
        return "tables: {public.t: {to: dw.t, primaryKey: [region, id], columns: {set: {region: \"'" + region + "'\"}}"
                + more + "}}";
    }

    private static TaskSpec into(String name, TaskSpec spec, EndpointSpec destination, String settings) {
        String yaml = "name: " + name + "\nsource: {url: \"" + spec.source().url() + "\"}\ndestination: {url: \""
                + destination.url() + "\"}\n" + settings;
        return TaskFileReader.read(yaml, Path.of("/"), Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", where: \"a <> 'hidden'\"", ", dml: [insert, update, delete]"})
    void a_change_of_one_source_touches_no_row_of_the_other(String more, Servers servers) throws Exception {
        try (Pair both = Pair.of(servers, more)) {
            both.sync();
            both.assertOwn();
            assertThat(both.eu()
                            .bed()
                            .atDestination(
                                    "select string_agg(pg_get_constraintdef(oid), ' ' order by contype) from pg_constraint"
                                            + " where conrelid = 'dw.t'::regclass and contype in ('p', 'u')"))
                    .isEqualTo("PRIMARY KEY (region, id) UNIQUE (region, code)");
            both.eu()
                    .source(
                            "update t set a = 'b' where id = 1; delete from t where id = 2; update t set id = 40 where id = 3",
                            "insert into t values (6, 'c9', 'n', 'n'); update t set a = 'hidden' where id = 40; update t set a = 'x' where id = 40");
            both.us()
                    .source(
                            "update t set id = -id; update t set id = 1 where id = -7; delete from t where id = -3",
                            "insert into t select i, 'n' || i, 'n', 'n' from generate_series(100, 400) i");
            both.sync();
            both.assertOwn();
        }
    }

    @Test
    void a_truncate_and_another_copy_concern_the_own_rows_alone(Servers servers) throws Exception {
        try (Pair both = Pair.of(servers, "")) {
            both.sync();
            both.us().source("truncate t; insert into t values (1, 'c1', 'again', 'b')");
            both.sync();
            both.assertOwn();
            // A column whose values nobody has written to the log: all rows are copied again.
            both.eu().source("alter table t add at timestamptz default clock_timestamp(); delete from t where id = 1");
            both.sync();
            both.assertOwn();
            both.eu().assertSame("t", "id, at", "dw.t where region = 'eu'", "id, at");
            both.eu()
                    .source(
                            "alter table t drop constraint t_code_key; alter table t add unique (code, a)",
                            "create unique index folded on t (lower(code)) where id > 0; insert into t values (70, 'D', 'n', 'n', now())");
            both.sync();
            both.assertOwn();
            assertThat(both.eu()
                            .bed()
                            .atDestination(
                                    "select string_agg(substr(indexdef, strpos(indexdef, '(')), ' ' order by indexname)"
                                            + " from pg_indexes where schemaname = 'dw'"))
                    .isEqualTo("(region, lower(code)) WHERE (id > 0) (region, code, a) (region, id)");
            Wiring wiring = new Wiring(both.us().bed().spec(), FaultPoints.NONE);
            new TaskRelease(both.us().bed().spec().name(), wiring.source(), wiring.destination()).run();
            both.eu().source("truncate t; insert into t values (2, 'c1', 'again', 'b')");
            both.eu().sync();
            both.assertOwn();
        }
    }

    @Test
    void a_type_that_only_a_copy_can_follow_stops_before_it_takes_the_values_of_the_other(Servers servers)
            throws Exception {
        try (Pair both = Pair.of(servers, "")) {
            both.sync();
            both.eu().source("alter table t alter a type int using length(a)");
            assertThat(catchThrowable(() -> both.eu().sync())).hasMessageContaining("is not emptied");
            assertThat(both.eu().bed().atDestination("select count(*) from dw.t where a in ('e', 'u')"))
                    .isEqualTo("12");
        }
    }

    @Test
    void a_table_that_was_renamed_is_copied_again_with_its_own_rows(Servers servers) throws Exception {
        try (Pair both = Pair.of(servers, "")) {
            both.sync();
            both.eu().source("alter table t rename to r");
            both.eu().source("alter table r add at timestamptz default clock_timestamp()");
            both.eu().sync();
            both.eu().assertSame("r", "id, at", "dw.t where region = 'eu'", "id, at");
            assertThat(both.eu().bed().atDestination("select count(*) from dw.t where region = 'us'"))
                    .isEqualTo("7");
        }
    }

    @Test
    void a_copy_that_was_interrupted_begins_anew_with_its_own_rows(Servers servers) throws Exception {
        try (Pair both = Pair.of(servers, "")) {
            both.eu().sync();
            assertThat(catchThrowable(() -> both.us().bed().run(new CrashAt(FaultPoint.CHUNK_COMMITTED, 1))))
                    .isNotNull();
            both.us().source("delete from t where id = 1; update t set a = 'late' where id = 2");
            both.sync();
            both.assertOwn();
        }
    }

    @Test
    void two_tables_of_one_source_may_have_a_label_each(Servers servers) throws Exception {
        String settings = "tables: {s1.t: {to: dw.t, primaryKey: [of, id], columns: {set: {of: \"1\"}}},"
                + " s2.t: {to: dw.t, primaryKey: [of, id], columns: {set: {of: \"2\"}}}}";
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), settings)) {
            bed.source("create schema s1; create table s1.t (id int primary key); insert into s1.t values (1), (2)");
            bed.source("create schema s2; create table s2.t (id int primary key); insert into s2.t values (1), (3)");
            bed.sync();
            bed.source(
                    "delete from s2.t where id = 1; update s1.t set id = 3 where id = 2; insert into s2.t values (2)");
            bed.sync();
            assertThat(bed.there("dw.t", "*")).isEqualTo("(1,1) (2,2) (3,1) (3,2)");
            bed.source("truncate s1.t");
            bed.sync();
            assertThat(bed.there("dw.t", "*")).isEqualTo("(2,2) (3,2)");
            bed.source("insert into s1.t values (4); alter table s1.t alter id type bigint using id * 10");
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("is not emptied");
            assertThat(bed.there("dw.t", "*")).startsWith("(2,2) (3,2)");
        }
    }

    @Test
    void the_same_label_twice_is_no_label(Servers servers) throws Exception {
        try (Pair both = Pair.of(servers, "")) {
            both.eu().sync();
            both.us().bed().with(spec -> into(spec.name(), spec, spec.destination(), labelled("eu", "")));
            both.us().source("update t set id = id + 1000, code = 'u' || id");
            both.us().sync();
            both.us().source("truncate t");
            assertThat(catchThrowable(() -> both.us().sync()))
                    .hasMessageContaining("TRUNCATE")
                    .hasMessageContaining(both.eu().bed().spec().name() + ": public.t");
            assertThat(both.eu().bed().atDestination("select count(*) from dw.t"))
                    .isEqualTo("12");
        }
    }

    @Test
    void only_a_constant_before_the_sources_key_makes_another_key(Servers servers) throws Exception {
        String set = "columns: {set: {region: \"'eu'\", other: \"left(a, 1)\"}}";
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), "")) {
            bed.source("create table t (id int primary key, a text)");
            assertThat(keyProblem(bed, "[id, region], " + set)).contains("public.t has the key (region, id)");
            assertThat(keyProblem(bed, "[other, id], " + set)).contains("has a primary key at the source");
            assertThat(keyProblem(bed, "[id], " + set)).contains("has a primary key at the source");
            bed.settings("tables: {public.t: {primaryKey: [region, id], " + set + "}}");
            assertThat(bed.findings()).noneMatch(f -> f.state() == Finding.State.FAILED);
        }
    }

    private static String keyProblem(MappingBed bed, String settings) {
        bed.settings("tables: {public.t: {primaryKey: " + settings + "}}");
        return bed.findings().stream()
                .filter(f -> f.item().equals("destination.primary_key"))
                .map(Finding::why)
                .findFirst()
                .orElse("");
    }
}
