package io.penstock.source.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.Kind;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.testkit.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Servers.class)
class DdlCaptureIT {
    /** Statement, then what is logged: tables of all images, {@code type:} types, {@code -} dropped objects, {@code !} rewritten tables. */
    private static final String CASES = """
            create table a (id int primary key, n int)                        -> a
            create table k (x int)                                            -> k
            alter table a add column t text                                   -> a
            alter table a add column d timestamptz default now()              -> a
            alter table a add column r double precision default random()      -> a !a
            alter table a alter column n type bigint                          -> a !a
            alter table a alter column n set default 7                        -> a
            alter table a alter column n set not null                         -> a
            alter table a alter column n drop not null                        -> a
            alter table a rename column t to u                                -> a
            alter table a add constraint positive check (n > 0) not valid     -> a
            alter table a validate constraint positive                        -> a
            alter table a rename constraint positive to above                 -> a
            alter table a drop constraint above                               -> a
            alter table a drop column u                                       -> a
            create index a_n on a (n)                                         -> a
            alter index a_n rename to a_m                                     -> a
            drop index a_m                                                    -> a
            create index concurrently a_c on a (n)                            -> a
            drop index concurrently a_c                                       -> a
            create unique index a_u on a (n, id)                              -> a
            comment on table a is 'one'                                       -> a
            comment on column a.n is 'two'                                    -> a
            comment on index a_u is 'three'                                   -> a
            comment on constraint a_pkey on a is 'four'                       -> a
            create table f (id int primary key, a int references a)           -> f
            alter table a rename to b                                         -> b
            drop table b cascade                                              -> f -b
            create type mood as enum ('sad', 'ok')                            -> type:mood
            create table m (id serial, m mood, x mood[])                      -> m type:mood
            alter type mood add value 'happy'                                 -> m type:mood
            alter type mood rename value 'ok' to 'fine'                       -> m type:mood
            comment on type mood is 'how'                                     -> m type:mood
            create domain posint as int check (value > 0)                     -> type:posint
            alter table m add column p posint                                 -> m type:mood type:posint !m
            alter domain posint add constraint small check (value < 100)      -> m type:mood type:posint
            alter domain posint rename constraint small to tiny               -> m type:mood type:posint
            alter domain posint drop constraint tiny                          -> m type:mood type:posint
            create type pair as (a int, b mood)                               -> type:mood type:pair
            alter type pair add attribute c text                              -> type:mood type:pair
            alter type pair drop attribute a                                  -> type:mood type:pair
            alter sequence m_id_seq increment by 5                            -> m type:mood type:posint
            alter table m alter column id drop default                        -> m type:mood type:posint
            drop sequence m_id_seq                                            -> -m_id_seq
            drop type mood cascade                                            -> m type:pair type:posint -mood
            create sequence lonely                                            ->
            create sequence used                                              ->
            alter table m add column s int default nextval('used')            -> m type:posint !m
            alter sequence used rename to used2                               -> m type:posint
            drop sequence used2 cascade                                       -> m type:posint -used2
            create table p (id int, at int) partition by range (at)           -> p
            create table p1 partition of p for values from (0) to (10)        -> p p1
            create table p2 (id int, at int)                                  -> p2
            alter table p attach partition p2 for values from (10) to (20)    -> p p1 p2
            alter table p add column x text                                   -> p p1 p2
            create index p_at on p (at)                                       -> p p1 p2
            drop index p_at                                                   -> p p1 p2
            alter table p1 alter column x set default 'y'                     -> p p1
            alter table p detach partition p1                                 -> p p1 p2
            drop table p1                                                     -> -p1
            drop table p                                                      -> -p -p2
            create table up (id int)                                          -> up
            create table down () inherits (up)                                -> up down
            alter table up add column c int                                   -> up down
            alter table down no inherit up                                    -> down
            alter table down inherit up                                       -> up down
            create table ctas as select 1 as a                                -> ctas
            select 2 as b into selected                                       -> selected
            create unlogged table fast (id int)                               -> fast
            alter table fast set logged                                       -> fast !fast
            create schema other                                               ->
            alter table fast set schema other                                 -> fast
            create type other.t as enum ('x')                                 -> type:t
            alter schema other rename to another                              -> fast type:t
            drop schema another cascade                                       -> -another -fast -t
            create table ident (id int generated by default as identity)      -> ident
            alter table ident alter column id set generated always            -> ident
            alter table ident alter column id drop identity                   -> ident
            alter table ident replica identity full                           -> ident
            create function odd(int) returns boolean immutable language sql as 'select $1 % 2 = 1' ->
            create index ident_odd on ident (odd(id))                         -> ident
            drop function odd(int) cascade                                    -> ident
            create temp table passing (id int)                                ->
            create view seen as select * from ident                           ->
            create materialized view stored as select 1 as a                  ->
            refresh materialized view stored                                  ->
            drop view seen                                                    ->
            grant select on ident to public                                   ->
            create extension hstore                                           ->
            drop extension hstore                                             -> -hstore -ghstore
            create table penstock.own (a int)                                 ->
            drop table penstock.own                                           ->
            """;

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void every_command_is_logged_with_what_it_changed(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            List<String> wrong = new ArrayList<>();
            for (String line : CASES.lines().toList()) {
                String[] parts = line.split("->", -1);
                bed.sql(parts[0]);
                List<SchemaEvent> events = bed.events();
                Set<String> expected =
                        new TreeSet<>(Arrays.stream(parts[1].strip().split(" +"))
                                .filter(s -> !s.isEmpty())
                                .toList());
                if (!logged(events).equals(expected)) {
                    wrong.add(parts[0].strip() + " -> " + logged(events) + " instead of " + expected + tags(events));
                }
                wrong.addAll(untrue(bed, events, parts[0]));
            }
            assertThat(wrong).isEmpty();
            assertThat(bed.one("select case when is_called then last_value end from penstock.capture_failures"))
                    .isEqualTo("null");
        }
    }

    private static Set<String> logged(List<SchemaEvent> events) {
        Set<String> names = new TreeSet<>();
        for (SchemaEvent event : events) {
            event.image().tables().forEach(t -> names.add(t.name().table()));
            event.image().types().forEach(t -> names.add("type:" + t.name().table()));
            event.dropped().forEach(d -> names.add("-" + d.name().table()));
            for (SchemaEvent.Rewrite rewrite : event.rewritten()) {
                names.add("!"
                        + events.get(events.size() - 1).image().tables().stream()
                                .filter(t -> t.oid() == rewrite.table())
                                .map(t -> t.name().table())
                                .findFirst()
                                .orElse("?"));
            }
        }
        return names;
    }

    private static String tags(List<SchemaEvent> events) {
        return events.stream().map(e -> e.kind() + " " + e.tag()).collect(Collectors.joining(", ", " (", ")"));
    }

    /** The last image of each table must be what the catalog says now. */
    private static List<String> untrue(CaptureBed bed, List<SchemaEvent> events, String statement) throws SQLException {
        List<String> wrong = new ArrayList<>();
        try (CaptureBed.CatalogReaderSession session = bed.reader()) {
            for (SchemaEvent event : events.isEmpty() ? events : events.subList(events.size() - 1, events.size())) {
                List<Integer> oids = event.image().tables().stream()
                        .map(TableDefinition::oid)
                        .toList();
                Catalog now = oids.isEmpty()
                        ? session.catalog()
                                .readTypes(event.image().types().stream()
                                        .map(TypeDefinition::oid)
                                        .toList())
                        : session.catalog().readTables(oids);
                if (!event.image().tables().equals(now.tables())) {
                    wrong.add(statement.strip() + ": image " + event.image().tables() + " but catalog " + now.tables());
                }
                if (!event.image().types().containsAll(now.types())) {
                    wrong.add(statement.strip() + ": types " + event.image().types() + " but catalog " + now.types());
                }
            }
        }
        return wrong;
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_plain_user_is_followed_wherever_his_commands_run(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            bed.sqlAs(
                    "plain",
                    "create table t (id int primary key)",
                    "create function change() returns void language plpgsql as 'begin alter table t add column f int; end'",
                    "select change()",
                    "do $$ begin execute 'alter table t add column d int'; end $$",
                    "alter table t add column m1 int; insert into t values (1); alter table t add column m2 int",
                    "begin; alter table t add column kept int; savepoint s; alter table t add column lost int;"
                            + " rollback to s; insert into t values (2); commit");

            List<SchemaEvent> events = bed.events();

            assertThat(events).extracting(SchemaEvent::kind).containsOnly(Kind.COMMAND);
            assertThat(events).hasSize(6);
            assertThat(columns(events.get(5))).containsExactly("id", "f", "d", "m1", "m2", "kept");
            assertThat(columns(events.get(3))).containsExactly("id", "f", "d", "m1");
            assertThat(bed.one("select count(distinct usr) || min(usr) from penstock.ddl_log"))
                    .isEqualTo("1plain");
            assertThat(events.get(1).query()).isEqualTo("select change()");
        }
    }

    private static List<String> columns(SchemaEvent event) {
        return event.image().tables().get(0).columns().stream()
                .map(ColumnDefinition::name)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void replica_role_and_other_settings_of_the_user_change_nothing(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            try (Connection connection = bed.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("set session_replication_role = replica");
                statement.execute("set search_path = public");
                statement.execute(
                        "set datestyle = 'ISO, DMY'; set intervalstyle = 'sql_standard'; set bytea_output = 'escape'");
                statement.execute("set quote_all_identifiers = on; set timezone = 'Asia/Tokyo'");
                statement.execute("create temp table pg_class (oid oid)");
                statement.execute(
                        "create table t (id int, at timestamptz default '2020-01-01 00:00+00', i interval default '1 day 2h',"
                                + " b bytea default '\\x00ff')");
                statement.execute("alter table t add column added date default '2020-02-01'");
            }
            List<SchemaEvent> events = bed.events();
            assertThat(events).hasSize(2);
            assertThat(untrue(bed, events, "settings")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void drops_name_what_is_gone(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            bed.sql("create schema s", "create table s.t (id serial primary key)", "create type s.e as enum ('a')");
            int table = bed.oid("s.t");
            bed.events();
            bed.sql("drop schema s cascade");
            List<SchemaEvent> events = bed.events();
            assertThat(events).hasSize(1);
            assertThat(events.get(0).kind()).isEqualTo(Kind.DROP);
            assertThat(events.get(0).dropped())
                    .contains(new Dropped(SchemaEvent.ObjectKind.TABLE, table, new QualifiedName("s", "t")))
                    .extracting(d -> d.kind() + " " + d.name())
                    .containsExactlyInAnyOrder("SCHEMA s.s", "TABLE s.t", "SEQUENCE s.t_id_seq", "TYPE s.e");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void a_concurrent_detach_is_logged(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(
                        servers.version(version),
                        "create table p (id int) partition by list (id)",
                        "create table p1 partition of p for values in (1)")
                .publish()) {
            bed.sql("alter table p detach partition p1 concurrently");
            List<SchemaEvent> events = bed.events();
            assertThat(logged(events)).containsExactly("p", "p1");
            assertThat(events.get(events.size() - 1).image().tables()).noneMatch(TableDefinition::isPartition);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void extension_scripts_that_change_tables_of_users_are_followed(int version, Servers servers) throws SQLException {
        try (CaptureBed bed =
                new CaptureBed(servers.version(version), "create table t (id int primary key)").publish()) {
            Map<String, String> scripts = new LinkedHashMap<>();
            scripts.put(
                    "1.0",
                    "alter table public.t add column e int default 3; create table public.member (id int);"
                            + " alter table public.member add column m int;");
            scripts.put("1.0--1.1", "alter table public.t alter column e type bigint;");
            bed.server().addExtension("penstock_capture_test", scripts);
            bed.sql("create extension penstock_capture_test", "alter extension penstock_capture_test update to '1.1'");
            List<SchemaEvent> events = bed.events();
            assertThat(events)
                    .flatExtracting(event -> event.image().tables())
                    .extracting(TableDefinition::name)
                    .containsOnly(new QualifiedName("public", "t"));
            assertThat(columns(events.get(0))).containsExactly("id", "e");
            assertThat(events).anyMatch(event -> event.kind() == Kind.REWRITE);
            assertThat(events.get(events.size() - 1)
                            .image()
                            .tables()
                            .get(0)
                            .columns()
                            .get(1)
                            .type())
                    .isEqualTo("bigint");
            bed.sql("drop extension penstock_capture_test");
            // hstore's own objects are members, and none is logged.
            bed.events();
            bed.sql("create schema x", "create extension hstore schema x", "alter table t add column h x.hstore");
            assertThat(bed.events()).hasSize(1).allSatisfy(event -> assertThat(columns(event))
                    .containsExactly("id", "e", "h"));
        }
    }
}
