package io.penstock.cli.sync;

import io.penstock.cli.Wiring;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.task.TaskSpec;
import io.penstock.destination.PostgresDestination;
import io.penstock.destination.apply.MergePlanner;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.PgEndpoint;
import io.penstock.testkit.Servers;
import java.sql.Connection;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random transactions, cut into batches at random, the task stopped at random: equal at every check. Longer with
 * {@code -Dpenstock.property.minutes=N}; a seed again with {@code -Dpenstock.property.seed=N}.
 */
@ExtendWith(Servers.class)
class RandomChangesIT {
    private static final Duration SHORT = Duration.ofSeconds(20);

    @Test
    void random_transactions_end_equal(Servers servers) throws Exception {
        Integer minutes = Integer.getInteger("penstock.property.minutes");
        // The same transactions every time: who wants others asks for minutes.
        long seed = Long.getLong("penstock.property.seed", minutes == null ? 1 : System.nanoTime());
        Duration duration = minutes == null ? SHORT : Duration.ofMinutes(minutes);
        System.out.println("random changes seed=" + seed);
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            run(bed, new Random(seed), duration);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void run(SyncBed bed, Random random, Duration duration) throws Exception {
        RandomChanges changes = new RandomChanges(random);
        bed.source(RandomChanges.TABLES.toArray(String[]::new));
        long end = System.nanoTime() + duration.toNanos();
        try (Connection connection = bed.connectSource()) {
            transactions(changes, connection, 20);
            bed.sync();
            while (System.nanoTime() < end) {
                cut(bed, random);
                if (random.nextBoolean()) {
                    SyncBed.Running running = SyncBed.startInBackground(task(bed, random, Until.NEVER));
                    transactions(changes, connection, random.nextInt(60));
                    running.stop();
                }
                transactions(changes, connection, random.nextInt(40));
                task(bed, random, Until.CAUGHT_UP).run();
                bed.assertEqual();
            }
        }
    }

    private static void transactions(RandomChanges changes, Connection connection, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            changes.transaction(connection);
        }
    }

    private static void cut(SyncBed bed, Random random) {
        int rows = random.nextBoolean() ? 1 + random.nextInt(10) : 50_000;
        bed.with(spec -> SpecChange.maxBatchRows(spec, rows));
    }

    private static TaskRun task(SyncBed bed, Random random, Until until) {
        TaskSpec spec = bed.spec();
        TaskRun.Options options = new TaskRun.Options(until, FaultPoints.NONE);
        MergePlanner planner = new MergePlanner(
                random.nextInt(3) * 4, Long.MAX_VALUE, random.nextInt(2) * 10_000, random.nextInt(2) * 10_000);
        PgConnector connector =
                new PgConnector(PgEndpoint.of(spec.destination().url(), null), "penstock " + spec.name());
        PostgresDestination destination = new PostgresDestination(connector, spec.name(), planner, options.faults());
        return new TaskRun(spec, new Wiring(spec, options.faults()).source(), destination, options);
    }
}
