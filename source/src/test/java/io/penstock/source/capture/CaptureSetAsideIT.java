package io.penstock.source.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.NamePattern;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.task.ObjectSelection;
import io.penstock.core.task.ObjectSelection.TableRule;
import io.penstock.testkit.Servers;
import java.sql.SQLException;
import java.util.List;
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
}
