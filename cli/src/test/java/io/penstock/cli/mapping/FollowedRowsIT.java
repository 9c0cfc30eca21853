package io.penstock.cli.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.testkit.Servers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dml}: changes of rows that are not followed are counted, and what follows them is right all the same. */
@ExtendWith(Servers.class)
class FollowedRowsIT {
    private static final String START = """
            create table t (id int primary key, a text, big text);
            create table u (id int primary key, a text);
            insert into t select i, 'a' || i, string_agg(md5((i * j)::text), '') from generate_series(1, 5) i, generate_series(1, 300) j
             group by i;
            insert into u values (1, 'a')""";

    /** Small batches are written row by row, large ones set by set. */
    private static String many(boolean large) {
        return large ? "insert into t select i, 'n' || i from generate_series(1000, 1200) i;" : "";
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void what_is_deleted_stays_and_gives_way_to_a_row_of_the_same_key(boolean large, Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), "dml: [insert, update]")) {
            bed.source(START);
            bed.sync();
            bed.source(
                    many(large) + "delete from t where id < 4; insert into t values (1, 'again', 'b')",
                    "update t set id = 2, a = 'moved' where id = 4; update t set a = 'x' where id = 5; truncate u");
            bed.sync();
            bed.source(many(large).replace("1000, 1200", "2000, 2200")
                    + "insert into t values (3, 'back'), (4, 'new'); insert into u values (1, 'b')");
            bed.sync();
            assertThat(bed.there("t where id < 1000", "id, a, length(big)"))
                    .isEqualTo("(1,again,1) (2,moved,9600) (3,back,) (4,new,) (5,x,9600)");
            assertThat(bed.there("u", "*")).isEqualTo("(1,b)");
            assertThat(bed.omitted("public.t")).isEqualTo(Map.of("delete", 3L));
            assertThat(bed.omitted("public.u")).isEqualTo(Map.of("truncate", 1L));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rows_that_never_came_are_not_changed(boolean large, Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), "dml: [update, delete]")) {
            bed.source(START);
            bed.sync();
            bed.source(
                    many(large) + "insert into t values (6, 'six'), (7, 'seven')",
                    "update t set a = 'x' where id in (1, 6) or id >= 1000; update t set id = id + 10 where id in (2, 7);"
                            + " delete from t where id in (3, 6)",
                    "delete from t where id = 5; insert into t values (5, 'other'); update t set a = 'unseen' where id = 5");
            bed.sync();
            assertThat(bed.there("t", "id, a, length(big)")).isEqualTo("(1,x,9600) (12,a2,9600) (4,a4,9600)");
            assertThat(bed.omitted("public.t").get("insert")).isEqualTo(large ? 204L : 3L);
        }
    }

    @Test
    void a_row_whose_move_was_not_followed_stays_where_it_was(Servers servers) throws Exception {
        try (MappingBed bed =
                new MappingBed(servers.version(15), servers.version(18), "dml: [insert, delete, truncate]")) {
            bed.source(START);
            bed.sync();
            bed.source(
                    "update t set id = 10 where id = 1; delete from t where id = 10",
                    "update t set a = 'x' where id = 2; delete from t where id = 2; insert into t values (1, 'new')",
                    "truncate u; insert into u values (2, 'b')");
            bed.sync();
            assertThat(bed.there("t", "id, a")).isEqualTo("(1,new) (3,a3) (4,a4) (5,a5)");
            assertThat(bed.there("u", "*")).isEqualTo("(2,b)");
            assertThat(bed.omitted("public.t")).isEqualTo(Map.of("update", 2L));
        }
    }

    @Test
    void a_table_beats_the_task_and_its_partitions_go_with_it(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(
                servers.version(15),
                servers.version(18),
                "dml: [insert]\ntables: {public.p: {dml: [insert, update, delete, truncate]}, public.k: {dml: [insert, truncate]}}")) {
            bed.source(
                    START,
                    "create table p (id int primary key, a text) partition by range (id); create table p1 partition of p for values from (0) to (9)",
                    "create table k (a int, b int); insert into k values (1, 1), (1, 1)");
            bed.sync();
            bed.source(
                    "insert into p values (1, 'a'), (2, 'b'); update p set a = 'c' where id = 1; delete from p where id = 2",
                    "insert into k values (2, 2); delete from k where a = 1; update t set a = 'x'; delete from t");
            bed.sync();
            assertThat(bed.there("p", "*")).isEqualTo("(1,c)");
            assertThat(bed.there("k", "*")).isEqualTo("(1,1) (1,1) (2,2)");
            assertThat(bed.there("t", "id, a")).isEqualTo("(1,a1) (2,a2) (3,a3) (4,a4) (5,a5)");
            // The file may be changed; what was left out stays left out.
            bed.settings("dml: [insert, truncate]");
            bed.source("truncate t; insert into t values (1, 'fresh')");
            bed.sync();
            assertThat(bed.there("t", "id, a")).isEqualTo("(1,fresh)");
        }
    }

    @Test
    void rows_that_the_source_no_longer_has_are_not_lost_to_another_copy(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), "dml: [insert, update]")) {
            bed.source(START);
            bed.sync();
            bed.source("delete from t where id < 5", "alter table t add at timestamptz default clock_timestamp()");
            assertThat(catchThrowable(bed::sync))
                    .hasMessageContaining("public.t")
                    .hasMessageContaining("would be lost");
            assertThat(bed.there("t", "id")).isEqualTo("(1) (2) (3) (4) (5)");
        }
    }

    @Test
    void updates_without_inserts_need_a_key(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), "dml: [update, delete]")) {
            bed.source("create table k (a int)");
            assertThat(bed.findings())
                    .anyMatch(f -> f.item().equals("mapping.dml") && f.why().contains("public.k has no key"));
        }
    }

    @Test
    void changes_that_cannot_be_left_out_are_not_left_out_by_a_changed_file_either(Servers servers) throws Exception {
        String rule = "tables: {public.t: {where: \"id > 1\"}}";
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), rule)) {
            bed.source("create table t (id int primary key); create table k (a int); insert into t values (1), (2)");
            bed.sync();
            bed.settings("dml: [update]\n" + rule);
            assertThat(catchThrowable(bed::sync))
                    .hasMessageContaining("public.k has no key, so `dml` cannot have update without insert")
                    .hasMessageContaining(
                            "tables.public.t: with a filter, expressions or a script, `dml` must have insert");
            assertThat(bed.findings())
                    .anyMatch(f -> f.item().equals("task.settings") && f.why().contains("public.k has no key"));
            bed.settings("dml: [insert, update]\n" + rule);
            bed.source("insert into t values (3); delete from t where id = 2");
            bed.sync();
            assertThat(bed.there("t", "*")).isEqualTo("(2) (3)");
        }
    }

    @Test
    void values_of_columns_that_the_destination_lacks_are_counted_or_refused(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), "phases: [full, incremental]")) {
            bed.source("create table t (id int primary key, a int, b int); insert into t values (1, 1, 1), (2, 2, 2)");
            bed.destination("create table t (id int primary key, b int)");
            assertThat(bed.findings())
                    .anyMatch(f ->
                            f.item().equals("destination.columns") && f.why().contains("public.t.a"));
            bed.settings("phases: [full, incremental]\nonMissingColumn: ignore");
            bed.sync();
            bed.source(
                    "insert into t values (3, 3, 3); update t set a = 5 where id = 1; update t set b = 6 where id = 2; delete from t where id = 3");
            bed.sync();
            assertThat(bed.there("t", "*")).isEqualTo("(1,1) (2,6)");
            assertThat(bed.omitted("public.t")).isEqualTo(Map.of("values", 5L));
            bed.source("alter table t add c int; insert into t values (4, 4, 4, 4)");
            bed.sync();
            assertThat(bed.there("t", "*")).isEqualTo("(1,1,) (2,6,) (4,4,4)");
            assertThat(bed.omitted("public.t")).isEqualTo(Map.of("values", 6L));
            bed.settings("phases: [full, incremental]");
            bed.source("alter table t add d int");
            assertThat(catchThrowable(bed::sync))
                    .hasMessageContaining("cannot take the columns a of public.t")
                    .hasMessageContaining("onMissingColumn");
        }
    }
}
