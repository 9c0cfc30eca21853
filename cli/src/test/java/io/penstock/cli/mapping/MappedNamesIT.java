package io.penstock.cli.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.cli.Wiring;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.DestinationSchema;
import io.penstock.testkit.Servers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables and columns that the destination calls otherwise: created, copied, followed and changed under their names there. */
@ExtendWith(Servers.class)
class MappedNamesIT {
    private static final String SETTINGS = """
            names: {rules: [{match: "crm\\\\.(.*)_v([0-9]+)", to: "ods.$1_$2"}, {match: "shop\\\\.(.*)", to: "ods.$1"}]}
            tables:
              shop.customers: {to: dw.customer, columns: {rename: {cust_id: customer_id}, exclude: [ssn]}}
              shop.events: {to: dw.fact, columns: {rename: {at: day}}}
            """;

    private static final String[] START = {"""
        create schema shop; create schema crm; create type shop.mood as enum ('ok', 'bad');
        create table shop.customers (cust_id serial primary key, name text not null, ssn text, mood shop.mood default 'ok',
            note text, constraint named check (length(name) > 0 and cust_id > 0), constraint social check (ssn <> name));
        create index by_name on shop.customers (lower(name), cust_id) where cust_id > 0;
        create index by_ssn on shop.customers (ssn);
        create unique index by_note on shop.customers (note);
        create table shop.orders (id int primary key, customer int references shop.customers on delete cascade,
            amount numeric(8, 2) default 0);
        create table crm.leads_v2 (id int primary key, who text);
        create table shop.logs (line text, level int)""", """
        create table shop.events (id int, at date, what text, primary key (id, at)) partition by range (at);
        create table shop.events_old partition of shop.events for values from ('2000-01-01') to ('2024-01-01');
        create table shop.events_new partition of shop.events for values from ('2024-01-01') to ('2030-01-01');
        alter table shop.logs replica identity full""", """
        insert into shop.customers (name, ssn, note) select 'n' || i, 's' || i, repeat('x' || i, 3000) from generate_series(1, 5) i;
        insert into shop.orders values (1, 1, 10), (2, 2, 20);
        insert into crm.leads_v2 values (1, 'a');
        insert into shop.logs values ('l', 1), ('l', 1);
        insert into shop.events values (1, '2001-01-01', 'x'), (2, '2025-01-01', 'y')"""};

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void everything_is_found_under_its_name_at_the_destination(int version, Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(version), servers.version(18), SETTINGS)) {
            bed.source(START);
            bed.sync();
            assertSame(bed);
            assertThat(
                            bed.bed()
                                    .atDestination(
                                            "select string_agg(nspname, ' ' order by nspname) from pg_namespace where"
                                                    + " nspname not like 'pg%' and nspname not in ('information_schema', 'penstock', 'public')"))
                    .isEqualTo("dw ods");
            assertThat(
                            bed.bed()
                                    .atDestination(
                                            "select string_agg(pg_get_constraintdef(oid), ' ' order by conname) from"
                                                    + " pg_constraint where conrelid = 'dw.customer'::regclass and contype in ('c', 'p')"))
                    .contains("CHECK (((length(name) > 0) AND (customer_id > 0)))", "PRIMARY KEY (customer_id)")
                    .doesNotContain("ssn");
            assertThat(bed.bed()
                            .atDestination("select string_agg(indexdef, ' ' order by indexname) from pg_indexes where"
                                    + " tablename = 'customer'"))
                    .contains("by_name ON dw.customer USING btree (lower(name), customer_id) WHERE (customer_id > 0)")
                    .doesNotContain("by_ssn");
            assertThat(bed.bed()
                            .atDestination("select pg_get_constraintdef(oid) from pg_constraint where conrelid ="
                                    + " 'ods.orders'::regclass and contype = 'f'"))
                    .isEqualTo("FOREIGN KEY (customer) REFERENCES dw.customer(customer_id) ON DELETE CASCADE");
            assertThat(bed.bed()
                            .atDestination("select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid ="
                                    + " 'dw.customer'::regclass and adnum = 1"))
                    .isEqualTo("nextval('dw.customers_cust_id_seq'::regclass)");

            bed.source(
                    "insert into shop.customers (name, ssn, mood) values ('z', 'secret', 'bad'); delete from shop.logs where ctid = '(0,1)'",
                    "update shop.customers set ssn = 'other'; update shop.customers set name = name || '!' where cust_id < 3",
                    "update shop.customers set cust_id = cust_id + 100 where cust_id = 4; delete from shop.customers where cust_id = 5",
                    "insert into shop.events select i, '2025-02-02', 'z' from generate_series(10, 300) i; update shop.events set at = '2002-02-02' where id = 2",
                    "insert into shop.logs values ('l', 1), ('m', 2); update shop.logs set level = 3 where line = 'm'; truncate crm.leads_v2");
            bed.sync();
            assertSame(bed);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 18})
    void changes_of_definitions_go_where_the_names_are(int version, Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(version), servers.version(18), SETTINGS)) {
            bed.source(START);
            bed.sync();
            bed.source(
                    "alter table shop.customers add age int default 7 check (age > cust_id - 1000), add ssn2 text; create index on shop.customers (age, cust_id)",
                    "alter table shop.customers rename cust_id to id; alter table shop.customers rename name to full_name;"
                            + " update shop.customers set full_name = full_name || '?' where id = 1",
                    "alter table crm.leads_v2 rename to leads_v3; insert into crm.leads_v3 values (2, 'b')",
                    "create table shop.added (id serial primary key, c int references shop.customers); insert into shop.added (c) values (1)",
                    "create table shop.events_far partition of shop.events for values from ('2030-01-01') to ('2040-01-01');"
                            + " insert into shop.events values (9, '2035-01-01', 'far')",
                    "alter table shop.orders set schema crm; insert into crm.orders values (3, 3, 30); drop table shop.logs",
                    "alter table shop.customers rename to clients; insert into shop.clients (full_name, ssn) values ('new', 'hidden')",
                    "alter type shop.mood add value 'fine'; alter type shop.mood rename to temper",
                    "update shop.clients set mood = 'fine' where id = 2; alter table shop.clients drop ssn2, drop ssn");
            bed.sync();
            bed.assertSame(
                    "shop.clients",
                    "id, full_name, mood::text, note, age",
                    "dw.customer",
                    "customer_id, full_name, mood::text, note, age");
            bed.assertSame("crm.leads_v3", "id, who", "ods.leads_3", "*");
            bed.assertSame("shop.added", "id, c", "ods.added", "*");
            bed.assertSame("crm.orders", "id, customer, amount", "crm.orders", "*");
            bed.assertSame("shop.events_far", "id, at, what", "ods.events_far", "id, day, what");
            assertThat(bed.bed().destinationHas("ods.logs")).isFalse();
            assertThat(bed.bed().destinationHas("ods.added_id_seq")).isTrue();
            assertThat(bed.bed().atDestination("select 'ods.temper'::regtype::text"))
                    .isEqualTo("ods.temper");
            assertThat(bed.bed()
                            .atDestination(
                                    "select count(*) from pg_attribute where attrelid = 'dw.customer'::regclass and attname like 'ssn%'"
                                            + " and not attisdropped"))
                    .isEqualTo("0");
            assertThat(bed.skipped())
                    .anyMatch(e -> e.object().contains("shop.clients")
                            && String.valueOf(e.error()).contains("dw.customer"));
            // A run begins with what is known, whatever the source's names are by now.
            bed.source(
                    "update shop.clients set note = 'last' where id = 3; insert into shop.events values (8, '2003-03-03', 'late')");
            bed.sync();
            bed.assertSame("shop.clients", "id, note", "dw.customer", "customer_id, note");
            bed.assertSame("shop.events", "id, at, what", "dw.fact", "id, day, what");
        }
    }

    @Test
    void what_becomes_excluded_is_dropped_and_its_values_do_not_pass(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(
                servers.version(15), servers.version(18), "tables: {public.t: {columns: {exclude: [secret]}}}")) {
            bed.source("create table t (id int primary key, a text, secret text); insert into t values (1, 'a', 's')");
            bed.sync();
            bed.settings("tables: {public.t: {columns: {exclude: [secret], rename: {b: bb}}}}");
            bed.source(
                    "alter table t drop secret; alter table t rename a to secret; insert into t values (2, 'hidden')",
                    "alter table t add b int generated always as (id * 2) stored; alter table t add c int; insert into t (id, c) values (3, 3)");
            bed.sync();
            assertThat(bed.there("t", "*")).isEqualTo("(1,2,) (2,4,) (3,6,3)");
            assertThat(
                            bed.bed()
                                    .atDestination(
                                            "select attname from pg_attribute where attrelid = 't'::regclass and attname like 'b%'"))
                    .isEqualTo("bb");
        }
    }

    @Test
    void rows_without_a_key_that_differ_in_an_excluded_column_are_counted(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(
                servers.version(15), servers.version(18), "tables: {public.k: {columns: {exclude: [secret]}}}")) {
            bed.source(
                    "create table k (a text, secret text); insert into k select 'x', i::text from generate_series(1, 9) i");
            bed.sync();
            bed.source(
                    "delete from k where secret in ('1', '2', '3')",
                    "update k set secret = 'other' where secret = '4'; update k set a = 'y' where secret in ('5', '6')",
                    "insert into k values ('x', '1'); delete from k where secret = '7'");
            bed.sync();
            bed.assertSame("k", "a", "k", "*");
            assertThat(bed.there("k", "*")).isEqualTo("(x) (x) (x) (x) (y) (y)");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "lower, shop.items, id, note",
        "upper, '\"SHOP\".\"ITEMS\"', '\"ID\"', '\"NOTE\"'",
        "default, shop.items, '\"Id\"', note"
    })
    void names_change_their_case(String policy, String table, String id, String note, Servers servers)
            throws Exception {
        try (MappingBed bed =
                new MappingBed(servers.version(15), servers.version(18), "names: {case: " + policy + "}")) {
            bed.source(
                    "create schema \"Shop\"; create table \"Shop\".\"Items\" (\"Id\" int primary key, note text check (length(note) > \"Id\" - 100))",
                    "insert into \"Shop\".\"Items\" values (1, 'a')");
            bed.sync();
            bed.source(
                    "update \"Shop\".\"Items\" set note = 'b'; alter table \"Shop\".\"Items\" add \"Extra\" int; create index \"By\" on \"Shop\".\"Items\" (\"Extra\")",
                    "insert into \"Shop\".\"Items\" values (2, 'c', 3); alter table \"Shop\".\"Items\" rename note to \"Text\"",
                    "alter table \"Shop\".\"Items\" rename to \"Things\"; insert into \"Shop\".\"Things\" values (3, 'd', 4)");
            bed.sync();
            String there = table.replace("items", "things").replace("ITEMS", "THINGS");
            String text = policy.equals("lower") ? "text" : policy.equals("upper") ? "\"TEXT\"" : "\"Text\"";
            bed.assertSame("\"Shop\".\"Things\"", "\"Id\", \"Text\"", there, id + ", " + text);
        }
    }

    @Test
    void schemas_that_become_one_keep_all_their_indexes(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(
                servers.version(15),
                servers.version(18),
                "names: {rules: [{match: \"(s[0-9])\\\\.(.*)\", to: \"dw.$1_$2\"}]}")) {
            for (int i = 1; i <= 2; i++) {
                bed.source("create schema s" + i + "; create table s" + i
                        + ".t (id serial primary key, a int unique); create index on s" + i + ".t (a, id);"
                        + " insert into s" + i + ".t (a) values (" + i + ")");
            }
            bed.sync();
            bed.source(
                    "create index later on s1.t (id, a); create index later on s2.t (id, a)",
                    "insert into s2.t (a) values (5)");
            bed.sync();
            bed.assertSame("s1.t", "id, a", "dw.s1_t", "*");
            bed.assertSame("s2.t", "id, a", "dw.s2_t", "*");
            assertThat(bed.bed()
                            .atDestination("select string_agg(tablename || '.' || indexname, ' ' order by 1) from"
                                    + " (select * from pg_indexes where schemaname = 'dw' order by 2, 3) i"))
                    .isEqualTo("s1_t.later s1_t.t_a_id_idx s1_t.t_a_key s1_t.t_pkey"
                            + " s2_t.s2_t_later s2_t.s2_t_t_a_id_idx s2_t.s2_t_t_a_key s2_t.s2_t_t_pkey");
        }
    }

    @Test
    void names_that_cannot_be_had_stop_the_precheck(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), """
                names: {case: lower}
                tables:
                  public.a: {columns: {exclude: [id, nothing], rename: {x: y}}}
                  public.b: {to: pg_catalog.b}
                """)) {
            bed.source(
                    "create table a (id int primary key, x int, y int); create table b (id int); create table \"A\" (id int)");
            assertThat(bed.findings())
                    .anyMatch(f -> f.item().equals("mapping.collisions")
                            && f.why().contains("public.\"A\" and public.a would both be public.a")
                            && f.why().contains("x and y would both be y"))
                    .anyMatch(
                            f -> f.item().equals("mapping.names") && f.why().contains("public.b would be pg_catalog.b"))
                    .anyMatch(f -> f.item().equals("mapping.columns")
                            && f.why().contains("the key of public.a needs id")
                            && f.why().contains("column nothing of public.a does not exist"));
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("mapping.collisions");
            bed.settings("tables: {public.nowhere: {to: x.y}}");
            assertThat(catchThrowable(bed::findings)).hasMessageContaining("tables.public.nowhere");
        }
    }

    @Test
    void a_name_that_a_new_table_cannot_have_stops_the_task_until_the_file_is_right(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), "names: {case: lower}")) {
            bed.source("create table a (id int primary key)");
            bed.sync();
            bed.source(
                    "create table \"A\" (id int primary key); insert into \"A\" values (1); insert into a values (2)");
            assertThat(catchThrowable(bed::sync))
                    .hasMessageContaining("public.\"A\"")
                    .hasMessageContaining("would both be public.a");
            assertThat(bed.there("a", "*")).isEmpty();
            bed.settings("names: {case: lower}\ntables: {'public.\"A\"': {to: public.other}}");
            bed.sync();
            assertThat(bed.there("a", "*") + bed.there("other", "*")).isEqualTo("(2)(1)");
        }
    }

    @Test
    void a_file_that_changes_its_mind_about_names_is_refused(Servers servers) throws Exception {
        try (MappingBed bed =
                new MappingBed(servers.version(15), servers.version(18), "tables: {public.a: {to: dw.x}}")) {
            bed.source("create table a (id int primary key, b int, c int)");
            bed.sync();
            bed.settings("tables: {public.a: {to: dw.z, columns: {exclude: [b], rename: {c: d}}}}");
            assertThat(catchThrowable(bed::sync))
                    .hasMessageContaining("tables.public.a.to: is dw.z, and the task has begun with dw.x")
                    .hasMessageContaining("columns.exclude: has b")
                    .hasMessageContaining("columns.rename: calls c d");
        }
    }

    @Test
    void a_file_that_forgets_what_the_tables_were_made_with_is_refused(Servers servers) throws Exception {
        String file =
                "tables: {public.a: {to: dw.x, columns: {rename: {b: d}, exclude: [c]}}, public.l: {primaryKey: [n]}}";
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), file)) {
            bed.source("create table a (id int primary key, b int, c int); create table l (n int not null, m int)");
            bed.sync();
            String forgotten = "dml: [insert, update, delete, truncate]";
            bed.settings(forgotten);
            assertThat(catchThrowable(bed::sync))
                    .hasMessageContaining("tables.public.a.to: is gone, and the task has begun with dw.x")
                    .hasMessageContaining("tables.public.a.columns.rename: lacks b")
                    .hasMessageContaining("tables.public.a.columns.exclude: lacks c")
                    .hasMessageContaining("tables.public.l.primaryKey: is not set, and the task has begun with [n]")
                    .hasMessageContaining("Put the file back");
            assertThat(bed.findings())
                    .anyMatch(f -> f.item().equals("task.settings") && f.why().contains("tables.public.a.to: is gone"));
            // A refused file is not taken for what the task has begun with.
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("tables.public.a.to: is gone");
            bed.settings(file);
            bed.source("insert into a values (1, 2, 3); insert into l values (1, 2)");
            bed.sync();
            assertThat(bed.there("dw.x", "id, d") + bed.there("l", "*")).isEqualTo("(1,2)(1,2)");
            // With the source the file may go.
            bed.source("alter table a rename to z; alter table z rename b to bb");
            bed.settings(
                    "tables: {public.z: {to: dw.x, columns: {rename: {bb: d}, exclude: [c]}}, public.l: {primaryKey: [n]}}");
            bed.source("insert into z values (2, 3, 4)");
            bed.sync();
            assertThat(bed.there("dw.x", "id, d")).isEqualTo("(1,2) (2,3)");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 18})
    void a_name_is_the_systems_where_the_server_refuses_it(int version, Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(version), "");
                DestinationSchema schema = new Wiring(bed.bed().spec(), FaultPoints.NONE)
                        .destination()
                        .schema()) {
            for (String name : List.of("xmin", "tableoid", "ctid", "oid", "gp_segment_id", "mine")) {
                Throwable refusal =
                        catchThrowable(() -> bed.destination("create table of_" + name + " (" + name + " int)"));
                assertThat(schema.systemColumns().contains(name)).as(name).isEqualTo(refusal != null);
            }
        }
    }

    @Test
    void columns_that_the_file_adds_need_names_of_their_own(Servers servers) throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), """
                names: {case: lower}
                tables:
                  public.a: {columns: {rename: {phone: tel}, set: {tel: "'1'"}}}
                  public.b: {columns: {set: {region: "'n'"}}}
                  public.c: {columns: {set: {xmin: "1", oid: "2", gp_segment_id: "3"}}}
                  public.d: {etl: {script: "e_set(`%s`, 'v', STRING)"}}
                """.formatted("x".repeat(70)))) {
            bed.source(
                    "create table a (id int primary key, phone text)",
                    "create table b (id int primary key, \"Region\" text)",
                    "create table c (id int primary key); create table d (id int primary key)");
            assertThat(bed.findings())
                    .anyMatch(f -> f.item().equals("mapping.collisions")
                            && f.why().contains("columns of public.a: phone and tel would both be tel")
                            && f.why().contains("columns of public.b: \"Region\" and region would both be region")
                            && f.fix().contains("columns.set"))
                    .anyMatch(f -> f.item().equals("mapping.names")
                            && f.why().contains("xmin, which is a column of the system")
                            && f.why().contains("has 70 bytes")
                            // Greenplum alone has the one, and tables WITH OIDS alone the other.
                            && !f.why().contains("gp_segment_id")
                            && !f.why().contains("oid"));
            bed.settings("tables: {public.c: {columns: {set: {oid: \"2\", gp_segment_id: \"3\"}}}}");
            bed.source("insert into c values (1)");
            bed.sync();
            assertThat(bed.there("c", "*")).isEqualTo("(1,2,3)");
        }
    }

    @Test
    void a_table_that_changes_while_it_is_copied_and_one_that_nobody_told_of_have_their_names(Servers servers)
            throws Exception {
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), SETTINGS)) {
            bed.source(START);
            bed.sync();
            bed.source(
                    "alter event trigger penstock_ddl_end disable",
                    "alter table shop.customers add untold int default 4; create table shop.untold (id int primary key);"
                            + " insert into shop.untold values (1); insert into shop.customers (name, ssn) values ('u', 's')");
            bed.source("alter event trigger penstock_ddl_end enable always");
            bed.sync();
            bed.assertSame("shop.customers", "cust_id, name, untold", "dw.customer", "customer_id, name, untold");
            bed.assertSame("shop.untold", "id", "ods.untold", "*");
            // Values that were computed row by row are copied.
            bed.source(
                    "alter table shop.orders add at timestamptz default clock_timestamp()",
                    "insert into shop.orders values (7, 1, 1)");
            bed.sync();
            bed.assertSame("shop.orders", "id, customer, amount, at", "ods.orders", "*");
        }
    }

    private static void assertSame(MappingBed bed) throws Exception {
        bed.assertSame(
                "shop.customers",
                "cust_id, name, mood::text, note",
                "dw.customer",
                "customer_id, name, mood::text, note");
        bed.assertSame("shop.orders", "id, customer, amount", "ods.orders", "*");
        bed.assertSame("crm.leads_v2", "id, who", "ods.leads_2", "*");
        bed.assertSame("shop.logs", "line, level", "ods.logs", "*");
        bed.assertSame("shop.events", "id, at, what", "dw.fact", "id, day, what");
        bed.assertSame("shop.events_old", "id, at, what", "ods.events_old", "*");
        assertThat(bed.table("shop.customers").mapping().destination().toString())
                .isEqualTo("dw.customer");
    }
}
