package io.penstock.cli.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.cli.sync.SpecChange;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.task.Phase;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.testkit.CrashAt;
import io.penstock.testkit.Servers;
import io.penstock.testkit.SimulatedCrash;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters and expressions over changing rows. */
@ExtendWith(Servers.class)
class RuleIT {
    static final String CUSTOMERS = """
            create table customers (id int primary key, region text, "Phone No" varchar(40), note text, n int, deleted bool,
                                    price numeric(8,2), at timestamptz);
            alter table customers alter note set storage external""";
    static final String WHERE = "region = 'eu' and not customers.deleted -- only ours";
    static final Map<String, String> SET = RuleBed.set(
            "Phone No",
            "overlay(\"Phone No\" placing '****' from 2)",
            "price",
            "price * 1.19",
            "year",
            "extract(year from at)::int",
            "tags",
            "case when n > 5 then array[region, note] end");
    static final String WANTED = """
            select id, region, overlay("Phone No" placing '****' from 2)::varchar(40) as "Phone No", note, n, deleted,
                   (price * 1.19)::numeric(8,2) as price, at, extract(year from at)::int,
                   case when n > 5 then array[region, note] end
              from customers where region = 'eu' and not deleted""";

    static final String ROWS = """
            insert into customers
            select i, case i %% 4 when 0 then 'eu' when 1 then 'us' when 2 then 'eu' end, '+49-' || i || case when i %% 5 = 0 then '\\' || chr(10) else '' end,
                   case i %% 3 when 0 then repeat('long' || i, 2000) when 1 then null else '' end, i, i %% 6 = 0,
                   i / 7.0, '2024-12-31 23:30:00+00'::timestamptz + i * interval '1 hour'
              from generate_series(%d, %d) i""";

    private static RuleBed bed(int version, Servers servers) throws Exception {
        return new RuleBed(servers.version(version), servers.version(18)).rule("customers", WHERE, SET);
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void rows_move_in_and_out_of_a_filter(int version, Servers servers) throws Exception {
        try (RuleBed bed = bed(version, servers)) {
            bed.source(CUSTOMERS, ROWS.formatted(1, 60)).sync().assertRows("customers", WANTED);
            bed.source(
                    "update customers set region = 'eu' where region = 'us' and id < 20",
                    "update customers set region = 'us' where id % 8 = 0",
                    "update customers set deleted = true where id % 10 = 2; update customers set deleted = null where id = 4",
                    "update customers set region = null where id = 14; update customers set n = n + 1 where id % 3 = 0",
                    "delete from customers where id in (2, 3, 5, 6)",
                    ROWS.formatted(100, 140),
                    // Large values stay where they are, and the row comes into view, or moves.
                    "update customers set region = 'eu', deleted = false where note like 'long%'",
                    "update customers set id = id + 1000 where id % 9 = 0",
                    "update customers set id = -1 where id = 20; update customers set id = 20 where id = 22;"
                            + " update customers set id = 22 where id = -1");
            bed.sync().assertRows("customers", WANTED);
            bed.source("truncate customers; " + ROWS.formatted(1, 10));
            bed.sync().assertRows("customers", WANTED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = 18)
    void copying_and_following_make_the_same_of_the_same_rows(int version, Servers servers) throws Exception {
        String types =
                "select column_name, format_type(atttypid, atttypmod) from information_schema.columns c join pg_attribute a"
                        + " on attname = column_name and attrelid = 'customers'::regclass where table_name = 'customers'";
        try (RuleBed full = bed(version, servers);
                RuleBed stream = bed(version, servers)) {
            full.source(CUSTOMERS, ROWS.formatted(1, 200)).sync();
            stream.source(CUSTOMERS).sync().source(ROWS.formatted(1, 200)).sync();
            assertThat(full.atDestination("select * from customers"))
                    .hasSizeGreaterThan(50)
                    .isEqualTo(stream.atDestination("select * from customers"));
            assertThat(full.atDestination(types)).hasSize(10).isEqualTo(stream.atDestination(types));
        }
    }

    @Test
    void a_column_that_tells_when_a_row_was_loaded_needs_nothing_of_the_source(Servers servers) throws Exception {
        try (RuleBed bed = new RuleBed(servers.version(15), servers.version(18))
                .rule("customers", null, RuleBed.set("loaded_at", "now()"))) {
            bed.source(CUSTOMERS, ROWS.formatted(1, 9)).sync();
            assertThat(bed.bed().atSource("select relreplident from pg_class where relname = 'customers'"))
                    .isEqualTo("d");
            String first = bed.bed().atDestination("select max(loaded_at) from customers");
            bed.source(
                    "update customers set n = n + 1; update customers set id = id + 100 where id % 2 = 0",
                    "insert into customers (id) values (50)");
            bed.sync();
            String columns = "id, region, \"Phone No\", note, n, deleted, price, at";
            assertThat(bed.atDestination("select " + columns + " from customers"))
                    .isEqualTo(bed.atSource("select " + columns + " from customers"));
            assertThat(bed.bed().atDestination("select count(*) from customers where loaded_at > '" + first + "'"))
                    .isEqualTo("10");
            assertThat(bed.bed()
                            .atDestination(
                                    "select format_type(atttypid, -1) from pg_attribute where attname = 'loaded_at'"))
                    .isEqualTo("timestamp with time zone");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = 11)
    void a_table_without_a_key_counts_what_its_rows_have_become(int version, Servers servers) throws Exception {
        try (RuleBed bed = new RuleBed(servers.version(version), servers.version(18))
                .rule("log", "level > 1", RuleBed.set("who", "left(who, 1)", "len", "length(who)"))) {
            String wanted = "select level, left(who, 1), length(who) from log where level > 1";
            bed.source(
                            "create table log (level int, who text)",
                            "insert into log select i % 4, 'w' || i % 7 from generate_series(1, 100) i")
                    .sync()
                    .assertRows("log", wanted);
            bed.source(
                    "insert into log select i % 4, 'w' || i % 9 from generate_series(1, 30) i",
                    // Different rows here, the same there.
                    "delete from log where ctid in (select min(ctid) from log group by level, who)",
                    "update log set level = level + 1 where who = 'w3'; update log set who = 'x' where level = 3",
                    "update log set level = 0 where who = 'w5'; insert into log values (3, null), (null, 'w')");
            bed.sync().assertRows("log", wanted);
        }
    }

    @Test
    void a_row_that_is_missing_at_the_destination_is_noticed_behind_a_filter_too(Servers servers) throws Exception {
        try (RuleBed bed = bed(15, servers)) {
            bed.source(CUSTOMERS, ROWS.formatted(1, 30)).sync();
            bed.bed().destination("delete from customers where id = 10");
            bed.source("delete from customers where id = 1 or id = 3");
            bed.sync();
            bed.source("delete from customers where id in (8, 10)");
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("DELETE should have hit 2 rows and hit 1");
        }
    }

    @Test
    void old_rows_are_in_the_log_only_as_long_as_the_task_needs_them(Servers servers) throws Exception {
        RuleBed bed = bed(15, servers);
        String identity = "select relreplident from pg_class where relname = 'customers'";
        try (bed) {
            bed.source(CUSTOMERS, ROWS.formatted(1, 20)).sync();
            assertThat(bed.bed().atSource(identity)).isEqualTo("f");
            // What the triggers do after every change of a definition leaves it.
            bed.source(
                    "alter table customers add more text default 'm'",
                    "alter table customers replica identity default");
            assertThat(bed.bed().atSource(identity)).isEqualTo("f");
            bed.source("update customers set region = 'eu', deleted = false").sync();
            assertThat(bed.bed().atDestination("select count(*) from customers where more = 'm'"))
                    .isEqualTo("20");
        }
        assertThat(bed.bed().atSource(identity)).isEqualTo("d");
    }

    @ParameterizedTest
    @EnumSource(names = {"TABLE_CREATED", "CHUNK_COMMITTED", "STAGED", "MERGED"})
    void a_crash_changes_nothing(FaultPoint point, Servers servers) throws Exception {
        try (RuleBed bed = bed(15, servers)) {
            bed.source(CUSTOMERS, ROWS.formatted(1, 60));
            boolean streaming = point.compareTo(FaultPoint.STREAM_STARTED) > 0;
            if (streaming) {
                bed.sync();
                bed.source(
                        "update customers set region = 'eu', id = -id where id % 2 = 1; delete from customers where id = 4");
            }
            TaskRun.Options options = new TaskRun.Options(Until.CAUGHT_UP, new CrashAt(point, 1));
            assertThat(catchThrowable(() -> bed.bed().task(options).run())).isInstanceOf(SimulatedCrash.class);
            bed.source("update customers set deleted = not deleted where id % 3 = 0", ROWS.formatted(70, 80));
            bed.sync().assertRows("customers", WANTED);
        }
    }

    @Test
    void a_foreign_key_to_rows_that_are_left_out_is_left_out(Servers servers) throws Exception {
        try (RuleBed bed = bed(15, servers)) {
            bed.source(
                            CUSTOMERS,
                            ROWS.formatted(1, 9),
                            "create table orders (id int primary key, customer int references customers)",
                            "insert into orders select i, i from generate_series(1, 9) i")
                    .sync();
            assertThat(bed.bed().atDestination("select count(*) from pg_constraint where contype = 'f'"))
                    .isEqualTo("0");
            bed.source("insert into orders values (10, 1); update customers set n = 0");
            bed.sync().assertRows("orders", "select * from orders");
        }
    }

    @Test
    void a_task_file_with_another_filter_does_not_go_on_with_the_rows_of_the_first(Servers servers) throws Exception {
        try (RuleBed bed = bed(15, servers)) {
            bed.source(CUSTOMERS, ROWS.formatted(1, 9)).sync();
            bed.rule("customers", "region = 'us'", SET);
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("tables.public.customers");
            bed.rule("customers", WHERE, SET).sync();
        }
    }

    @Test
    void a_copy_alone_changes_nothing_at_the_source(Servers servers) throws Exception {
        try (RuleBed bed = bed(15, servers)) {
            bed.bed().with(spec -> SpecChange.phases(spec, List.of(Phase.SCHEMA, Phase.FULL)));
            bed.source(CUSTOMERS, ROWS.formatted(1, 30)).sync().assertRows("customers", WANTED);
            assertThat(bed.bed().atSource("select relreplident from pg_class where relname = 'customers'"))
                    .isEqualTo("d");
        }
    }

    @Test
    void without_the_schema_phase_the_destination_must_have_the_added_columns(Servers servers) throws Exception {
        try (RuleBed bed = bed(15, servers)) {
            bed.bed().with(spec -> SpecChange.phases(spec, List.of(Phase.INCREMENTAL)));
            bed.source(CUSTOMERS);
            bed.bed().destination(CUSTOMERS);
            TaskRun.Options confirmed =
                    new TaskRun.Options(Until.CAUGHT_UP, Set.of("destination.copy"), FaultPoints.NONE);
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("public.customers.tags, public.customers.year");
            bed.bed().destination("alter table customers add year int, add tags text[]");
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("It did not exist; now it does");
            bed.source(ROWS.formatted(1, 30), "update customers set deleted = not deleted where id % 3 = 0");
            bed.bed().task(confirmed).run();
            bed.assertRows("customers", WANTED);
        }
    }

    @Test
    void a_domain_has_its_collation_in_changes_as_in_copies(Servers servers) throws Exception {
        try (RuleBed bed = new RuleBed(servers.version(15), servers.version(18))
                .rule("coded", null, RuleBed.set("by", "pg_collation_for(code)"))) {
            bed.source(
                    "create domain code as text collate \"C\"; create table coded (id int primary key, code code)",
                    "insert into coded values (1, 'a')");
            bed.sync().source("insert into coded values (2, 'b')").sync();
            bed.assertRows("coded", "select id, code, pg_collation_for(code) from coded");
        }
    }
}
