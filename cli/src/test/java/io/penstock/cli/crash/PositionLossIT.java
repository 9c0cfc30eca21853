package io.penstock.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.cli.Wiring;
import io.penstock.cli.sync.SyncBed;
import io.penstock.core.change.Batch;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.BatchWriter;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.relation.TableMapping;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.testkit.Await;
import io.penstock.testkit.CuttingProxy;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.LeakCheck;
import io.penstock.testkit.Servers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A position that is lost is told, with the reason, and nothing is applied behind it: the server itself would go on silently. */
@ExtendWith(Servers.class)
class PositionLossIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String ADVANCE = "select pg_replication_slot_advance('%s', pg_current_wal_lsn())";
    private static final String DROP = "select pg_drop_replication_slot('%s')";

    /** A change somebody makes while the task does not run. */
    private interface Tampering {
        void with(SyncBed bed, String slot) throws Exception;
    }

    private static void assertLost(Servers servers, String reason, Tampering tampering) throws Exception {
        try (SyncBed bed = synced(servers.version(15), servers.version(18))) {
            tampering.with(bed, slot(bed));
            bed.source("insert into t values (1000)");
            assertLost(catchThrowable(bed::sync), reason);
            assertStopped(bed, reason);
            assertLost(catchThrowable(bed::sync), reason);
        }
        LeakCheck.assertNothingLeft(servers.version(15));
    }

    private static SyncBed synced(EmbeddedServer source, EmbeddedServer destination) throws Exception {
        SyncBed bed = new SyncBed(source, destination);
        bed.source("create table t (id int primary key)", "insert into t select generate_series(1, 10)");
        bed.sync();
        bed.source("insert into t values (11)");
        bed.sync();
        return bed;
    }

    private static String slot(SyncBed bed) {
        return "penstock_" + bed.spec().name().replace('-', '_');
    }

    private static void assertLost(Throwable failure, String reason) {
        assertThat(failure).isInstanceOf(PenstockException.class).hasMessageContaining(reason);
        assertThat(((PenstockException) failure).kind()).isEqualTo(ErrorKind.POSITION_LOST);
    }

    private static void assertStopped(SyncBed bed, String reason) throws Exception {
        assertThat(bed.atDestination("select state from penstock.progress")).isEqualTo("failed");
        assertThat(bed.atDestination("select error from penstock.progress")).contains(reason);
        assertThat(bed.atDestination("select count(*) from t where id >= 1000")).isEqualTo("0");
    }

    @Test
    void the_slot_was_dropped(Servers servers) throws Exception {
        assertLost(servers, "is gone", (bed, slot) -> bed.source(DROP.formatted(slot)));
    }

    @Test
    void the_slot_was_created_again(Servers servers) throws Exception {
        assertLost(
                servers,
                "re-created or advanced",
                (bed, slot) -> bed.source(
                        DROP.formatted(slot),
                        "insert into t values (999)",
                        "select pg_create_logical_replication_slot('" + slot + "', 'pgoutput')"));
    }

    @Test
    void the_slot_belongs_to_another_plugin(Servers servers) throws Exception {
        assertLost(
                servers,
                "output plugin test_decoding",
                (bed, slot) -> bed.source(
                        DROP.formatted(slot),
                        "select pg_create_logical_replication_slot('" + slot + "', 'test_decoding')"));
    }

    @Test
    void somebody_advanced_the_slot(Servers servers) throws Exception {
        assertLost(
                servers,
                "re-created or advanced",
                (bed, slot) -> bed.source("insert into t values (999)", ADVANCE.formatted(slot)));
    }

    @Test
    void the_progress_was_set_back(Servers servers) throws Exception {
        assertLost(
                servers,
                "beyond what the destination has applied",
                (bed, slot) -> bed.destination("update penstock.progress set applied_lsn = applied_lsn - 8"));
    }

    @Test
    void the_source_is_another_cluster(Servers servers) throws Exception {
        assertLost(
                servers,
                "another database cluster",
                (bed, slot) -> bed.destination("update penstock.progress set system_id = '7000000000000000000'"));
    }

    @Test
    void the_command_line_ends_with_exit_code_4_and_the_reason(Servers servers, @TempDir Path directory)
            throws Exception {
        try (SyncBed bed = synced(servers.version(15), servers.version(18))) {
            bed.source(DROP.formatted(slot(bed)));
            try (TaskProcess process = TaskProcess.start(bed, directory, List.of("-Xmx256m"))) {
                assertThat(process.await(LIMIT.toSeconds())).as(process::log).isEqualTo(4);
                assertThat(process.log()).contains("Slot " + slot(bed) + " is gone");
            }
            assertStopped(bed, "is gone");
        }
    }

    @Test
    void the_progress_was_deleted(Servers servers) throws Exception {
        try (SyncBed bed = synced(servers.version(15), servers.version(18))) {
            bed.destination("delete from penstock.progress");
            bed.source("insert into t values (1000)");
            assertLost(catchThrowable(bed::sync), "was removed");
            assertThat(bed.atDestination("select count(*) from t where id >= 1000"))
                    .isEqualTo("0");
        }
    }

    @Test
    void the_progress_is_deleted_while_the_task_runs(Servers servers) throws Exception {
        try (SyncBed bed = synced(servers.version(15), servers.version(18))) {
            SyncBed.Running running = bed.start();
            awaitStreaming(bed);
            bed.destination("delete from penstock.progress");
            bed.source("insert into t values (1000)");
            assertLost(running.awaitFailure(), "was removed");
            assertThat(bed.atDestination("select count(*) from t where id >= 1000"))
                    .isEqualTo("0");
        }
    }

    @Test
    void the_slot_is_dropped_while_the_task_runs(Servers servers) throws Exception {
        try (SyncBed bed = synced(servers.version(15), servers.version(18))) {
            SyncBed.Running running = bed.start();
            awaitStreaming(bed);
            String slot = slot(bed);
            Await.until("dropped before the task is back", LIMIT, () -> {
                bed.source("select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = '"
                        + slot + "'");
                return drops(bed, slot);
            });
            bed.source("insert into t values (1000)");
            assertLost(running.awaitFailure(), "is gone");
            assertStopped(bed, "is gone");
        }
    }

    private static boolean drops(SyncBed bed, String slot) {
        try {
            bed.source(DROP.formatted(slot));
            return true;
        } catch (java.sql.SQLException stillRead) {
            return false;
        }
    }

    @Test
    void a_heartbeat_is_missing(Servers servers) throws Exception {
        try (SyncBed bed = synced(servers.version(15), servers.version(18))) {
            SyncBed.Running running = bed.start();
            awaitStreaming(bed);
            bed.source(
                    "begin; update penstock.heartbeat set sequence = sequence + 2; insert into t values (1000); commit");
            assertLost(running.awaitFailure(), "heartbeat");
            assertStopped(bed, "not continuous");
        }
    }

    @Test
    void the_server_invalidated_the_slot() throws Exception {
        try (EmbeddedServer source = EmbeddedServer.start(15, Map.of("max_slot_wal_keep_size", "1MB"));
                EmbeddedServer destination = EmbeddedServer.start(18);
                SyncBed bed = synced(source, destination)) {
            for (int i = 0; i < 4; i++) {
                bed.source("insert into t values (" + (1000 + i) + ")", "select pg_switch_wal()");
            }
            bed.source("checkpoint");
            assertLost(catchThrowable(bed::sync), "invalidated");
            assertStopped(bed, "invalidated");
        }
    }

    @Test
    void the_slot_is_given_up_when_it_keeps_too_much_during_the_copy(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source("create table t (id int primary key)", "insert into t select generate_series(1, 1000)");
            bed.with(spec -> TaskSpecs.retaining(spec, 32 << 20));
            CountDownLatch copying = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            SyncBed.Running running = bed.start(new TaskRun.Options(Until.NEVER, point -> {
                if (point == FaultPoint.TABLE_OPENED) {
                    copying.countDown();
                    await(goOn);
                }
            }));
            await(copying);
            bed.source("select count(pg_logical_emit_message(true, 'filler', repeat(md5(i::text), 20)))"
                    + " from generate_series(1, 70000) i");
            // The watch looks every five seconds; where it did not, the copy would end well.
            assertThat(goOn.await(8, TimeUnit.SECONDS)).isFalse();
            goOn.countDown();

            assertThat(running.awaitFailure())
                    .isInstanceOf(PenstockException.class)
                    .hasMessageContaining("wal.maxRetainedMb");
            assertThat(bed.atDestination("select phase || ' ' || state from penstock.progress"))
                    .isEqualTo("full initialize_failed");
            assertThat(bed.atSource("select count(*) from pg_replication_slots where slot_name = '" + slot(bed) + "'"))
                    .isEqualTo("0");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void the_slot_is_given_up_when_it_keeps_too_much_while_the_destination_is_away(Servers servers) throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to(servers.version(18).port());
                SyncBed bed = synced(servers.version(15), servers.version(18))) {
            bed.with(spec -> TaskSpecs.retaining(
                    TaskSpecs.to(spec, LostAnswerIT.url(proxy, bed.destinationDatabase())), 32 << 20));
            SyncBed.Running running = bed.start();
            awaitStreaming(bed);
            proxy.refuse();
            bed.source("select count(pg_logical_emit_message(true, 'filler', repeat(md5(i::text), 20)))"
                    + " from generate_series(1, 70000) i");
            Throwable failure = running.awaitFailure();
            assertThat(failure).isInstanceOf(PenstockException.class).hasMessageContaining("wal.maxRetainedMb");
            assertThat(((PenstockException) failure).kind()).isEqualTo(ErrorKind.RETENTION_EXCEEDED);
            assertThat(bed.atSource("select count(*) from pg_replication_slots where slot_name = '" + slot(bed) + "'"))
                    .isEqualTo("0");
            proxy.admit();
            assertLost(catchThrowable(bed::sync), "is gone");
            assertStopped(bed, "is gone");
        }
    }

    @Test
    void a_second_run_of_the_task_is_refused(Servers servers) throws Exception {
        try (SyncBed bed = synced(servers.version(15), servers.version(18))) {
            SyncBed.Running running = bed.start();
            awaitStreaming(bed);
            Throwable refused =
                    catchThrowable(() -> bed.task(TaskRun.Options.DEFAULT).run());
            assertThat(refused).isInstanceOf(PenstockException.class).hasMessageContaining("running already");
            assertThat(((PenstockException) refused).kind()).isEqualTo(ErrorKind.PRECHECK);
            assertThat(bed.atDestination("select state from penstock.progress")).isEqualTo("synchronizing");
            bed.source("insert into t values (1000)");
            LostAnswerIT.awaitEqualPositions(bed);
            running.stop();
            bed.assertEqual();
        }
    }

    @Test
    void an_older_writer_cannot_apply_after_a_newer_one(Servers servers) throws Exception {
        try (SyncBed bed = synced(servers.version(15), servers.version(18))) {
            Wiring wiring = new Wiring(bed.spec(), FaultPoints.NONE);
            try (ProgressStore progress = wiring.destination().progress();
                    BatchWriter older = wiring.destination().writer();
                    BatchWriter newer = wiring.destination().writer()) {
                TableMapping table = progress.tables().get(0).mapping();
                Batch moves = new Batch();
                moves.commit(newer.appliedLsn() + 100, 0);
                newer.apply(moves);
                Batch empties = new Batch();
                empties.truncate(List.of(table), false);
                empties.commit(older.appliedLsn() + 200, 0);
                Throwable refused = catchThrowable(() -> older.apply(empties));
                assertThat(refused).isInstanceOf(PenstockException.class).hasMessageContaining("another writer");
                assertThat(older.appliedLsn()).isLessThan(newer.appliedLsn());
            }
            assertThat(bed.atDestination("select count(*) from t")).isEqualTo("11");
        }
    }

    private static void awaitStreaming(SyncBed bed) {
        Await.until("streams", LIMIT, () -> "1"
                .equals(bed.atSource("select count(*) from pg_replication_slots where active" + " and slot_name = '"
                        + slot(bed) + "'")));
    }
}
