package io.penstock.cli.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.testkit.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Definitions that change under filters and expressions. */
@ExtendWith(Servers.class)
class RuleDefinitionsIT {
    private static final String TABLE = """
            create table t (id int primary key, kind text, secret text, n int);
            insert into t select i, 'k' || i % 3, 'secret' || i, i from generate_series(1, 30) i""";

    private static RuleBed bed(int version, Servers servers) throws Exception {
        return new RuleBed(servers.version(version), servers.version(18))
                .rule("t", "kind <> 'k1'", RuleBed.set("secret", "left(secret, 1)", "twice", "n * 2"));
    }

    @ParameterizedTest
    @ValueSource(ints = 11)
    void names_that_change_still_mean_the_same_columns(int version, Servers servers) throws Exception {
        try (RuleBed bed = bed(version, servers)) {
            bed.source(TABLE).sync();
            bed.source(
                    "alter table t rename kind to sort; alter table t rename n to number; update t set number = -1 where id < 9",
                    "alter table t rename secret to kind; update t set kind = 'zzz', sort = 'k1' where id = 3",
                    "alter table t add n text default 'late'; update t set sort = 'k2', n = 'x' where id = 4",
                    "alter table t rename to u; update u set number = 5 where id = 5; insert into u values (31, 'k0', 'abc', 7)");
            bed.sync()
                    .assertRows("u", "select id, sort, left(kind, 1), number, number * 2, n from u where sort <> 'k1'");
            bed.source("update u set sort = 'k1' where id = 31; alter table u drop n; delete from u where id = 5");
            bed.sync().assertRows("u", "select id, sort, left(kind, 1), number, number * 2 from u where sort <> 'k1'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = 18)
    void rows_are_copied_again_when_what_an_expression_reads_changes_its_type(int version, Servers servers)
            throws Exception {
        try (RuleBed bed = bed(version, servers)) {
            bed.source(TABLE).sync();
            bed.source(
                    "alter table t alter n type numeric(6, 1) using n / 2.0; update t set n = 0.5 where id = 2",
                    "insert into t values (31, 'k0', 'new', 1.5)");
            bed.sync().assertRows("t", "select id, kind, left(secret, 1), n, (n * 2)::int from t where kind <> 'k1'");
            bed.source("alter table t alter kind type varchar(9) using case kind when 'k1' then 'k0' else 'k1' end");
            bed.sync().assertRows("t", "select id, kind, left(secret, 1), n, (n * 2)::int from t where kind <> 'k1'");
        }
    }

    @Test
    void the_task_stops_before_a_column_that_an_expression_reads_is_gone(Servers servers) throws Exception {
        try (RuleBed bed = bed(15, servers)) {
            bed.source(TABLE).sync();
            bed.source("insert into t values (31, 'k0', 'abc', 7)", "alter table t drop n");
            assertThat(catchThrowable(bed::sync))
                    .hasMessageContaining("public.t")
                    .hasMessageContaining("column n, which an expression reads, is not there any more")
                    .hasMessageContaining("correct the task file");
            assertThat(bed.bed().atDestination("select count(*) from t where id = 31 and twice = 14"))
                    .isEqualTo("1");
        }
    }

    @Test
    void the_task_stops_when_the_source_gets_a_column_of_an_added_ones_name(Servers servers) throws Exception {
        try (RuleBed bed = bed(15, servers)) {
            bed.source(TABLE).sync();
            bed.source("alter table t add twice int");
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("is a column of the source now");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = 15)
    void a_table_that_takes_the_name_comes_under_the_rule(int version, Servers servers) throws Exception {
        try (RuleBed bed = bed(version, servers)) {
            String wanted = "select id, kind, left(secret, 1), n, n * 2 from t where kind <> 'k1'";
            bed.source(TABLE).sync();
            bed.source("drop table t");
            bed.sync().sync();
            bed.source(TABLE + "; update t set kind = 'k1' where id = 3");
            bed.sync().assertRows("t", wanted);
            bed.source(
                    "create table fresh (id int primary key, kind text, secret text, n int)",
                    "insert into fresh select i, 'k' || i % 4, 'secret' || i, i from generate_series(1, 20) i");
            bed.sync().assertRows("fresh", "select * from fresh");
            bed.source("alter table t rename to old; alter table fresh rename to t; update t set n = 3 where id = 2");
            bed.sync().assertRows("t", wanted);
            bed.assertRows("old", "select id, kind, left(secret, 1), n, n * 2 from old where kind <> 'k1'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 18})
    void a_partitioned_tables_rule_holds_for_its_partitions(int version, Servers servers) throws Exception {
        try (RuleBed bed = bed(version, servers)) {
            String wanted = "select id, kind, left(secret, 1), n, n * 2 from t where kind <> 'k1'";
            bed.source(
                            "create table t (id int primary key, kind text, secret text, n int) partition by range (id)",
                            "create table t1 partition of t for values from (1) to (20)",
                            "create table t2 (n int, id int not null, secret text, kind text); alter table t attach partition t2"
                                    + " for values from (20) to (40)",
                            "insert into t select i, 'k' || i % 3, 'secret' || i, i from generate_series(1, 39) i")
                    .sync()
                    .assertRows("t", wanted);
            bed.source(
                    "update t set kind = 'k' || (id + 1) % 3; delete from t where id in (27, 28);"
                            + " update t set id = id + 20 where id = 7 or id = 8",
                    "create table t3 partition of t for values from (40) to (60); insert into t values (40, 'k1', 'a', 1), (41, 'k2', 'b', 2)");
            bed.sync().assertRows("t", wanted);
            bed.source(
                    "create table t4 (id int primary key, kind text, secret text, n int)",
                    "insert into t4 select i, 'k' || i % 3, 'secret' || i, i from generate_series(60, 79) i");
            bed.sync().assertRows("t4", "select * from t4");
            bed.source(
                    "alter table t attach partition t4 for values from (60) to (80); update t set n = 9 where id = 61",
                    "delete from t where id in (62, 63, 64)");
            bed.sync().assertRows("t", wanted);
            bed.source(
                    "alter table t detach partition t4; update t4 set kind = 'k2' where id = 61; delete from t where id = 2");
            bed.sync().assertRows("t", wanted);
            bed.assertRows("t4", "select id, kind, left(secret, 1), n, n * 2 from t4 where kind <> 'k1'");
        }
    }
}
