package io.penstock.source.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.check.Finding;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.port.DdlCapture.State;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.schema.PlainCast;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.schema.SchemaEvent.Kind;
import io.penstock.core.task.ObjectSelection;
import io.penstock.testkit.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users without any right on schema penstock can do to the capture, and it to them. */
@ExtendWith(Servers.class)
class CaptureTrustIT {
    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void no_setting_of_a_user_switches_the_capture_off_or_breaks_it(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish();
                SourceSetup setup = bed.source(CaptureBed.TASK).setup()) {
            bed.sqlAs(
                    "plain",
                    "create table t (id int primary key, a int)",
                    "set penstock.capturing = 'on'",
                    "alter table t add b int",
                    "set penstock.set_aside = 'x'; set penstock.caller = 'x'; set penstock.string = 'x'; set penstock.nested = 'x x'",
                    "alter table t add c int",
                    "select set_config('penstock.set_aside', 'x ' || cast('t'::regclass as oid), false)",
                    "do $$ begin execute 'alter table t add d int'; end $$",
                    "alter table t set unlogged");
            List<SchemaEvent> events = bed.events();
            assertThat(events).extracting(SchemaEvent::kind).doesNotContain(Kind.CAPTURE_FAILED);
            assertThat(events)
                    .filteredOn(e -> e.tag().equals("ALTER TABLE") && e.kind() == Kind.COMMAND)
                    .hasSize(4);
            assertThat(setup.captureFailures()).isZero();
            assertThat(bed.one("select relpersistence from pg_class where relname = 't'"))
                    .isEqualTo("u");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_text_that_names_tables_of_others_locks_none_of_them(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(
                                servers.version(version),
                                "create schema app",
                                "grant usage on schema app to plain",
                                "create table app.orders (a int not null unique)",
                                "create table app.mine (a int not null unique)")
                        .publish();
                Connection plain = bed.connectSimple("plain");
                Statement statement = plain.createStatement()) {
            bed.sqlAs("plain", "create table mine (id int primary key, v int not null)");
            plain.setAutoCommit(false);
            for (String text : List.of(
                    "/* alter table app.orders alter a drop not null */ alter table mine add y int",
                    "alter table mine add w text default 'alter table app.orders alter a drop not null'",
                    "alter table mine add x int; do $$ begin if false then alter table app.orders alter a drop not null; end if; end $$",
                    "alter table mine set unlogged",
                    "alter table if exists app.nothing alter a drop not null",
                    "set local search_path = app, public; alter table public.mine alter v drop not null")) {
                statement.execute(text);
                assertThat(
                                bed.one(
                                        "select coalesce(string_agg(distinct cast(relation as regclass)::text, ' '), '') from pg_locks"
                                                + " where relation in ('app.orders'::regclass, 'app.mine'::regclass) and mode = 'AccessExclusiveLock'"))
                        .as(text)
                        .isEmpty();
                plain.rollback();
            }
            assertThatThrownBy(() -> statement.execute("alter table app.orders alter a drop not null"))
                    .hasMessageContaining("must be owner");
            plain.rollback();
            assertThat(bed.one("select relreplident from pg_class where oid = 'app.orders'::regclass"))
                    .isEqualTo("i");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void the_log_holds_no_password(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            bed.stringsAs(
                    "postgres",
                    "create table t (id int); alter user plain password 'se''cret' valid until 'infinity'",
                    "alter table t add a int; alter user plain encrypted password E'sec\\'ret'",
                    "alter table t add b text default 'password'; select 'host=x password=secret user=y', 'postgresql://u:secret@h/d'",
                    "do $$ begin alter table t add c int; execute 'alter user plain password ''secret'''; end $$",
                    "alter table t add d int; alter user plain password $p$secret$p$",
                    "alter table t add e int; alter user plain password null");
            assertThat(bed.events())
                    .hasSize(6)
                    .extracting(SchemaEvent::query)
                    .noneMatch(q -> q.contains("sec") || q.contains("cret"))
                    .anyMatch(q -> q.contains("password '***' valid until 'infinity'"))
                    .anyMatch(q -> q.endsWith("password null"));
        }
    }

    /** Only a text that is logged as it was sent may say that values follow from the definitions. */
    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_text_that_was_masked_or_cut_is_no_plain_cast(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            bed.sqlAs("plain", "create table auth (kind text, level int)");
            bed.events();
            bed.stringsAs("plain", "alter table auth alter kind type varchar, alter level type bigint");
            assertThat(bed.events()).isNotEmpty().allMatch(event -> PlainCast.in(event.query()));
            bed.stringsAs(
                    "plain",
                    "alter table auth alter kind set default 'password', alter level type int using level::int * 10",
                    "alter table auth alter kind set default 'password'; insert into auth select 'x'; alter table auth alter level type bigint",
                    "alter table auth /* " + "x".repeat(70_000) + " */ alter level type int using level::int * 10",
                    "alter table auth alter kind set default '" + "x".repeat(70_000)
                            + "', alter level type bigint using level * 10");
            assertThat(bed.events()).isNotEmpty().noneMatch(event -> PlainCast.in(event.query()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void release_runs_nothing_of_a_stranger(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version), "create schema penstock authorization plain");
                SourceSetup setup = bed.source(CaptureBed.TASK).setup()) {
            bed.sqlAs(
                    "plain",
                    "create sequence public.ran",
                    "create table penstock.tasks (task text)",
                    "create table penstock.whole_rows (task text)",
                    "create table penstock.replica_identity (task text, relation oid, previous \"char\", previous_index text)",
                    "create view penstock.heartbeat as select cast(nextval('public.ran') as text) as task",
                    "create function penstock.f() returns trigger language plpgsql as"
                            + " 'begin perform nextval(''public.ran''); return null; end'",
                    "create trigger f before delete on penstock.tasks for each statement execute procedure penstock.f()");
            List<String> left = setup.release();
            assertThat(bed.one("select is_called from public.ran")).isEqualTo("f");
            assertThat(left)
                    .singleElement()
                    .asString()
                    .contains("belong to others", "plain", "DROP SCHEMA penstock CASCADE");
            bed.sql("drop schema penstock cascade");
            assertThat(setup.release()).isEmpty();
        }
    }

    @Test
    void a_long_string_is_logged_cut_also_when_capturing_fails(Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(15), "create table t (id int primary key)").publish()) {
            bed.stringsAs(
                    "postgres",
                    "alter table penstock.ddl_log rename column image to picture",
                    "alter table t add a int; select '" + "x".repeat(100_000) + "'");
            assertThat(bed.one("select max(length(query)) < 5000 and bool_and(query like '%cut by Penstock%')"
                            + " from penstock.ddl_log where event = 'capture_failed'"))
                    .isEqualTo("t");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_schema_that_somebody_else_could_change_is_refused(int version, Servers servers) throws SQLException {
        String[] beforehand = {
            "create schema penstock authorization plain",
            "create schema penstock; create table penstock.ddl_log (id bigint); alter table penstock.ddl_log owner to plain",
            "create schema penstock; create function penstock.on_event() returns event_trigger language plpgsql as 'begin end';"
                    + " alter function penstock.on_event() owner to plain",
            "create schema penstock; create table penstock.tasks (task text);"
                    + " create function public.f() returns trigger language plpgsql as 'begin return new; end';"
                    + " alter function public.f() owner to plain;"
                    + " create trigger f before insert on penstock.tasks for each row execute procedure public.f()",
            "create schema penstock; grant create on schema penstock to plain",
            "create schema penstock; grant all on schema penstock to public"
        };
        for (String text : beforehand) {
            try (CaptureBed bed = new CaptureBed(servers.version(version), text);
                    SourceSetup setup = bed.source(CaptureBed.TASK).setup()) {
                assertThat(setup.check(setup.catalog(ObjectSelection.EVERYTHING), ObjectSelection.EVERYTHING))
                        .as(text)
                        .filteredOn(f -> f.item().equals("source.own_schema"))
                        .singleElement()
                        .satisfies(f -> assertThat(f.state()).isEqualTo(Finding.State.FAILED));
                assertThatThrownBy(bed::publish)
                        .as(text)
                        .isInstanceOfSatisfying(PenstockException.class, e -> assertThat(e.kind())
                                .isEqualTo(ErrorKind.PRECHECK))
                        .hasMessageContaining("DROP SCHEMA penstock CASCADE");
                assertThat(bed.one("select count(*) from pg_event_trigger")).isEqualTo("0");
                bed.sql("drop schema penstock cascade");
                bed.publish();
                assertThat(setup.ddlCapture(0).state()).isEqualTo(State.ACTIVE);
            }
        }
    }

    @Test
    void the_next_task_is_told_when_another_one_has_put_the_triggers_back(Servers servers) throws SQLException {
        try (CaptureBed bed =
                        new CaptureBed(servers.version(15)).publish().publish("second", ObjectSelection.EVERYTHING);
                SourceSetup second = bed.source("second").setup()) {
            assertThat(second.ddlCapture(0).state()).isEqualTo(State.ACTIVE);
            bed.sql("alter event trigger penstock_ddl_end disable", "create table unseen (id int)");
            bed.publish();
            assertThat(second.ddlCapture(0).state()).isEqualTo(State.BROKEN);
        }
    }
}
