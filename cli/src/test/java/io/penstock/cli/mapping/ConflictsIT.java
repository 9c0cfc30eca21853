package io.penstock.cli.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.core.fault.FaultPoint;
import io.penstock.testkit.CrashAt;
import io.penstock.testkit.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code conflicts: ignore}: the full phase keeps the destination's rows, the incremental phase overwrites them. */
@ExtendWith(Servers.class)
class ConflictsIT {
    private static final String START = """
            create table t (id int primary key, a text, b text);
            insert into t select i, 's' || i, 's' from generate_series(1, 2000) i;
            create table k (a int); insert into k values (1), (2);
            create table fresh (id int primary key); insert into fresh values (1)""";

    private static final String THERE = """
            create table t (id int primary key, a text, b text, own text default 'own');
            insert into t values (1, 'd1', 'd'), (2, 'd2', 'd'), (5000, 'd5000', 'd');
            create table k (a int); insert into k values (2), (3)""";

    private static MappingBed bed(Servers servers) throws Exception {
        MappingBed bed = new MappingBed(servers.version(15), servers.version(18), "conflicts: ignore");
        bed.source(START);
        bed.destination(THERE);
        return bed;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rows_that_are_there_stay_until_the_source_changes_them(boolean large, Servers servers) throws Exception {
        try (MappingBed bed = bed(servers)) {
            bed.sync();
            assertThat(bed.there("t where id < 4 or id > 2000", "*"))
                    .isEqualTo("(1,d1,d,own) (2,d2,d,own) (3,s3,s,own) (5000,d5000,d,own)");
            assertThat(bed.bed().atDestination("select count(*) from t")).isEqualTo("2001");
            assertThat(bed.there("k", "*")).isEqualTo("(1) (2) (2) (3)");
            assertThat(bed.table("public.t").rowsCopied()).isEqualTo(1998);
            bed.source(
                    (large ? "update t set b = 'x' where id > 100 and id < 400;" : "")
                            + "update t set b = 'y' where id = 1; insert into t values (5000, 'new', 'n'); delete from t where id = 2",
                    "update t set id = 6000 where id = 3; delete from k where a = 2; truncate fresh");
            bed.sync();
            assertThat(bed.there("t where id < 4 or id > 2000", "id, a, b"))
                    .isEqualTo("(1,s1,y) (5000,new,n) (6000,s3,s)");
            assertThat(bed.there("k", "*")).isEqualTo("(1) (2) (3)");
            assertThat(bed.there("fresh", "*")).isEmpty();
        }
    }

    /** What the source changes before a copy's snapshot belongs to the copy, which keeps the destination's row. */
    @ParameterizedTest
    @CsvSource({
        "TABLE_OPENED, 1, d1",
        "CHUNK_COPIED, 1, d1",
        "CHUNK_COMMITTED, 1, late",
        "TABLE_COPIED, 1, late",
        "CHUNK_COMMITTED, 2, late"
    })
    void a_crash_leaves_no_row_twice_and_none_stale(FaultPoint point, int nth, String first, Servers servers)
            throws Exception {
        try (MappingBed bed = bed(servers)) {
            bed.settings("conflicts: ignore\nfull: {jobs: 1}");
            CrashAt crash = new CrashAt(point, nth);
            assertThat(catchThrowable(() -> bed.bed().run(crash))).isNotNull();
            bed.source(
                    "update t set a = 'late' where id in (1, 10); delete from t where id = 20; insert into k values (9)");
            bed.sync();
            assertThat(bed.there("t where id in (1, 2, 10, 20)", "id, a"))
                    .isEqualTo("(1," + first + ") (10,late) (2,d2)");
            assertThat(bed.bed().atDestination("select count(*) from t")).isEqualTo("2000");
            assertThat(bed.there("k", "*")).isEqualTo("(1) (2) (2) (3) (9)");
        }
    }

    @Test
    void a_table_with_rows_of_others_is_neither_dropped_nor_emptied_for_a_copy(Servers servers) throws Exception {
        try (MappingBed bed = bed(servers)) {
            bed.sync();
            bed.source("drop table k; drop table fresh");
            bed.sync();
            assertThat(bed.there("k", "*")).isEqualTo("(1) (2) (2) (3)");
            assertThat(bed.bed().destinationHas("fresh")).isFalse();
            assertThat(bed.skipped()).anyMatch(e -> e.object().equals("table public.k"));
            bed.source("alter table t add at timestamptz default clock_timestamp()");
            assertThat(catchThrowable(bed::sync))
                    .hasMessageContaining("public.t")
                    .hasMessageContaining("penstock release");
            assertThat(bed.bed().atDestination("select count(*) from t")).isEqualTo("2001");
        }
    }

    @Test
    void tables_that_come_later_are_taken_as_they_are_or_wait(Servers servers) throws Exception {
        try (MappingBed bed = bed(servers)) {
            bed.sync();
            bed.destination(
                    "create table later (id int primary key, a text); insert into later values (1, 'd'), (3, 'd')");
            bed.source("create table later (id int primary key, a text); insert into later values (1, 's'), (2, 's')");
            bed.sync();
            assertThat(bed.there("later", "*")).isEqualTo("(1,s) (2,s) (3,d)");
        }
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), "")) {
            bed.source("create table t (id int primary key)");
            bed.sync();
            bed.destination(
                    "create table later (id int); insert into later values (1); create table empty (id int primary key)");
            bed.source("create table empty (id int primary key); insert into empty values (1)");
            bed.sync();
            assertThat(bed.there("empty", "*")).isEqualTo("(1)");
            bed.source("create table later (id int); insert into later values (2)");
            bed.sync();
            assertThat(bed.there("later", "*")).isEqualTo("(1)");
            assertThat(bed.bed()
                            .atDestination("select state from penstock.progress_tables where source = 'public.later'"))
                    .isEqualTo("errored");
        }
    }

    @Test
    void rows_are_not_copied_on_top_of_others_unasked(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), "phases: [full]")) {
            bed.source("create table k (a int); insert into k values (1)");
            bed.destination("create table k (a int); insert into k values (7)");
            assertThat(bed.findings())
                    .anyMatch(
                            f -> f.item().equals("destination.rows") && f.why().contains("public.k"));
            bed.settings("phases: [full]\nconflicts: ignore");
            bed.sync();
            assertThat(bed.there("k", "*")).isEqualTo("(1) (7)");
        }
    }

    @Test
    void a_truncate_does_not_empty_what_was_there_before(Servers servers) throws Exception {
        try (MappingBed bed = bed(servers)) {
            bed.sync();
            bed.source("truncate t; insert into t values (1, 'after')");
            assertThat(catchThrowable(bed::sync))
                    .hasMessageContaining("TRUNCATE")
                    .hasMessageContaining("rows that were there before the task")
                    .hasMessageContaining("dml: [insert, update, delete]");
            assertThat(bed.bed().atDestination("select count(*) from t")).isEqualTo("2001");
            bed.destination("delete from t where a like 's%'");
            bed.settings("conflicts: ignore\ntables: {public.t: {dml: [insert, update, delete]}}");
            bed.sync();
            assertThat(bed.there("t", "id, a")).isEqualTo("(1,after) (2,d2) (5000,d5000)");
        }
    }

    @Test
    void a_table_that_was_there_without_rows_is_the_tasks_own(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), "conflicts: ignore")) {
            bed.source("create table t (id int primary key, a text); insert into t values (1, 'a'), (2, 'b')");
            bed.destination("create table t (id int primary key, a text, own text default 'own')");
            bed.sync();
            bed.source(
                    "truncate t; insert into t values (3, 'c'); alter table t add at timestamptz default clock_timestamp()");
            bed.sync();
            assertThat(bed.there("t", "id, a, own")).isEqualTo("(3,c,own)");
        }
    }
}
