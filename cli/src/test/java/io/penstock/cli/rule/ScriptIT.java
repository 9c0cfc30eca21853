package io.penstock.cli.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.cli.sync.SpecChange;
import io.penstock.cli.sync.SyncBed;
import io.penstock.testkit.Await;
import io.penstock.testkit.Servers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scripts of the reference product, as a task runs them. */
@ExtendWith(Servers.class)
class ScriptIT {
    private static final String SCRIPT = """
            e_compose(
              e_if(op_eq(__TB__, 'customers'), e_compose(e_set(`phone`, str_mask(`phone`, 0, 2, '*')),
                                                        e_set(`size`, 'small', STRING))),
              e_switch(op_lt(`id`, 10), e_drop(), op_is_null(`name`), e_set(`name`, 'unknown'), default = e_keep()))""";

    private static final String TABLES = """
            create table customers (id int primary key, name text, phone text);
            insert into customers select i, case when i % 3 > 0 then 'n' || i end, '555' || i from generate_series(1, 30) i;
            create table shops (id int primary key, name varchar(20), town text);
            insert into shops select i, case when i % 2 > 0 then 's' || i end, 'town' from generate_series(5, 15) i""";

    private static final String WANTED_SHOPS = "select id, coalesce(name, 'unknown'), town from shops where id >= 10";

    private static void assertScripted(RuleBed bed) throws Exception {
        bed.assertRows(
                "customers",
                "select id, coalesce(name, 'unknown'), '***' || substr(phone, 4), 'small' from customers where id >= 10");
        bed.assertRows("shops", WANTED_SHOPS);
    }

    @Test
    void one_script_serves_all_tables_those_created_later_too(Servers servers) throws Exception {
        try (RuleBed bed = new RuleBed(servers.version(15), servers.version(18))) {
            bed.bed().with(spec -> SpecChange.script(spec, SCRIPT));
            bed.source(TABLES).sync();
            assertScripted(bed);
            bed.source(
                    "update customers set name = null where id < 20; update shops set id = id + 100 where id < 9",
                    "insert into customers values (40, null, '4441'), (2000, 'x', null); delete from shops where id = 12",
                    "create table later (id int primary key, name text); insert into later values (1, 'a'), (11, null)",
                    // Gone before anybody could be asked about it.
                    "create table brief (id int primary key, name text, phone text); insert into brief values (1, 'a', 'b')",
                    "update brief set id = 20; drop table brief");
            bed.sync();
            assertScripted(bed);
            bed.assertRows("later", "select id, coalesce(name, 'unknown') from later where id >= 10");
            bed.source("update later set id = id + 1");
            bed.sync().assertRows("later", "select id, coalesce(name, 'unknown') from later where id >= 10");
        }
    }

    @Test
    void a_table_that_is_renamed_to_one_the_script_is_for_stays_as_it_was(Servers servers) throws Exception {
        String script = "e_if(op_eq(__TB__, 'customers'), e_set(`phone`, str_mask(`phone`, 0, 2, '*')))";
        try (RuleBed bed = new RuleBed(servers.version(15), servers.version(18))) {
            bed.bed().with(spec -> SpecChange.script(spec, script));
            bed.source("create table old (id int primary key, phone text); insert into old values (1, '5551')")
                    .sync();
            SyncBed.Running run = bed.bed().start();
            String reading =
                    "select exists (select from pg_replication_slots where active and database = current_database())";
            bed.bed().awaitAtSource(reading);
            bed.source("alter table old rename to customers; insert into customers values (2, '5552')");
            Await.until("the new name is there", Duration.ofMinutes(1), () -> bed.bed()
                    .destinationHas("public.customers"));
            run.stop();
            bed.source("insert into customers values (3, '5553')").sync();
            bed.assertRows("customers", "select * from customers");
            // Nobody renames it then, and the script is another one.
            bed.bed().with(spec -> SpecChange.script(spec, script.replace('*', '#')));
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("Put the task file back as it was");
        }
    }

    @Test
    void a_filter_beside_a_script_holds_too(Servers servers) throws Exception {
        try (RuleBed bed = new RuleBed(servers.version(15), servers.version(18))
                .rule("shops", "id <> 13 or false", RuleBed.set("town", "upper(town)"))) {
            bed.bed().with(spec -> SpecChange.script(spec, SCRIPT));
            bed.source(TABLES)
                    .sync()
                    .source("update shops set name = null where id = 14")
                    .sync();
            bed.assertRows(
                    "shops",
                    "select id, coalesce(name, 'unknown'), upper(town) from shops where id >= 10 and id <> 13");
        }
    }

    @Test
    void a_script_that_cannot_be_followed_is_refused_with_its_place(Servers servers) throws Exception {
        try (RuleBed bed = new RuleBed(servers.version(15), servers.version(18))) {
            bed.source(TABLES);
            bed.bed().with(spec -> SpecChange.script(spec, "e_if(op_eq(`nope`, 1), e_drop())"));
            assertThat(catchThrowable(bed::sync))
                    .hasMessageContaining("etl.script: line 1, column")
                    .hasMessageContaining("(table public.customers)");
            bed.bed().with(spec -> SpecChange.script(spec, "e_if(op_eq(__OPERATION__, __OP_DELETE__), e_drop())"));
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("cannot be followed (table public.customers)");
            bed.bed().with(spec -> SpecChange.tables(spec, Map.of()));
        }
    }
}
