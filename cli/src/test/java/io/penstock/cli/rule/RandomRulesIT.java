package io.penstock.cli.rule;

import io.penstock.cli.sync.RandomChanges;
import io.penstock.cli.sync.SpecChange;
import io.penstock.cli.sync.SyncBed;
import io.penstock.testkit.Servers;
import java.sql.Connection;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random transactions over tables under rules, cut into batches at random, the task stopped at random: at every check the destination is
 * what SQL makes of the source's rows. Longer with {@code -Dpenstock.property.minutes=N}; a seed again with
 * {@code -Dpenstock.property.seed=N}.
 */
@ExtendWith(Servers.class)
class RandomRulesIT {
    private static final Duration SHORT = Duration.ofSeconds(8);

    @Test
    void random_transactions_end_as_sql_says(Servers servers) throws Exception {
        Integer minutes = Integer.getInteger("penstock.property.minutes");
        // The same transactions every time: who wants others asks for minutes.
        long seed = Long.getLong("penstock.property.seed", minutes == null ? 1 : System.nanoTime());
        Duration duration = minutes == null ? SHORT : Duration.ofMinutes(minutes);
        System.out.println("random rules seed=" + seed);
        try (RuleBed bed = new RuleBed(servers.version(15), servers.version(18))) {
            bed.rule("keyed", "n is null or n % 3 <> 0", RuleBed.set("big", "md5(big)", "len", "length(big)"));
            bed.rule("keyless", "a <> 2", RuleBed.set("b", "left(b, 1)", "big_too", "big is not null"));
            // Reads no large value, so the log leaves out those that do not change.
            bed.rule("composite", null, RuleBed.set("twice", "a * 2"));
            run(bed, new Random(seed), duration);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void run(RuleBed bed, Random random, Duration duration) throws Exception {
        RandomChanges changes = new RandomChanges(random);
        bed.source(RandomChanges.TABLES.toArray(String[]::new));
        long end = System.nanoTime() + duration.toNanos();
        try (Connection connection = bed.bed().connectSource()) {
            transactions(changes, connection, 20);
            bed.sync();
            while (System.nanoTime() < end) {
                int rows = random.nextBoolean() ? 1 + random.nextInt(10) : 50_000;
                bed.bed().with(spec -> SpecChange.maxBatchRows(spec, rows));
                if (random.nextBoolean()) {
                    SyncBed.Running running = bed.bed().start();
                    transactions(changes, connection, random.nextInt(60));
                    running.stop();
                }
                transactions(changes, connection, random.nextInt(40));
                bed.sync();
                bed.assertRows(
                        "keyed", "select id, email, n, md5(big), length(big) from keyed where n is null or n % 3 <> 0");
                bed.assertRows("keyless", "select a, left(b, 1), big, big is not null from keyless where a <> 2");
                bed.assertRows("composite", "select *, a * 2 from composite");
            }
        }
    }

    private static void transactions(RandomChanges changes, Connection connection, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            changes.transaction(connection);
        }
    }
}
