package io.penstock.cli.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.cli.sync.SpecChange;
import io.penstock.cli.sync.SyncBed;
import io.penstock.core.error.PenstockException;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.task.OnDdlError;
import io.penstock.testkit.Servers;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the destination refuses to do. */
@ExtendWith(Servers.class)
class QuarantineIT {
    private static final String START =
            "create table t (id int primary key, v int); create table other (id int primary key);"
                    + " insert into t select i, i from generate_series(1, 10) i";

    @Test
    void a_refused_change_holds_its_table_until_a_person_has_helped(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.bed().destination("alter table t add w text");
            bed.source(
                    "insert into t values (11, 11); alter table t add w int; insert into t values (12, 12, 12)",
                    "insert into other values (1)",
                    "update t set v = v + 1; delete from t where id = 3");
            bed.bed().sync();
            TableProgress waiting = bed.table("public.t");
            assertThat(waiting.state()).isEqualTo(TableState.ERRORED);
            assertThat(waiting.error()).contains("ALTER TABLE public.t").contains("resume-table");
            assertThat(bed.bed().atDestination("select count(*) from other")).isEqualTo("1");
            assertThat(bed.bed().atDestination("select count(*) from t")).isEqualTo("11");

            bed.bed().destination("alter table t drop w");
            bed.resume(waiting);
            bed.assertFollowed();
            assertThat(bed.table("public.t").state()).isEqualTo(TableState.READY);
            assertThat(bed.bed().atDestination("select count(*) from penstock.quarantine"))
                    .isEqualTo("0");
        }
    }

    /** One task with all of them: each run of a task costs a second. */
    @ParameterizedTest
    @CsvSource({"11, false", "15, true", "18, false", "18, true"})
    void refused_changes_wait_and_lose_nothing_whether_a_person_makes_them_or_only_the_way_for_them(
            int version, boolean byHand, Servers servers) throws Exception {
        String start = Obstacle.ALL.stream().map(Obstacle::start).collect(Collectors.joining(" ", START + ";", ""));
        try (DdlBed bed = new DdlBed(servers.version(version), servers.version(18), start)) {
            for (Obstacle o : Obstacle.ALL) {
                bed.bed().destination(o.obstacle());
            }
            for (Obstacle o : Obstacle.ALL) {
                bed.source(o.change(), o.more(), "insert into other select count(*) from other");
            }
            bed.bed().sync();
            List<TableProgress> waiting = bed.waiting();
            assertThat(waiting)
                    .extracting(t -> t.mapping().source().toString())
                    .containsExactlyInAnyOrderElementsOf(Obstacle.ALL.stream()
                            .flatMap(o -> o.waits().stream())
                            .toList());
            assertThat(bed.bed().atDestination("select count(*) from other")).isEqualTo("" + Obstacle.ALL.size());
            assertThat(bed.bed().atDestination("select count(*) from computed")).isEqualTo("10");
            assertThat(bed.bed()
                            .atDestination("select count(*) from penstock.ddl_history where result = 'failed'"
                                    + " and (statement like '%TRUNCATE%' or statement like '%NULL::%')"))
                    .isEqualTo("0");

            for (Obstacle o : Obstacle.ALL) {
                bed.bed().destination(o.removal());
            }
            for (TableProgress table : waiting) {
                String shown = shown(String.valueOf(table.error()));
                if (byHand && !shown.isEmpty()) {
                    bed.bed().destination(shown);
                }
                bed.resume(table);
            }
            bed.assertFollowed();
            assertThat(bed.waiting()).isEmpty();
            assertThat(bed.bed().atDestination("select count(*) from penstock.quarantine"))
                    .isEqualTo("0");
        }
    }

    /** The statements that the person is told to run, empty where there are none. */
    private static String shown(String error) {
        assertThat(error).contains("penstock resume-table");
        Matcher told = Pattern.compile(", or run there: (.*); then `penstock").matcher(error);
        return told.find() ? told.group(1) : "";
    }

    @Test
    void a_resumed_table_waits_again_when_the_obstacle_is_still_there(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.bed().destination("create view on_t as select v from t");
            bed.source(
                    "alter table t add a int default 1, alter v type bigint using v * 10",
                    "alter table t rename a to b; insert into t values (11, 11, 11)");
            bed.bed().sync();
            bed.resume(bed.table("public.t"));
            bed.source("update t set b = 2 where id = 4", "alter table t add c int default 9");
            bed.bed().sync();
            assertThat(bed.table("public.t").state()).isEqualTo(TableState.ERRORED);
            assertThat(bed.bed().atDestination("select sum(v) from t")).isEqualTo("55");

            bed.bed().destination("drop view on_t");
            bed.resume(bed.table("public.t"));
            bed.assertFollowed();
        }
    }

    @Test
    void a_table_that_is_dropped_while_it_waits_is_forgotten(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.bed()
                    .destination(
                            "alter table t add w text", "create table made (x int)", "insert into made values (1)");
            bed.source(
                    "alter table t add w int; insert into t values (11, 11, 11)",
                    "create table made (id int primary key); insert into made values (5)");
            bed.bed().sync();
            bed.source("drop table t; drop table made; insert into other values (1)");
            bed.bed().sync();
            bed.bed().destination("drop table made");
            bed.assertFollowed();
            assertThat(bed.bed().atDestination("select count(*) from penstock.quarantine"))
                    .isEqualTo("0");
        }
    }

    @Test
    @Timeout(120)
    void a_table_that_a_person_has_changed_is_copied_while_a_transaction_stays_open(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.bed().destination("alter table t add w text");
            bed.source("alter table t add w int default 5; update t set w = 6 where id = 3");
            bed.bed().sync();
            bed.bed().destination("alter table t alter w type int using w::int");
            bed.resume(bed.table("public.t"));
            try (Connection forgotten = bed.bed().connectSource();
                    Statement statement = forgotten.createStatement()) {
                forgotten.setAutoCommit(false);
                statement.execute("insert into other values (7)");
                bed.bed().sync();
                forgotten.commit();
            }
            bed.assertFollowed();
        }
    }

    /** Each change that is held ends a piece of what is applied. */
    @Test
    void a_table_that_is_dropped_while_what_was_held_of_it_is_applied_is_forgotten(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.bed().destination("alter table t add c1 text");
            bed.source(
                    "do $$ begin for i in 1 .. 200 loop execute 'alter table t add c' || i || ' int'; end loop; end $$");
            bed.bed().sync();
            bed.bed().destination("alter table t drop c1");
            SyncBed.Running running = bed.bed().start();
            bed.source("insert into other values (1)");
            bed.bed().awaitAtDestination("select count(*) = 1 from other");
            bed.resume(bed.table("public.t"));
            bed.bed().awaitAtDestination("select count(*) < 200 from penstock.quarantine");
            bed.source("drop table t");
            bed.bed().awaitAtDestination("select to_regclass('t') is null");
            bed.source("insert into other values (2)");
            bed.bed().awaitAtDestination("select count(*) = 2 from other");
            running.stop();
            bed.assertFollowed();
        }
    }

    @Test
    void a_partition_that_waits_outlives_the_parent_it_has_left(Servers servers) throws Exception {
        String start = START + "; create table p (id int primary key, v int) partition by range (id);"
                + " create table p_1 partition of p for values from (0) to (10);"
                + " create table p_2 partition of p for values from (10) to (20);"
                + " insert into p select i, i from generate_series(1, 15) i";
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), start)) {
            bed.bed().destination("create table p_1_v (x int)");
            bed.source(
                    "create index p_1_v on p_1 (v); insert into p values (0, 0)",
                    "alter table p detach partition p_1; insert into p_1 values (30, 30)",
                    "drop table p");
            bed.bed().sync();
            assertThat(bed.bed().atDestination("select count(*) from p_1")).isEqualTo("9");
            assertThat(bed.bed().destinationHas("p_2")).isFalse();
            bed.bed().destination("drop table p_1_v");
            bed.resume(bed.table("public.p_1"));
            bed.assertFollowed();
            assertThat(bed.waiting()).isEmpty();
        }
    }

    @Test
    void a_type_waits_for_nobody_so_the_task_stops(Servers servers) throws Exception {
        String start = START + "; create domain small as int; create table s (id int primary key, v small)";
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), start)) {
            bed.bed().destination("create table own (v small)", "insert into own values (1000)");
            bed.source("alter domain small add check (value < 100); insert into s values (1, 5)");
            assertThatThrownBy(() -> bed.bed().sync())
                    .isInstanceOf(PenstockException.class)
                    .hasMessageContaining("ALTER DOMAIN")
                    .hasMessageContaining("Remove at the destination what stands in the way, and run again");
            bed.bed().destination("drop table own");
            bed.assertFollowed();
        }
    }

    @Test
    void a_type_that_others_changed_meanwhile_stays_as_it_is(Servers servers) throws Exception {
        String start = START + "; create type pair as (a int); create table s (id int primary key, p pair);"
                + " create type mine as (a int); alter table t add p pair, add m mine; insert into s values (1, row(1))";
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), start)) {
            bed.bed().destination("alter table t add w text");
            bed.source(
                    "alter table t add w int; alter type pair add attribute b int; alter type mine add attribute b int;"
                            + " update s set p = row(2, 3)",
                    "create type mood as enum ('one'); alter table t add o mood",
                    "alter type mood add value 'two'",
                    "insert into t (id, m, o) values (20, row(7, 8), 'two')",
                    "create type late as (a int); alter table t add l late; alter type late add attribute b int",
                    "create table z (id int primary key, l late); insert into z values (1, row(1, 2))");
            bed.bed().sync();
            bed.bed().destination("alter table t drop w");
            bed.resume(bed.table("public.t"));
            bed.source("insert into t (id, p, w) values (11, row(4, 5), 6)");
            bed.assertFollowed();
        }
    }

    @Test
    void a_table_that_comes_in_the_place_of_one_that_cannot_go_is_told_with_what_keeps_that(Servers servers)
            throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.bed().destination("create view on_t as select v from t");
            bed.source("drop table t; create table t (k text primary key); insert into t values ('new')");
            assertThatThrownBy(() -> bed.bed().sync())
                    .isInstanceOf(PenstockException.class)
                    .hasMessageContaining("Another table is named public.t now")
                    .hasMessageContaining("because other objects depend on it")
                    .hasMessageContaining("Remove at the destination what stands in the way, and run again.");
            assertThat(bed.waiting()).isEmpty();
            bed.bed().destination("drop view on_t");
            bed.assertFollowed();
        }
    }

    @Test
    void tables_that_wait_and_exchange_their_names_go_on_together(Servers servers) throws Exception {
        String start = START + "; create table u (id int primary key, v int); insert into u values (1, 100)";
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), start)) {
            bed.bed().destination("alter table t add w text; alter table u add w text");
            bed.source(
                    "alter table t add w int; alter table u add w int",
                    "alter table t rename to z; alter table u rename to t; alter table z rename to u",
                    "insert into t values (2, 200, 2); insert into u values (11, 11, 1)");
            bed.bed().sync();
            bed.bed().destination("alter table t drop w; alter table u drop w");
            bed.waiting().forEach(bed::resume);
            bed.assertFollowed();
            assertThat(bed.waiting()).isEmpty();
        }
    }

    @Test
    void a_type_that_only_tables_that_wait_still_have_goes_with_the_last_of_them(Servers servers) throws Exception {
        String start = START + "; create type mood as enum ('good'); create table u (id int primary key, m mood);"
                + " create type late as (a mood); alter table t add m mood[], add l late";
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), start)) {
            bed.bed().destination("alter table t add w text; alter table u add w text");
            bed.source(
                    "alter table t add w int; alter table u add w int",
                    "alter table t drop m; alter table u drop m",
                    "drop type late cascade; drop type mood; insert into other values (1)");
            bed.bed().sync();
            assertThat(bed.bed().atDestination("select count(*) from other")).isEqualTo("1");
            bed.bed().destination("alter table t drop w");
            bed.resume(bed.table("public.t"));
            bed.bed().sync();
            assertThat(bed.waiting()).hasSize(1);
            bed.bed().destination("alter table u drop w");
            bed.resume(bed.table("public.u"));
            bed.assertFollowed();
            assertThat(bed.bed().atDestination("select to_regtype('mood')")).isNull();
        }
    }

    @Test
    void rows_that_are_held_are_copied_when_their_type_was_changed_meanwhile(Servers servers) throws Exception {
        String start = "create type mood as enum ('good', 'bad'); create type pair as (a int); " + START
                + "; alter table t add m mood, add p pair; create table u (id int primary key, m mood)";
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), start)) {
            bed.bed().destination("alter table t add w text; alter table u add w text");
            bed.source(
                    "alter table t add w int; insert into t values (11, 11, 'bad', row(1), 1)",
                    "alter table u add w int; insert into u values (1, 'good')",
                    "alter type mood add value 'fair' before 'bad'",
                    "insert into u values (2, 'fair')");
            bed.bed().sync();
            bed.bed().destination("alter table u drop w");
            bed.resume(bed.table("public.u"));
            bed.bed().sync();
            assertThat(bed.table("public.u").snapshot()).isNull();
            bed.source(
                    "alter type mood rename value 'bad' to 'poor'; update t set m = 'poor' where id = 1",
                    "alter type pair add attribute b int");
            bed.bed().sync();
            bed.bed().destination("alter table t drop w");
            bed.resume(bed.table("public.t"));
            bed.assertFollowed();
            assertThat(bed.table("public.t").snapshot()).isNotNull();
        }
    }

    @Test
    void a_task_that_shall_stop_stops_before_the_change(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.bed().with(spec -> SpecChange.onDdlError(spec, OnDdlError.STOP));
            bed.bed().destination("alter table t add w text");
            bed.source("insert into t values (11, 11)", "alter table t add w int; insert into t values (12, 12, 12)");
            assertThatThrownBy(() -> bed.bed().sync())
                    .isInstanceOf(PenstockException.class)
                    .hasMessageContaining("public.t")
                    .hasMessageContaining("ADD COLUMN w");
            assertThat(bed.bed().atDestination("select count(*) from t")).isEqualTo("11");

            bed.bed().destination("alter table t drop w");
            bed.assertFollowed();
        }
    }
}
