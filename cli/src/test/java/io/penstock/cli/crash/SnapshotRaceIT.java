package io.penstock.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.sync.SyncBed;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.testkit.Await;
import io.penstock.testkit.EmbeddedServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The moments between slot, snapshot and stream at which a committed row can fall into no hole, if the steps are in order. A commit is
 * made to hang by a synchronous standby that does not exist: its record is in the log, so it is decoded, and no snapshot sees it.
 */
class SnapshotRaceIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static EmbeddedServer source;
    private static EmbeddedServer destination;

    @BeforeAll
    static void start() {
        source = EmbeddedServer.start(15);
        destination = EmbeddedServer.start(18);
    }

    @AfterAll
    static void stop() {
        source.close();
        destination.close();
    }

    /** A bed whose sessions, but for one, do not wait for the standby. */
    private static SyncBed bed() throws SQLException {
        SyncBed bed = new SyncBed(source, destination);
        bed.source(
                "alter database " + bed.sourceDatabase() + " set synchronous_commit = local",
                "create table keyed (id int primary key, note text)",
                "create table keyless (n int, note text)",
                "insert into keyed select i, 'copied' from generate_series(1, 100) i",
                "insert into keyless select i % 5, 'copied' from generate_series(1, 100) i");
        return bed;
    }

    /** Commits rows in a session that hangs after its commit record is written; returns when it hangs. */
    private static Thread hangingCommit(SyncBed bed, int id) throws SQLException {
        return Standby.hangingCommit(bed, """
                begin; insert into keyed values (%1$d, 'hung'); insert into keyless values (%1$d, 'hung');
                update keyed set note = 'changed' where id = 7; commit""".formatted(id));
    }

    @Test
    void a_transaction_that_is_decoded_before_it_is_visible_is_applied_once() throws Exception {
        try (SyncBed bed = bed()) {
            Set<Thread> hanging = ConcurrentHashMap.newKeySet();
            FaultPoints atBarrier = point -> {
                if (point == FaultPoint.BARRIER_PASSED) {
                    hanging.add(unchecked(() -> hangingCommit(bed, 1000)));
                }
                if (point == FaultPoint.TABLE_COPIED) {
                    assertThat(unchecked(() -> bed.atSource("select count(*) from keyed where note = 'hung'")))
                            .isEqualTo("0");
                }
                if (point == FaultPoint.STREAM_STARTED) {
                    unchecked(() -> {
                        Standby.none(source);
                        return "";
                    });
                }
            };
            bed.run(atBarrier);
            assertThat(hanging).hasSize(1);
            for (Thread thread : hanging) {
                thread.join();
            }
            bed.sync();
            bed.assertEqual();
            assertThat(bed.atDestination("select count(*) from keyless where note = 'hung'"))
                    .isEqualTo("1");
        } finally {
            Standby.none(source);
        }
    }

    @Test
    void a_commit_that_ends_while_the_slot_is_created_is_not_lost() throws Exception {
        try (SyncBed bed = bed();
                Connection first = bed.connectSource();
                Connection second = bed.connectSource()) {
            Set<FaultPoint> passed = ConcurrentHashMap.newKeySet();
            beginWriting(first);
            SyncBed.Running running = bed.start(new TaskRun.Options(Until.NEVER, passed::add));
            awaitCreationWaitsFor(bed, first);
            beginWriting(second);
            first.commit();
            awaitCreationWaitsFor(bed, second);
            Thread hanging = hangingCommit(bed, 2000);
            second.commit();
            Await.until("slot recorded", LIMIT, () -> passed.contains(FaultPoint.SLOT_RECORDED));
            // Neither a snapshot nor the slot shows the hanging transaction: whoever copied now would lose it.
            assertThat(bed.atSource("select count(*) from keyed where note = 'hung'"))
                    .isEqualTo("0");
            Await.until(
                    "the barrier waits",
                    LIMIT,
                    () -> "t"
                            .equals(
                                    bed.atSource(
                                            "select exists (select from pg_stat_activity where query like '%txid_snapshot_xmin%' and application_name like 'penstock%')")));
            assertThat(passed).doesNotContain(FaultPoint.BARRIER_PASSED);
            Standby.none(source);
            hanging.join();
            LostAnswerIT.awaitEqualPositions(bed);
            running.stop();
            bed.assertEqual();
            assertThat(bed.atDestination("select count(*) from keyless where note = 'hung'"))
                    .isEqualTo("1");
        } finally {
            Standby.none(source);
        }
    }

    private static void beginWriting(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select txid_current()");
        }
    }

    /** The session that creates the slot waits for the end of the given session's transaction. */
    private static void awaitCreationWaitsFor(SyncBed bed, Connection open) throws SQLException {
        String pid = SyncBed.one(open, "select pg_backend_pid()");
        Await.until("slot creation waits for " + pid, LIMIT, () -> "t"
                .equals(bed.atSource(
                        "select exists (select from pg_stat_activity where query like '%pg_create_logical_replication_slot%'"
                                + " and " + pid + " = any(pg_blocking_pids(pid)))")));
    }

    /** An ALTER with USING writes a new file whose rows an older snapshot does not see, and streams nothing. */
    @Test
    void a_rewrite_before_the_copy_is_waited_for_and_then_seen() throws Exception {
        try (SyncBed bed = bed();
                Connection altering = bed.connectSource()) {
            // One job, the larger table first: while it is open nothing else looks at the other one.
            bed.source("insert into keyed select i, 'more' from generate_series(101, 5000) i", "analyze");
            bed.with(spec -> TaskSpecs.copying(spec, 1, 1 << 20));
            altering.setAutoCommit(false);
            AtomicBoolean altered = new AtomicBoolean();
            FaultPoints whenFirstIsOpen = point -> {
                if (point == FaultPoint.TABLE_OPENED && altered.compareAndSet(false, true)) {
                    unchecked(() -> {
                        try (Statement statement = altering.createStatement()) {
                            return statement.execute("alter table keyless alter n type int using n + 0");
                        }
                    });
                }
            };
            SyncBed.Running running = bed.start(new TaskRun.Options(Until.NEVER, whenFirstIsOpen));
            Await.until("the copy waits for the lock", LIMIT, () -> "t"
                    .equals(bed.atSource(
                            "select exists (select from pg_stat_activity join pg_locks using (pid) where not granted"
                                    + " and relation = 'keyless'::regclass and query like 'lock table%')")));
            altering.commit();
            LostAnswerIT.awaitEqualPositions(bed);
            running.stop();
            assertThat(bed.atDestination("select count(*) from keyless")).isEqualTo("100");
            bed.assertEqual();
        }
    }

    @Test
    void a_rewrite_between_snapshot_and_copy_has_to_wait() throws Exception {
        try (SyncBed bed = bed()) {
            Set<Thread> rewriting = ConcurrentHashMap.newKeySet();
            FaultPoints afterSnapshot = point -> {
                if (point == FaultPoint.TABLE_OPENED && rewriting.isEmpty()) {
                    Thread thread = new Thread(() -> unchecked(() -> {
                        bed.source("begin; truncate keyed, keyless; insert into keyless values (77, 'after'); commit");
                        return "";
                    }));
                    rewriting.add(thread);
                    thread.start();
                    Await.until(
                            "the rewrite waits",
                            LIMIT,
                            () -> "t"
                                    .equals(
                                            bed.atSource(
                                                    "select exists (select from pg_locks where not granted and mode = 'AccessExclusiveLock')")));
                }
            };
            bed.with(spec -> TaskSpecs.copying(spec, 1, 1 << 20));
            bed.run(afterSnapshot);
            for (Thread thread : rewriting) {
                thread.join();
            }
            bed.sync();
            bed.assertEqual();
            assertThat(bed.atDestination("select string_agg(note, '') from keyless"))
                    .isEqualTo("after");
        }
    }

    private interface Sql<T> {
        T run() throws SQLException;
    }

    private static <T> T unchecked(Sql<T> sql) {
        try {
            return sql.run();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
