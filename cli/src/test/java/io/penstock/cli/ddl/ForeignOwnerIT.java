package io.penstock.cli.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.cli.sync.SpecChange;
import io.penstock.cli.sync.SyncBed;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects of owners the task's role has nothing to do with. */
@ExtendWith(Servers.class)
class ForeignOwnerIT {
    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_new_table_that_may_not_be_published_waits_alone(int version, Servers servers) throws Exception {
        EmbeddedServer source = servers.version(version);
        try (DdlBed bed = DdlBed.idle(source, servers.version(18))) {
            String database = bed.bed().sourceDatabase();
            String role = "sync_" + database;
            String stranger = "stranger_" + database;
            bed.source(
                    "create role " + role + " superuser login replication",
                    "create role " + stranger + " login",
                    "grant all on schema public to " + stranger,
                    "set role " + role + "; create table t (id int primary key, v int); insert into t values (1, 1)");
            bed.bed()
                    .with(spec -> SpecChange.source(
                            spec, "postgresql://" + role + "@localhost:" + source.port() + "/" + database));
            bed.bed().sync();
            // As the privileged accounts of managed services: they may capture, and are no superusers.
            bed.source("alter role " + role + " nosuperuser");
            bed.source(
                    "set role " + stranger
                            + "; create table theirs (id int primary key, v int); insert into theirs values (1, 1)",
                    "set role " + stranger + "; insert into theirs values (2, 2); update theirs set v = 3 where id = 1",
                    "reset role; insert into t values (2, 2)");
            bed.bed().sync();
            TableProgress theirs = bed.table("public.theirs");
            assertThat(theirs.state()).isEqualTo(TableState.COPYING);
            assertThat(theirs.error()).contains("GRANT " + stranger + " TO " + role);
            assertThat(bed.bed().atDestination("select count(*) from t")).isEqualTo("2");

            bed.source("grant " + stranger + " to " + role, "delete from theirs where id = 2", "update t set v = 5");
            bed.assertFollowed();
            assertThat(bed.table("public.theirs").error()).isNull();
            assertThat(bed.table("public.theirs").state()).isEqualTo(TableState.READY);
        }
    }

    @Test
    void a_schema_of_a_stranger_at_the_destination_is_refused(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            String stranger = "owner_of_" + bed.sourceDatabase();
            bed.source("create table t (id int primary key)");
            bed.destination(
                    "create role " + stranger,
                    "create schema penstock",
                    "create table penstock.progress (task text)",
                    "alter table penstock.progress owner to " + stranger);
            assertThatThrownBy(bed::sync)
                    .isInstanceOfSatisfying(
                            PenstockException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PRECHECK))
                    .hasMessageContaining("table progress (" + stranger + ")")
                    .hasMessageContaining("DROP SCHEMA penstock CASCADE");
            bed.destination("drop schema penstock cascade");
            bed.sync();
            bed.assertEqual();
        }
    }
}
