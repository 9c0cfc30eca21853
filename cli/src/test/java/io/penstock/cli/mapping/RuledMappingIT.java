package io.penstock.cli.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.core.check.Finding;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.taskfile.TaskFileReader;
import io.penstock.testkit.Servers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Filters and expressions beside mapped names, left out columns, skipped changes and rows of others. */
@ExtendWith(Servers.class)
class RuledMappingIT {
    private static String labelled(String region) {
        return "tables: {public.t: {to: dw.t, where: \"a <> 'secret'\", columns: {set: {region: \"'" + region
                + "'\"}}}}";
    }

    @Test
    void two_sources_share_a_table_with_a_label_and_a_filter_of_their_own(Servers servers) throws Exception {
        try (MappingBed north = new MappingBed(servers.version(15), servers.version(18), labelled("north"));
                MappingBed south = new MappingBed(servers.version(18), servers.version(18), labelled("south"))) {
            EndpointSpec there = north.bed().spec().destination();
            south.bed().with(spec -> into(spec, there, labelled("south")));
            north.source("create table t (id int primary key, a text); insert into t values (1, 'x'), (2, 'secret')");
            south.source("create table t (id int primary key, a text); insert into t values (3, 'y'), (4, 'secret')");
            north.sync();
            south.sync();
            assertThat(north.there("dw.t", "*")).isEqualTo("(1,x,north) (3,y,south)");

            north.source("update t set a = 'now' where id = 2; update t set a = 'secret' where id = 1");
            south.source("delete from t; insert into t values (5, 'z'), (6, 'secret')");
            north.sync();
            south.sync();
            assertThat(north.there("dw.t", "*")).isEqualTo("(2,now,north) (5,z,south)");

            // The other's row of that key is not this one's: what the filter leaves out touches nothing.
            north.source("insert into t values (5, 'secret'); delete from t where id = 5");
            north.sync();
            assertThat(north.there("dw.t", "*")).isEqualTo("(2,now,north) (5,z,south)");
            north.source("insert into t values (5, 'mine')");
            assertThat(catchThrowable(north::sync)).hasMessageContaining("dw.t");
        }
    }

    private static TaskSpec into(TaskSpec spec, EndpointSpec destination, String settings) {
        String yaml = "name: south-" + spec.name() + "\nsource: {url: \""
                + spec.source().url() + "\"}\ndestination: {url: \"" + destination.url() + "\"}\n" + settings;
        return TaskFileReader.read(yaml, Path.of("/"), Map.of());
    }

    @Test
    void expressions_read_columns_that_are_renamed_or_left_out(Servers servers) throws Exception {
        String settings = """
                names: {case: upper, rules: [{match: "public\\\\.(.*)", to: "ods.$1"}]}
                tables:
                  public.people:
                    where: "not hidden"
                    columns:
                      rename: {phone: tel}
                      exclude: [hidden, ssn]
                      set: {phone: "left(phone, 2) || '**'", digits: "length(ssn)"}
                """;
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), settings)) {
            bed.source(
                    "create table people (id int primary key, phone text, ssn text, hidden bool not null default false);"
                            + " insert into people values (1, '12345', 'abc', false), (2, '99', 'de', true)");
            bed.sync();
            assertThat(bed.there("\"ODS\".\"PEOPLE\"", "*")).isEqualTo("(1,12**,3)");
            assertThat(columns(bed)).isEqualTo("ID,tel,digits");
            bed.source(
                    "update people set hidden = not hidden; update people set ssn = 'longer' where id = 2",
                    "alter table people add note text; insert into people values (3, '777', 'x', false, 'n')",
                    "alter table people rename column phone to telephone; update people set telephone = '55555' where id = 3");
            bed.sync();
            assertThat(bed.there("\"ODS\".\"PEOPLE\"", "\"ID\", x.tel, x.digits, x.\"NOTE\""))
                    .isEqualTo("(2,99**,6,) (3,55**,1,n)");
        }
    }

    private static String columns(MappingBed bed) throws Exception {
        return bed.bed()
                .atDestination("select string_agg(attname, ',' order by attnum) from pg_attribute"
                        + " where attrelid = '\"ODS\".\"PEOPLE\"'::regclass and attnum > 0 and not attisdropped");
    }

    @Test
    void wanted_rows_take_the_place_of_those_that_were_there_and_unwanted_ones_do_not(Servers servers)
            throws Exception {
        String settings = "conflicts: ignore\n"
                + "tables: {public.t: {where: \"a <> 'secret'\", columns: {set: {b: \"upper(a)\"}}}}";
        try (MappingBed bed = new MappingBed(servers.version(14), servers.version(15), settings)) {
            bed.source("create table t (id int primary key, a text);"
                    + " insert into t values (1, 'x'), (2, 'y'), (3, 'secret')");
            bed.destination("create table t (id int primary key, a text, b text);"
                    + " insert into t values (1, 'there', 'T'), (3, 'there', 'T'), (9, 'there', 'T')");
            bed.sync();
            assertThat(bed.there("t", "*")).isEqualTo("(1,there,T) (2,y,Y) (3,there,T) (9,there,T)");
            bed.source("update t set a = 'xx' where id = 1; delete from t where id = 3;"
                    + " insert into t values (9, 'secret'), (4, 'new')");
            bed.sync();
            assertThat(bed.there("t", "*")).isEqualTo("(1,xx,XX) (2,y,Y) (3,there,T) (4,new,NEW) (9,there,T)");
            bed.source("update t set a = 'open' where id = 9");
            bed.sync();
            assertThat(bed.there("t", "*")).isEqualTo("(1,xx,XX) (2,y,Y) (3,there,T) (4,new,NEW) (9,open,OPEN)");
        }
    }

    @Test
    void expressions_read_and_make_values_of_types_that_have_moved(Servers servers) throws Exception {
        String settings = """
                names: {rules: [{match: "public\\\\.(.*)", to: "ods.$1"}]}
                tables: {public.t: {where: "m <> 'bad'", columns: {set: {last: "more[1]"}}}}
                """;
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), settings)) {
            bed.source(
                    "create type mood as enum ('ok', 'bad'); create table t (id int primary key, m mood, more mood[]);"
                            + " insert into t values (1, 'ok', '{bad}'), (2, 'bad', '{ok}')");
            bed.sync();
            bed.source("update t set m = 'ok' where id = 2; insert into t values (3, 'ok', null), (4, 'bad', null)");
            bed.sync();
            assertThat(bed.there("ods.t", "*")).isEqualTo("(1,ok,{bad},bad) (2,ok,{ok},ok) (3,ok,,)");
            assertThat(bed.bed()
                            .atDestination("select atttypid::regtype::text from pg_attribute"
                                    + " where attrelid = 'ods.t'::regclass and attname = 'last'"))
                    .isEqualTo("ods.mood");
        }
    }

    @Test
    void a_table_that_comes_later_has_its_added_columns_under_their_own_names(Servers servers) throws Exception {
        String settings = "names: {case: upper}\netl: {script: \"e_set(`origin`, 'north')\"}";
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), settings)) {
            bed.source("create table t (id int primary key); insert into t values (1)");
            bed.sync();
            bed.source(
                    "create table later (id int primary key); insert into later values (2); alter table t add c int");
            bed.sync();
            bed.source("insert into later values (3); insert into t values (2, 5)");
            bed.sync();
            assertThat(bed.there("\"PUBLIC\".\"T\"", "\"ID\", x.origin, x.\"C\""))
                    .isEqualTo("(1,north,) (2,north,5)");
            assertThat(bed.there("\"PUBLIC\".\"LATER\"", "\"ID\", x.origin")).isEqualTo("(2,north) (3,north)");
        }
    }

    @Test
    void a_column_cannot_be_left_out_and_computed(Servers servers) throws Exception {
        String settings = "tables: {public.t: {columns: {exclude: [a], set: {a: \"upper(a)\"}}}}";
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), settings)) {
            bed.source("create table t (id int primary key, a text)");
            assertThat(bed.findings()).anySatisfy(f -> assertThat(f.why())
                    .contains("tables.public.t.columns.set.a: the column is excluded"));
        }
    }

    @Test
    void deletes_may_be_left_out_beside_a_filter_but_inserts_may_not(Servers servers) throws Exception {
        String table = "tables: {public.t: {where: \"a <> 'secret'\", dml: [%s]}}";
        try (MappingBed bed =
                new MappingBed(servers.version(15), servers.version(18), table.formatted("insert, update"))) {
            bed.source("create table t (id int primary key, a text); insert into t values (1, 'x'), (2, 'y')");
            bed.sync();
            bed.source("delete from t; insert into t values (1, 'again'), (3, 'secret')");
            bed.sync();
            assertThat(bed.there("t", "*")).isEqualTo("(1,again) (2,y)");
            // A row that stayed makes place for one that is wanted, and for no other, whatever comes in one batch.
            bed.source("insert into t values (2, 'secret')");
            bed.sync();
            bed.source(
                    "update t set id = 4 where id = 2; update t set a = 'kept' where id = 1",
                    "delete from t where id = 1; insert into t values (1, 'secret')");
            bed.sync();
            assertThat(bed.there("t", "*")).isEqualTo("(1,kept) (2,y)");
            bed.source("update t set a = 'open'");
            bed.sync();
            assertThat(bed.there("t", "*")).isEqualTo("(1,open) (2,y) (3,open) (4,open)");
        }
        try (MappingBed bed =
                new MappingBed(servers.version(15), servers.version(18), table.formatted("update, delete"))) {
            bed.source("create table t (id int primary key, a text)");
            assertThat(bed.findings())
                    .filteredOn(f -> f.state() == Finding.State.FAILED)
                    .singleElement()
                    .satisfies(
                            f -> assertThat(f.why()).contains("tables.public.t", "`dml` must have insert and update"));
        }
    }

    @Test
    void rows_without_a_key_that_differ_in_what_only_expressions_read_are_different_rows(Servers servers)
            throws Exception {
        String settings = "tables: {public.k: {where: \"region = 'eu'\","
                + " columns: {exclude: [region, note], set: {len: \"length(note)\"}}}}";
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), settings)) {
            bed.source("create table k (a text, region text, note text); insert into k values ('x', 'eu', '1'),"
                    + " ('x', 'eu', '1'), ('y', 'us', '22'), ('z', 'eu', '333')");
            bed.sync();
            assertThat(bed.there("k", "*")).isEqualTo("(x,1) (x,1) (z,3)");
            bed.source(
                    "update k set region = 'us' where ctid = (select min(ctid) from k where a = 'x')",
                    "update k set region = 'eu' where a = 'y'; update k set note = '4444' where a = 'z'");
            bed.sync();
            assertThat(bed.there("k", "*")).isEqualTo("(x,1) (y,2) (z,4)");
        }
    }

    @Test
    void a_key_that_an_expression_reads_may_have_another_type_or_collation_there(Servers servers) throws Exception {
        String settings = """
                phases: [full, incremental]
                tables:
                  public.u: {where: "id <> '00000000-0000-0000-0000-000000000009'"}
                  public.c: {where: "code < 'x'", dml: [insert, update, delete]}
                """;
        try (MappingBed bed = new MappingBed(servers.version(15), servers.version(18), settings)) {
            bed.source(
                    "create table u (id uuid primary key, a text); create table c (code text collate \"POSIX\" primary key, a text)",
                    "insert into u select ('00000000-0000-0000-0000-00000000000' || i)::uuid, 'a' from generate_series(1, 9) i",
                    "insert into c select chr(96 + i), 'a' from generate_series(1, 26) i");
            bed.destination(
                    "create table u (id text primary key, a text); create table c (code text collate \"C\" primary key, a text)");
            bed.sync();
            bed.source(
                    "update u set a = 'b' where id::text > '00000000-0000-0000-0000-000000000005'; delete from u where id::text like '%1'",
                    "update c set a = 'b' where code > 'm'; delete from c where code = 'b'; update c set code = 'w2' where code = 'c'");
            bed.sync();
            bed.assertSame("(select * from u where id::text not like '%9') u", "id::text, a", "u", "*");
            bed.assertSame("(select * from c where code collate \"C\" < 'x') c", "*", "c", "*");
        }
    }
}
