package io.penstock.cli.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.task.Phase;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.testkit.CrashAt;
import io.penstock.testkit.Servers;
import io.penstock.testkit.SimulatedCrash;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks that run only some of the phases. */
@ExtendWith(Servers.class)
class IncrementalAloneIT {
    private static final String TABLE = "create table t (id int primary key, v text)";

    private static SyncBed bed(Servers servers) throws Exception {
        SyncBed bed = new SyncBed(servers.version(15), servers.version(18))
                .with(spec -> SpecChange.phases(spec, List.of(Phase.INCREMENTAL)));
        bed.source(TABLE, "insert into t values (1, 'old')");
        bed.destination(TABLE);
        return bed;
    }

    private static void confirm(SyncBed bed) {
        bed.task(new TaskRun.Options(Until.CAUGHT_UP, Set.of("destination.copy"), FaultPoints.NONE))
                .run();
    }

    @Test
    void the_first_run_makes_the_slot_and_asks_for_the_copy(Servers servers) throws Exception {
        try (SyncBed bed = bed(servers)) {
            assertThatThrownBy(bed::sync)
                    .isInstanceOf(PenstockException.class)
                    .hasMessageContaining("It did not exist; now it does");
            bed.destination("insert into t values (1, 'old')");
            bed.source("insert into t values (2, 'new')", "update t set v = 'changed' where id = 1");
            confirm(bed);
            bed.assertEqual();
            assertThat(bed.atDestination("select count(*) from t")).isEqualTo("2");
            bed.source("insert into t values (3, 'later')");
            bed.sync();
            bed.assertEqual();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_second_run_does_not_take_its_own_slot_for_a_copy(boolean withSchema, Servers servers) throws Exception {
        List<Phase> phases = withSchema ? List.of(Phase.SCHEMA, Phase.INCREMENTAL) : List.of(Phase.INCREMENTAL);
        try (SyncBed bed = bed(servers).with(spec -> SpecChange.phases(spec, phases))) {
            if (withSchema) {
                bed.destination("drop table t");
            }
            String first = catchThrowable(bed::sync).getMessage();
            bed.source("insert into t values (2, 'new')");

            assertThat(catchThrowable(bed::sync)).hasMessage(first);
            assertThat(bed.atDestination("select count(*) from t")).isEqualTo("0");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SLOT_RECORDED", "SLOT_CREATED"})
    void a_run_that_dies_while_it_makes_the_slot_leaves_nothing_to_be_taken_for_a_copy(
            FaultPoint point, Servers servers) throws Exception {
        try (SyncBed bed = bed(servers)) {
            assertThat(catchThrowable(() -> bed.run(new CrashAt(point, 1)))).isInstanceOf(SimulatedCrash.class);
            bed.source("insert into t values (2, 'before the slot that counts')");

            assertThat(catchThrowable(bed::sync)).hasMessageContaining("It did not exist; now it does");
            bed.destination("insert into t values (1, 'old'), (2, 'before the slot that counts')");
            bed.source("insert into t values (3, 'after it')");
            confirm(bed);
            bed.assertEqual();
        }
    }

    @Test
    void a_slot_that_somebody_made_is_where_it_begins(Servers servers) throws Exception {
        try (SyncBed bed = bed(servers)) {
            assertThat(catchThrowable(bed::sync)).hasMessageContaining("It did not exist; now it does");
            // Publication and slot stay, and nobody knows of the task any more: as if a person had made them.
            bed.destination("delete from penstock.progress", "insert into t values (1, 'old')");
            bed.source("insert into t values (2, 'new')");

            bed.sync();
            bed.assertEqual();
        }
    }

    @Test
    void a_stop_while_the_slot_waits_for_open_transactions_leaves_no_slot(Servers servers) throws Exception {
        try (SyncBed bed = bed(servers);
                Connection open = bed.connectSource()) {
            open.setAutoCommit(false);
            try (Statement statement = open.createStatement()) {
                statement.execute("insert into t values (9, 'open')");
            }
            SyncBed.Running running = bed.start();
            bed.awaitAtSource("select count(*) > 0 from pg_stat_activity where datname = current_database()"
                    + " and query like '%pg_create_logical_replication_slot%' and wait_event_type = 'Lock'");
            running.stop();
            open.rollback();

            bed.awaitAtSource("select count(*) = 0 from pg_stat_activity where datname = current_database()"
                    + " and query like '%pg_create_logical_replication_slot%' and pid <> pg_backend_pid()");
            assertThat(bed.atSource("select count(*) from pg_replication_slots where database = current_database()"))
                    .isEqualTo("0");
        }
    }

    @Test
    void schema_and_full_alone_copy_one_moment_and_leave_no_slot(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))
                .with(spec -> SpecChange.phases(spec, List.of(Phase.SCHEMA, Phase.FULL)))) {
            bed.source(
                    TABLE,
                    "create table child (id int primary key, parent int references t)",
                    "insert into t select i, 'v' || i from generate_series(1, 1000) i",
                    "insert into child select i, i from generate_series(1, 1000) i");
            bed.sync();
            bed.assertEqual();
            assertThat(bed.atDestination("select count(*) from pg_constraint where contype = 'f' and convalidated"))
                    .isEqualTo("1");
            assertThat(bed.atSource("select count(*) from pg_replication_slots where database = current_database()"))
                    .isEqualTo("0");
        }
    }
}
