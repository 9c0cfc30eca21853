package io.penstock.cli.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.Wiring;
import io.penstock.cli.status.StatusReader;
import io.penstock.cli.status.StatusText;
import io.penstock.cli.sync.SpecChange;
import io.penstock.cli.sync.SyncBed;
import io.penstock.core.check.Finding;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.DdlCapture;
import io.penstock.engine.run.Precheck;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.testkit.CrashAt;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import io.penstock.testkit.SimulatedCrash;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of definitions that the source does not log. */
@ExtendWith(Servers.class)
class UndetectedDdlIT {
    private static final String START =
            "create table t (id int primary key, a text, b int); create table other (id int primary key, v int);"
                    + " create table gone (id int primary key); create table quiet (id int primary key, v int);"
                    + " create table twice (id int primary key); insert into twice values (1);"
                    + " create table one_side (id int primary key, v int); insert into one_side values (1, 1);"
                    + " create table other_side (id int primary key, v int); insert into other_side values (2, 2);"
                    + " insert into t select i, 'a' || i, i from generate_series(1, 500) i;"
                    + " insert into other values (1, 1); insert into gone values (1); insert into quiet values (1, 1)";
    private static final String[] OFF = {
        "alter event trigger penstock_ddl_end disable",
        "alter event trigger penstock_ddl_drop disable",
        "alter event trigger penstock_ddl_rewrite disable"
    };

    private static final String[] UNSEEN = {
        "insert into t values (601, 'before', 1); alter table t add c int default 5; insert into t values (602, 'after', 1, 6)",
        "update t set c = 7 where id < 20; alter table t rename a to aa; delete from t where id = 30",
        "alter table t drop b; insert into t values (603, 'no b', 8); update other set v = 2",
        "alter table t alter c type bigint using c * 2; insert into t values (604, 'big', 10000000000)",
        "create table made (id int primary key, v text); insert into made values (1, 'x'); update made set v = 'y'",
        "alter table quiet alter v set default 3; create index on quiet (v); comment on table quiet is 'still'",
        "drop table gone",
        "create table brief (id int primary key); insert into brief values (1); drop table brief",
        "alter table other rename to another; update another set v = 3; create table other (k text primary key);"
                + " insert into other values ('new')",
        "drop table twice; create table twice (k text primary key); insert into twice values ('again')",
        "alter table one_side rename to middle; alter table other_side rename to one_side; alter table middle rename to other_side;"
                + " update one_side set v = 1; update other_side set v = 2"
    };

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void everything_done_while_the_triggers_were_off_is_made_up_for(int version, Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(version), servers.version(18), START)) {
            bed.source(OFF);
            bed.source(UNSEEN);
            bed.assertFollowed();
            assertThat(capture(bed).state()).isEqualTo(DdlCapture.State.ACTIVE);
            bed.source("alter table t add logged int; insert into t (id, logged) values (700, 1)");
            bed.assertFollowed();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void what_the_catalog_does_not_show_is_made_up_for_too(int version, Servers servers) throws Exception {
        String start = START + "; create sequence free; create sequence lost; create type mood as enum ('a');"
                + " create table uses (id int primary key default nextval('free'), v int default nextval('lost'), own serial, m mood);"
                + " insert into uses values (1)";
        try (DdlBed bed = new DdlBed(servers.version(version), servers.version(18), start)) {
            bed.source(OFF);
            bed.source(
                    "alter table t alter b type int using b * 2",
                    "truncate other; insert into other values (5, 5)",
                    "alter sequence free increment 5; alter sequence uses_own_seq increment 7",
                    "alter table uses alter v drop default; drop sequence lost",
                    "alter table uses drop m; drop type mood");
            bed.assertFollowed();
            assertThat(bed.bed()
                            .atDestination("select (select count(*) from pg_class where relname = 'lost')"
                                    + " + (select count(*) from pg_type where typname = 'mood')"))
                    .isEqualTo("0");
            assertThat(bed.bed()
                            .atDestination(
                                    "select string_agg(cast(seqincrement as text), ' ' order by seqincrement) from pg_sequence"
                                            + " where seqrelid in ('free'::regclass, 'uses_own_seq'::regclass)"))
                    .isEqualTo("5 7");
            assertThat(capture(bed).state()).isEqualTo(DdlCapture.State.ACTIVE);
        }
    }

    @Test
    void a_rewrite_that_alone_could_not_be_logged_is_made_up_for(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.source(
                    "alter table penstock.ddl_log add constraint broken check (event <> 'rewrite')",
                    "alter table t alter b type int using b * 2",
                    "alter table penstock.ddl_log drop constraint broken");
            bed.assertFollowed();
            bed.source("alter table t alter b type int using b + 1");
            bed.assertFollowed();
            assertThat(capture(bed).state()).isEqualTo(DdlCapture.State.ACTIVE);
        }
    }

    @Test
    void a_crash_before_the_definitions_are_compared_forgets_nothing(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.source(OFF);
            bed.source(UNSEEN[5], UNSEEN[6]);
            FaultPoints whenMended = point -> {
                if (point == FaultPoint.MERGED && intact(bed)) {
                    new CrashAt(point, 1).reached(point);
                }
            };
            SyncBed.Running running = bed.bed().start(new TaskRun.Options(Until.NEVER, whenMended));
            assertThat(running.awaitFailure()).isInstanceOf(SimulatedCrash.class);
            assertThat(status(bed)).anyMatch(line -> line.contains("DDL CAPTURE IS BROKEN"));
            bed.assertFollowed();
            assertThat(status(bed)).anyMatch(line -> line.equals("ddl        followed"));
        }
    }

    @Test
    void a_crash_after_the_part_that_was_not_refused_leaves_nothing_unknown(Servers servers) throws Exception {
        String start = START + "; create type mood as enum ('a'); create table uses (id int primary key, m mood);"
                + " insert into uses values (1, 'a')";
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), start)) {
            bed.bed().destination("create table taken (x int)");
            bed.source(OFF);
            bed.source("create index taken on quiet (v)", "alter type mood rename value 'a' to 'b'");
            FaultPoints whenRenamed = point -> {
                if (point == FaultPoint.COMMITTED && renamed(bed)) {
                    new CrashAt(point, 1).reached(point);
                }
            };
            SyncBed.Running running = bed.bed().start(new TaskRun.Options(Until.NEVER, whenRenamed));
            assertThat(running.awaitFailure()).isInstanceOf(SimulatedCrash.class);
            bed.bed().destination("drop table taken");
            bed.waiting().forEach(bed::resume);
            bed.assertFollowed();
            assertThat(bed.waiting()).isEmpty();
        }
    }

    @Test
    void a_change_that_could_not_be_logged_is_made_up_for(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.source(
                    "alter table penstock.ddl_log rename column image to picture",
                    "alter table t add c int default 5; insert into t values (602, 'after', 1, 6)",
                    "alter table quiet alter v set default 3",
                    "alter table penstock.ddl_log rename column picture to image");
            assertThat(status(bed)).anyMatch(line -> line.contains("DDL CAPTURE IS BROKEN"));
            bed.assertFollowed();
            assertThat(capture(bed).state()).isEqualTo(DdlCapture.State.ACTIVE);
        }
    }

    @Test
    void what_was_missed_of_a_table_that_waits_for_a_person_is_made_up_for_when_he_has_mended_it(Servers servers)
            throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.bed().destination("alter table t add w text; alter table quiet add w text");
            bed.source(
                    "alter table t add w int; insert into t values (601, 'held', 1, 2); alter table quiet add w int");
            bed.source(OFF);
            bed.source(
                    "alter table t drop b; insert into t values (602, 'later', 3); create index on t (a)",
                    "create index on quiet (w); insert into quiet values (2, 2, 2)");
            bed.bed().sync();
            assertThat(bed.waiting()).hasSize(2);
            bed.bed().destination("alter table t drop w; alter table quiet drop w");
            bed.waiting().forEach(bed::resume);
            bed.assertFollowed();
        }
    }

    @Test
    void what_was_missed_of_a_table_that_waits_is_made_up_for_too_when_a_person_has_made_its_change(Servers servers)
            throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.bed().destination("alter table quiet add w text");
            bed.source("alter table quiet add w int; insert into quiet values (2, 2, 2)");
            bed.source(OFF);
            bed.source("create index on quiet (w)");
            bed.bed().sync();
            bed.bed().destination("alter table quiet alter w type int using w::int");
            bed.resume(bed.table("public.quiet"));
            bed.assertFollowed();
        }
    }

    @Test
    void what_a_look_at_the_catalog_had_shown_and_the_destination_refused_is_looked_at_again(Servers servers)
            throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.bed().destination("create table taken (x int)");
            bed.source(OFF);
            bed.source("create index taken on quiet (v)", "alter table quiet alter v type int using v * 2");
            bed.bed().sync();
            assertThat(bed.waiting())
                    .extracting(table -> table.mapping().source().table())
                    .containsExactly("quiet");
            bed.bed().destination("drop table taken");
            bed.waiting().forEach(bed::resume);
            bed.assertFollowed();
            assertThat(bed.bed().atDestination("select count(*) from penstock.quarantine"))
                    .isEqualTo("0");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 18})
    void without_the_other_sideto_capture_changed_columns_are_noticed_and_the_rest_is_said(int version, Servers servers)
            throws Exception {
        EmbeddedServer source = servers.version(version);
        try (SyncBed bed = new SyncBed(source, servers.version(18))) {
            String role = "plain_" + bed.sourceDatabase();
            bed.source(
                    "create role " + role + " login replication",
                    "alter database " + bed.sourceDatabase() + " owner to " + role,
                    "grant all on schema public to " + role);
            bed.with(spec -> SpecChange.source(
                    spec, "postgresql://" + role + "@localhost:" + source.port() + "/" + bed.sourceDatabase()));
            bed.source("set session authorization " + role + "; " + START);
            List<Finding> findings = Precheck.run(
                    bed.spec(),
                    new Wiring(bed.spec(), FaultPoints.NONE).source(),
                    new Wiring(bed.spec(), FaultPoints.NONE).destination());
            assertThat(findings)
                    .filteredOn(f -> f.item().equals("source.ddl_capture"))
                    .singleElement()
                    .satisfies(f -> assertThat(f.why())
                            .startsWith("DDL capture: not available")
                            .contains("Not followed"));
            bed.sync();
            bed.source("set session authorization " + role + "; " + UNSEEN[0], UNSEEN[1], UNSEEN[2], UNSEEN[3]);
            bed.sync();
            bed.assertEqual();
            assertThat(bed.atDestination(
                            "select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum) from pg_attribute"
                                    + " where attrelid = 't'::regclass and attnum > 0 and not attisdropped"))
                    .isEqualTo("id integer, aa text, c bigint");
            assertThat(StatusText.lines(reader(bed).read()))
                    .anyMatch(line -> line.contains("DDL capture: not available") && line.contains("indexes"));
        }
    }

    private static boolean intact(DdlBed bed) {
        try {
            return "0"
                    .equals(
                            bed.bed()
                                    .atSource(
                                            "select count(*) from pg_event_trigger where evtname like 'penstock%' and evtenabled <> 'A'"));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean renamed(DdlBed bed) {
        try {
            return "t".equals(bed.bed().atDestination("select exists (select from pg_enum where enumlabel = 'b')"));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static DdlCapture capture(DdlBed bed) {
        Optional<DdlCapture> capture = reader(bed.bed()).read().ddlCapture();
        return capture.orElseThrow();
    }

    private static List<String> status(DdlBed bed) {
        return StatusText.lines(reader(bed.bed()).read());
    }

    private static StatusReader reader(SyncBed bed) {
        Wiring wiring = new Wiring(bed.spec(), FaultPoints.NONE);
        return new StatusReader(bed.spec().name(), wiring.source(), wiring.destination(), Clock.systemUTC());
    }
}
