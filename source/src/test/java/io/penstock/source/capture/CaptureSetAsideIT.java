package io.penstock.source.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.name.NamePattern;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.task.ObjectSelection;
import io.penstock.core.task.ObjectSelection.TableRule;
import io.penstock.testkit.Await;
import io.penstock.testkit.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that the server would refuse only because of our publications and replica identities. */
@ExtendWith(Servers.class)
class CaptureSetAsideIT {
    private static final String LISTED =
            "select coalesce(string_agg(p.pubname || ' ' || r.prrelid::regclass, ', ' order by 1), '')"
                    + " from pg_publication_rel r join pg_publication p on p.oid = r.prpubid"
                    + " where p.pubname like 'penstock_capture_%%' and r.prrelid = '%s'::regclass";
    private static final String STATE =
            "select concat(relpersistence, ' ', relreplident) from pg_class where oid = '%s'::regclass";

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_published_table_may_become_unlogged_and_logged_again(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            bed.sqlAs(
                    "plain",
                    "create table t (id int primary key)",
                    "create table \"T; x\" (id int primary key)",
                    "create table u (id int primary key)",
                    "alter table t set unlogged",
                    "do $$ begin execute 'alter table if exists only public.\"T; x\" set unlogged'; end $$",
                    "alter table u add a int; insert into u values (1); ALTER TABLE u add b int, set UNLOGGED");
            for (String table : List.of("t", "\"T; x\"", "u")) {
                assertThat(bed.one(STATE.formatted(table))).isEqualTo("u d");
                assertThat(bed.one(LISTED.formatted(table))).isEmpty();
            }
            bed.sqlAs("plain", "alter table t set logged", "insert into t values (1)", "update t set id = 2");
            assertThat(bed.one(LISTED.formatted("t"))).isEqualTo("penstock_capture_key t");
            assertThat(bed.events()).allMatch(event -> event.kind() != SchemaEvent.Kind.CAPTURE_FAILED);
        }
    }

    @Test
    void single_published_tables_may_too(Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(15), "create table t (id int primary key)")
                .publish(
                        CaptureBed.TASK,
                        new ObjectSelection(
                                List.of(new TableRule(NamePattern.parse("public"), NamePattern.parse("t")))))) {
            assertThat(bed.one(LISTED.formatted("t"))).isEqualTo("penstock_capture_all t, penstock_capture_key t");
            bed.sql("alter table t set unlogged");
            assertThat(bed.one(LISTED.formatted("t"))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void what_only_looked_so_stays_published(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            bed.sqlAs(
                    "plain",
                    "create table t (id int primary key, a int not null unique)",
                    "alter table t add x text default 'alter table t set unlogged'",
                    "alter table t add y int; insert into t values (1, 1); alter table t add z text default 'set unlogged'");
            assertThat(bed.one(LISTED.formatted("t"))).isEqualTo("penstock_capture_key t");
            assertThat(bed.one(STATE.formatted("t"))).isEqualTo("p d");
            assertThat(bed.events()).allMatch(event -> event.unpublished().isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void columns_of_the_index_that_we_made_the_identity_may_become_nullable(int version, Servers servers)
            throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            bed.sqlAs("plain", "create table t (a int not null unique, b int)", "insert into t values (1)");
            assertThat(bed.one(STATE.formatted("t"))).isEqualTo("p i");
            bed.sqlAs("plain", "alter table t alter a drop not null", "update t set a = null", "update t set b = 2");
            assertThat(bed.one(STATE.formatted("t"))).isEqualTo("p f");
            assertThat(bed.one(LISTED.formatted("t"))).isEqualTo("penstock_capture_key t");
        }
    }

    @Test
    void expressions_of_virtual_columns_may_change(Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(18)).publish()) {
            bed.sqlAs(
                    "plain",
                    "create table t (id int primary key, v int generated always as (id * 2) virtual)",
                    "alter table t alter v set expression as (id * 3)",
                    "insert into t values (1)",
                    "update t set id = 2");
            assertThat(bed.one("select v from t")).isEqualTo("6");
            assertThat(bed.one(LISTED.formatted("t"))).isEqualTo("penstock_capture_key t");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_busy_table_is_waited_for_as_its_user_waits(int version, Servers servers) throws Exception {
        try (CaptureBed bed = new CaptureBed(servers.version(version), "create schema other").publish();
                Connection reader = bed.connect();
                Statement reading = reader.createStatement()) {
            bed.sqlAs("plain", "create table t (a int not null unique, b int)");
            bed.sql("create table other.t (a int not null unique)");
            reader.setAutoCommit(false);
            reading.execute("select count(*) from other.t");
            bed.sqlAs("plain", "begin; set local lock_timeout = '10s'; alter table t alter a drop not null; rollback");
            reading.execute("select count(*) from t");
            CompletableFuture<Void> altered = CompletableFuture.runAsync(() -> {
                try {
                    bed.sqlAs("plain", "alter table t alter a drop not null", "insert into t values (null)");
                } catch (SQLException e) {
                    throw new CompletionException(e);
                }
            });
            Await.until("the user waits", Duration.ofSeconds(20), () -> bed.one(
                            "select exists (select from pg_locks where not granted and relation = 't'::regclass)")
                    .equals("t"));
            reader.rollback();
            altered.get(30, TimeUnit.SECONDS);
            assertThat(bed.one(STATE.formatted("t"))).isEqualTo("p f");

            bed.sqlAs("plain", "create table u (a int not null unique)");
            reading.execute("select count(*) from u");
            assertThatThrownBy(() ->
                            bed.sqlAs("plain", "set lock_timeout = '300ms'", "alter table u alter a drop not null"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55P03"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void what_goes_down_to_children_finds_them(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            bed.sqlAs(
                    "plain",
                    "create table p (a int not null, b int, unique (a)) partition by list (a)",
                    "create table p1 partition of p for values in (1) partition by list (a)",
                    "create table p11 partition of p1 for values in (1)",
                    "create table parent (a int not null unique)",
                    "create table child (unique (a)) inherits (parent)");
            assertThat(List.of(bed.one(STATE.formatted("p11")), bed.one(STATE.formatted("child"))))
                    .containsOnly("p i");
            bed.sqlAs(
                    "plain",
                    "alter table p alter a drop not null",
                    "alter table parent alter a drop not null",
                    "update p set b = 1",
                    "update parent set a = null");
            assertThat(List.of(bed.one(STATE.formatted("p11")), bed.one(STATE.formatted("child"))))
                    .containsOnly("p f");
        }
    }

    /** Whoever writes through a parent holds it before he comes to the part with the rows. */
    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void parents_are_locked_before_their_parts(int version, Servers servers) throws Exception {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish();
                Connection writer = bed.connect();
                Statement writing = writer.createStatement()) {
            writer.setAutoCommit(false);
            for (String held : List.of("p", "p1")) {
                bed.sqlAs(
                        "plain",
                        "create table p (a int not null, b int, unique (a)) partition by list (a)",
                        "create table p1 partition of p for values in (1) partition by list (a)",
                        "create table p11 partition of p1 for values in (1)");
                assertThat(bed.one(STATE.formatted("p11"))).isEqualTo("p i");
                // Once, so that it knows the partitions' bounds and need not look at their parents.
                writing.execute("insert into " + held + " values (1, 1)");
                writing.execute("delete from " + held);
                writer.commit();
                writing.execute("lock table only " + held + " in row exclusive mode");
                CompletableFuture<Void> altered = CompletableFuture.runAsync(() -> {
                    try {
                        bed.sqlAs("plain", "alter table p alter a drop not null");
                    } catch (SQLException e) {
                        throw new CompletionException(e);
                    }
                });
                Await.until("the user waits", Duration.ofSeconds(20), () -> bed.one(
                                "select exists (select from pg_locks where not granted and relation = '" + held
                                        + "'::regclass)")
                        .equals("t"));
                writing.execute("insert into " + held + " values (1, 1)");
                writer.commit();
                altered.get(30, TimeUnit.SECONDS);
                bed.sqlAs("plain", "update p set b = 2");
                assertThat(bed.one(STATE.formatted("p11"))).isEqualTo("p f");
                bed.sqlAs("plain", "drop table p");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void an_identity_that_still_serves_is_back_when_the_command_has_ended(int version, Servers servers)
            throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            bed.sqlAs(
                    "plain",
                    "create table t (a int not null unique, b int not null, c int not null constraint positive check (c > 0))",
                    "alter table t alter b drop not null",
                    "insert into t values (1, null, 1)",
                    "update t set b = 2");
            assertThat(bed.one(STATE.formatted("t"))).isEqualTo("p i");
            bed.sqlAs(
                    "plain",
                    "begin; alter table t drop constraint positive; alter table t alter c drop not null; commit");
            assertThat(bed.one(STATE.formatted("t"))).isEqualTo("p i");
            bed.sqlAs("plain", "alter table t replica identity full", "alter table t add d int");
            assertThat(bed.one(STATE.formatted("t"))).as("the owner's wish").isEqualTo("p f");
            assertThat(bed.events()).allMatch(event -> event.kind() != SchemaEvent.Kind.CAPTURE_FAILED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void tables_are_found_by_any_search_path_of_the_user(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(
                        servers.version(version),
                        "create schema \"S, \"\"1\" authorization plain",
                        "create schema plain authorization plain",
                        "create schema hidden",
                        "create table hidden.t (a int not null unique)")
                .publish()) {
            for (String path : List.of(
                    "hidden, \"S, \"\"1\", public",
                    "\"$user\", public",
                    "PUBLIC",
                    "nothing, pg_temp, public, pg_catalog")) {
                bed.sqlAs(
                        "plain",
                        "set search_path = " + path.replace("pg_temp, ", ""),
                        "create table t (a int not null unique)",
                        "select set_config('search_path', '" + path + "', false)",
                        "alter table t alter a drop not null",
                        "insert into t values (null)",
                        "drop table t");
            }
            assertThat(bed.one(STATE.formatted("hidden.t"))).isEqualTo("p i");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void no_schema_for_temporary_tables_is_made(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            bed.sqlAs("plain", "create table t (a int not null unique)");
            bed.sqlAs(
                    "plain",
                    "set search_path = pg_temp, public",
                    "begin",
                    "alter table t alter a drop not null",
                    "prepare transaction 'without'",
                    "commit prepared 'without'");
            bed.sql("revoke temp on database " + bed.one("select current_database()") + " from public, plain");
            bed.sqlAs("plain", "set search_path = pg_temp, public", "alter table t add b int");
            assertThat(bed.one(STATE.formatted("t"))).isEqualTo("p f");
            assertThat(bed.events()).allMatch(event -> event.kind() != SchemaEvent.Kind.CAPTURE_FAILED);
        }
    }

    @Test
    void expressions_of_virtual_columns_of_children_may_change(Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(18)).publish()) {
            bed.sqlAs(
                    "plain",
                    "create table parent (id int primary key, v int generated always as (id * 2) virtual)",
                    "create table child () inherits (parent)",
                    "insert into child values (1)",
                    "alter table parent alter v set expression as (id * 3)");
            assertThat(bed.one("select v from child")).isEqualTo("3");
            assertThat(bed.one(LISTED.formatted("child"))).isEqualTo("penstock_capture_key child");
        }
    }

    @Test
    void a_not_null_constraint_may_be_dropped_by_its_name(Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(18)).publish()) {
            bed.sqlAs(
                    "plain",
                    "create table t (a int not null unique, b int)",
                    "alter table t drop constraint t_a_not_null",
                    "insert into t values (null)",
                    "update t set b = 1");
            assertThat(bed.one(STATE.formatted("t"))).isEqualTo("p f");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void it_does_not_matter_from_where_the_command_comes(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            String[] ways = {
                "create function f() returns void language sql as 'alter table t alter a drop not null; alter table u alter a drop not null';"
                        + " select f()",
                "do $$ begin alter table t alter a drop not null; execute 'alter table u alter a drop not null'; end $$",
                "do $$ begin execute 'alter table t alter a drop not null; alter table \"u\" alter \"a\" drop not null'; end $$",
                "alter table t alter a drop not null; do $$ begin perform 'alter table x'; end $$;"
                        + " /* ; alter table x */ alter /**/ table u -- alter table x\n alter a drop not null",
                "begin; alter table t alter a drop not null; commit; alter table u add z int, alter a drop not null",
                "set search_path = pg_temp; create temp table t (a int not null);"
                        + " alter table t alter a drop not null; alter table public.t alter a drop not null; alter table public.u alter a drop not null"
            };
            for (String way : ways) {
                bed.sqlAs("plain", "create table t (a int not null unique)", "create table u (a int not null unique)");
                bed.stringsAs("plain", way);
                assertThat(List.of(bed.one(STATE.formatted("t")), bed.one(STATE.formatted("u"))))
                        .as(way)
                        .containsOnly("p f");
                bed.sqlAs("plain", "drop table t, u", "drop function if exists f()");
            }
            assertThat(bed.events()).allMatch(event -> event.kind() != SchemaEvent.Kind.CAPTURE_FAILED);
        }
    }

    @Test
    void a_long_string_is_read_once(Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(15)).publish();
                Connection connection = bed.connectSimple("plain");
                Statement statement = connection.createStatement()) {
            StringBuilder text = new StringBuilder("create table t (a int primary key);");
            for (int i = 0; i < 300; i++) {
                text.append("alter table t add c")
                        .append(i)
                        .append(" int not null default 0; ")
                        .append("-- and more\n");
            }
            statement.execute(text.toString());
            try (var row = statement.executeQuery("select current_setting('penstock.string') like '% none'")) {
                row.next();
                assertThat(row.getBoolean(1)).isTrue();
            }
        }
    }
}
