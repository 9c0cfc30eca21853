package io.penstock.cli.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.cli.Wiring;
import io.penstock.cli.sync.SpecChange;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.progress.DdlEntry;
import io.penstock.core.task.DdlKind;
import io.penstock.testkit.Servers;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What `ddl` leaves out is not done, is told, and does not keep rows from following. */
@ExtendWith(Servers.class)
class SelectedDdlIT {
    private static final String START = """
            create table t (id int primary key, a text not null, b int not null default 1, c numeric(6, 2));
            create table u (id int primary key, t int references t);
            insert into t values (1, 'a', 1, 1), (2, 'b', 2, 2);
            insert into u values (1, 1)""";

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_column_that_stays_gets_null(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers, EnumSet.of(DdlKind.DROP_COLUMN))) {
            bed.source(
                    "alter table t drop a; insert into t (id) values (3); update t set b = 5 where id = 1",
                    "alter table t drop c, add d int default 7; insert into t (id) values (4); delete from t where id = 2");
            bed.bed().sync();
            assertThat(rows(bed, "t", "id, a, b, c, d")).isEqualTo("1,a,5,1.00,7 3,,1,,7 4,,1,,7");
            assertThat(skipped(bed)).hasSize(2).allMatch(entry -> entry.object().contains("public.t"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_column_that_is_not_added_is_left_out(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers, EnumSet.of(DdlKind.ADD_COLUMN))) {
            bed.source(
                    "alter table t add d int not null default 7; insert into t values (3, 'c', 3, 3, 3)",
                    "update t set d = 8, a = 'x' where id = 1; delete from t where id = 2",
                    "alter table t rename d to e; alter table t alter e type bigint; update t set e = 9; comment on column t.e is 'e'",
                    "create index on t (e); create unique index on t (a); alter table t drop e; update t set a = a || '!'");
            bed.bed().sync();
            assertThat(rows(bed, "t", "*")).isEqualTo("1,x!,1,1.00 3,c!,3,3.00");
            assertThat(skipped(bed)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void names_that_are_not_followed_stay_and_rows_find_them(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers, EnumSet.of(DdlKind.RENAME_COLUMN, DdlKind.RENAME_TABLE))) {
            bed.source(
                    "alter table t rename a to aa; alter table t rename to tt; insert into tt values (3, 'c', 3, 3)",
                    "update tt set aa = 'z' where id = 1; alter table tt add d int; update tt set d = 1 where id = 1",
                    "alter table tt alter aa type varchar(9); create index on tt (aa); delete from tt where id = 2");
            bed.bed().sync();
            assertThat(rows(bed, "t", "id, a, d")).isEqualTo("1,z,1 3,c,");
            assertThat(skipped(bed)).hasSize(2);
        }
    }

    @Test
    void a_partition_that_stays_in_its_place_does_not_go_with_its_former_parent(Servers servers) throws Exception {
        try (DdlBed bed = bed(15, servers, EnumSet.of(DdlKind.DETACH_PARTITION))) {
            bed.source(
                    "create table p (id int primary key) partition by list (id); create table p1 partition of p for values in (1);"
                            + " create table p2 partition of p for values in (2); insert into p values (1), (2)",
                    "alter table p detach partition p1",
                    "drop table p",
                    "insert into p1 values (11)");
            bed.bed().sync();
            assertThat(rows(bed, "p1", "id")).isEqualTo("1 11");
            assertThat(bed.bed().destinationHas("p") || bed.bed().destinationHas("p2"))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void types_defaults_and_constraints_that_are_not_followed_stay(int version, Servers servers) throws Exception {
        Set<DdlKind> without = EnumSet.of(
                DdlKind.ALTER_COLUMN_TYPE,
                DdlKind.ALTER_COLUMN_NULL,
                DdlKind.ALTER_COLUMN_DEFAULT,
                DdlKind.ADD_CONSTRAINT,
                DdlKind.DROP_CONSTRAINT);
        try (DdlBed bed = bed(version, servers, without)) {
            bed.source(
                    "alter table t alter b type bigint; insert into t values (3, 'c', 3, 3)",
                    "alter table t alter b set default 9; insert into t (id, a) values (4, 'd')",
                    "alter table t add constraint positive check (b > 0); alter table u drop constraint u_t_fkey;"
                            + " insert into u values (2, 99)");
            bed.bed().sync();
            assertThat(rows(bed, "t", "id, a, b")).isEqualTo("1,a,1 2,b,2 3,c,3 4,d,9");
            assertThat(rows(bed, "u", "*")).isEqualTo("1,1 2,99");
            assertThat(bed.bed()
                            .atDestination("select format_type(atttypid, atttypmod) from pg_attribute"
                                    + " where attrelid = 't'::regclass and attname = 'b'"))
                    .isEqualTo("integer");
            assertThat(skipped(bed)).hasSizeGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void a_value_that_does_not_fit_the_type_that_stayed_stops_the_table_not_the_truth(Servers servers)
            throws Exception {
        try (DdlBed bed = bed(15, servers, EnumSet.of(DdlKind.ALTER_COLUMN_TYPE))) {
            bed.source("alter table t alter b type bigint", "insert into t values (3, 'c', 10000000000, 3)");
            assertThat(catchThrowable(() -> bed.bed().sync()))
                    .hasMessageContaining("public.t")
                    .hasMessageContaining("out of its type's range");
            bed.bed().destination("alter table t alter b type bigint");
            bed.bed().sync();
            assertThat(rows(bed, "t", "id, b")).isEqualTo("1,1 2,2 3,10000000000");
        }
    }

    @Test
    void a_null_that_the_destination_shall_not_take_stops_the_task_with_its_name(Servers servers) throws Exception {
        try (DdlBed bed = bed(15, servers, EnumSet.of(DdlKind.ALTER_COLUMN_NULL))) {
            bed.source("alter table t alter a drop not null");
            bed.bed().sync();
            bed.source("insert into t (id) values (3)");
            assertThat(catchThrowable(() -> bed.bed().sync()))
                    .hasMessageContaining("public.t")
                    .hasMessageContaining("column a");
            assertThat(skipped(bed)).hasSize(1);
            bed.bed().destination("alter table t alter a drop not null");
            bed.bed().sync();
            assertThat(rows(bed, "t", "id, a")).isEqualTo("1,a 2,b 3,");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void nothing_is_followed_but_rows(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers, EnumSet.allOf(DdlKind.class))) {
            bed.source(
                    "create table n (id int primary key); insert into n values (1); create index on t (a)",
                    "create table made as select 1 as id; insert into made values (2)");
            bed.bed().sync();
            bed.source(
                    "insert into n values (2); insert into made values (3); update made set id = 4; alter table made add x int",
                    "alter table u rename to v; insert into v values (2, 2); drop table n",
                    "alter table t add x int, drop c; insert into t values (3, 'c', 3, 4); truncate v; comment on table t is 'x'",
                    "drop table v; insert into t values (4, 'd', 4, 5)");
            bed.bed().sync();
            assertThat(rows(bed, "t", "*")).isEqualTo("1,a,1,1.00 2,b,2,2.00 3,c,3, 4,d,4,");
            assertThat(bed.bed().destinationHas("public.n")).isFalse();
            assertThat(bed.bed().destinationHas("public.u")).isTrue();
            assertThat(skipped(bed)).isNotEmpty();
            assertThat(history(bed)).noneMatch(entry -> entry.result() == DdlEntry.Result.FAILED);
        }
    }

    @Test
    void a_table_may_follow_less_than_the_others(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.bed()
                    .with(spec ->
                            SpecChange.tableDdl(spec, new QualifiedName("public", "t"), Set.of(DdlKind.DROP_COLUMN)));
            bed.source(
                    "alter table t add x int; alter table u add x int; alter table t drop c; insert into t values (3, 'c', 3, 4)",
                    "update u set x = 5; insert into u values (2, 2, 2)");
            bed.bed().sync();
            assertThat(rows(bed, "t", "*")).isEqualTo("1,a,1 2,b,2 3,c,3");
            assertThat(rows(bed, "u", "*")).isEqualTo("1,1,5 2,2,2");
            assertThat(skipped(bed)).hasSize(1);
        }
    }

    /** All of it but what is given. */
    private static DdlBed bed(int version, Servers servers, Set<DdlKind> without) throws Exception {
        DdlBed bed = new DdlBed(servers.version(version), servers.version(18), START);
        Set<DdlKind> followed = EnumSet.allOf(DdlKind.class);
        followed.removeAll(without);
        bed.bed().with(spec -> SpecChange.ddl(spec, followed));
        return bed;
    }

    private static String rows(DdlBed bed, String table, String columns) throws Exception {
        return bed.bed()
                .atDestination(
                        "select coalesce(string_agg(trim(both '()' from r::text), ' ' order by r::text), '') from"
                                + " (select row(" + (columns.equals("*") ? "x.*" : columns) + ") from " + table
                                + " x) s(r)");
    }

    private static List<DdlEntry> skipped(DdlBed bed) {
        return history(bed).stream()
                .filter(entry -> entry.result() == DdlEntry.Result.SKIPPED)
                .toList();
    }

    private static List<DdlEntry> history(DdlBed bed) {
        try (DefinitionStore store =
                new Wiring(bed.bed().spec(), FaultPoints.NONE).destination().definitions()) {
            return store.history(1000);
        }
    }
}
