package io.penstock.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.sync.SyncBed;
import io.penstock.testkit.Await;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.LeakCheck;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL at random moments under load, to Penstock and to both servers. What was committed survives, so in the end all rows are equal. */
@Tag("alone")
class KillIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    /** A killed server must keep what it has committed: this is not the place to save time. */
    private static final Map<String, String> DURABLE =
            Map.of("fsync", "on", "full_page_writes", "on", "synchronous_commit", "on");

    private enum Victim {
        PENSTOCK,
        SOURCE,
        DESTINATION
    }

    @TempDir
    private Path directory;

    private EmbeddedServer source;
    private EmbeddedServer destination;
    private Random random;
    private long seed;

    @BeforeEach
    void start() {
        source = EmbeddedServer.start(15, DURABLE);
        destination = EmbeddedServer.start(18, DURABLE);
        seed = Load.seed();
        random = new Random(seed);
    }

    @AfterEach
    void stop() {
        source.close();
        destination.close();
    }

    @Test
    void survives_one_kill_of_each_during_the_copy_or_after_it() throws Exception {
        survives(3, 2_500, 60_000);
    }

    @LongRunning
    @Test
    void survives_six_kills_during_the_copy() throws Exception {
        for (int i = 0; i < 6; i++) {
            survives(1, 3_000, 250_000);
        }
    }

    @LongRunning
    @Test
    void survives_fourteen_kills_under_load() throws Exception {
        survives(14, 5_000, 60_000);
    }

    private void survives(int rounds, int withinMillis, int bulkRows) throws Exception {
        try (SyncBed bed = new SyncBed(source, destination)) {
            bed.source(Bank.tables(bulkRows));
            try (Load load = Load.start(source, bed.sourceDatabase(), 3, random.nextLong(), Duration.ofMillis(2))) {
                TaskProcess process = TaskProcess.start(bed, directory, List.of("-Xmx512m"));
                int first = random.nextInt(Victim.values().length);
                // A task that fails in its checks removes its records before it tries again.
                Await.until("the task has begun", LIMIT, () -> hasBegun(bed));
                for (int round = 0; round < rounds; round++) {
                    LockSupport.parkNanos(
                            Duration.ofMillis(random.nextInt(withinMillis)).toNanos());
                    change(bed, round);
                    Victim victim = Victim.values()[(first + round) % Victim.values().length];
                    process = kill(victim, bed, process);
                    LostAnswerIT.awaitEqualPositions(bed);
                    process.assertAlive();
                    System.out.println(
                            "round " + round + " killed " + victim + ", caught up, written " + load.committed());
                }
                load.stop();
                LostAnswerIT.awaitEqualPositions(bed);
                Await.until("no table is copied again", LIMIT, () -> nothingHeld(bed));
                process.stop();
            }
            assertThat(bed.atDestination("select count(*) from account")).isNotEqualTo("0");
            bed.assertEqual();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
        LeakCheck.assertNothingLeft(source);
        LeakCheck.assertNothingLeft(destination);
    }

    /** Some that are followed as they are, one whose rows are copied again. */
    private static void change(SyncBed bed, int round) {
        Await.until("definitions of round " + round, LIMIT, () -> {
            try {
                bed.source(
                        "alter table account add column k%1$d int default %1$d; create table made_%1$d as select * from branch"
                                .formatted(round),
                        "alter table history add column r%d double precision default random()".formatted(round));
                return true;
            } catch (SQLException e) {
                // The victim of a deadlock with a writer, or the copy of the table is still under way.
                return "42701".equals(e.getSQLState());
            }
        });
    }

    private static boolean nothingHeld(SyncBed bed) throws SQLException {
        return "t"
                .equals(
                        bed.atDestination(
                                "select not exists (select from penstock.quarantine)"
                                        + " and not exists (select from penstock.progress_tables where state in ('waiting', 'copying', 'errored'))"));
    }

    private static boolean hasBegun(SyncBed bed) throws SQLException {
        return bed.recorded("phase in ('schema', 'full', 'incremental')");
    }

    private TaskProcess kill(Victim victim, SyncBed bed, TaskProcess process) throws Exception {
        switch (victim) {
            case PENSTOCK -> {
                process.kill9();
                return TaskProcess.start(bed, directory, List.of("-Xmx512m"));
            }
            case SOURCE -> {
                source.kill9();
                source.restart();
            }
            case DESTINATION -> {
                destination.kill9();
                destination.restart();
            }
        }
        process.assertAlive();
        return process;
    }
}
