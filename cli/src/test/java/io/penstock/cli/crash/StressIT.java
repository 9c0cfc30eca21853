package io.penstock.cli.crash;

import io.penstock.cli.sync.SyncBed;
import io.penstock.testkit.LeakCheck;
import io.penstock.testkit.Servers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Six writers and VACUUM while the slot is created and small chunks are copied by several jobs: no row differs. */
@ExtendWith(Servers.class)
class StressIT {
    private static final int WRITERS = 6;

    @Test
    void equals_after_slot_creation_and_copy_under_load(Servers servers) throws Exception {
        stress(servers, 15, Load.seed());
    }

    @LongRunning
    @ParameterizedTest
    @ValueSource(ints = {11, 14, 15, 16, 17, 18})
    void equals_from_every_source_with_several_seeds(int version, Servers servers) throws Exception {
        long seed = Load.seed();
        for (int i = 0; i < 3; i++) {
            stress(servers, version, seed + i);
        }
    }

    private static void stress(Servers servers, int version, long seed) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(version), servers.version(18))) {
            bed.source(Bank.tables(4_000));
            bed.with(spec -> TaskSpecs.batching(TaskSpecs.copying(spec, 4, 4 * 8192), 300));
            try (Load load =
                    Load.start(bed.sourceServer(), bed.sourceDatabase(), WRITERS, seed, Duration.ofMillis(1))) {
                Thread vacuum = vacuum(bed);
                SyncBed.Running running = bed.start();
                load.awaitMore(1_000);
                vacuum.interrupt();
                vacuum.join();
                load.stop();
                LostAnswerIT.awaitEqualPositions(bed);
                running.stop();
            }
            bed.assertEqual();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
        LeakCheck.assertNothingLeft(servers.version(version));
    }

    private static Thread vacuum(SyncBed bed) {
        Thread thread = new Thread(
                () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        try {
                            bed.source("vacuum account", "vacuum history", "vacuum event_1");
                        } catch (SQLException e) {
                            return;
                        }
                        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                    }
                },
                "vacuum");
        thread.start();
        return thread;
    }
}
