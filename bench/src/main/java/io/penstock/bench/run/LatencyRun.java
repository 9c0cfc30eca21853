package io.penstock.bench.run;

import io.penstock.bench.contender.Entry;
import io.penstock.bench.contender.Site;
import io.penstock.bench.database.Session;
import io.penstock.bench.report.Figure;
import io.penstock.bench.workload.Sizes;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Transactions at a steady pace, and for each the time from the return of its COMMIT at the source until one observer sees its history
 * row at the destination. The observer looks at the largest key of an index over and over with a short pause, so it sees a row late by
 * at most a pause and a look; that is part of every figure.
 */
final class LatencyRun {
    private static final long OBSERVER_PAUSE_NANOS = 100_000;
    private static final long ARRIVAL_LIMIT_SECONDS = 60;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Site site;
    private final Sizes sizes;
    private final int warmUp;
    private final int transactions;

    LatencyRun(Site site, Sizes sizes) {
        this.site = site;
        this.sizes = sizes;
        this.warmUp = sizes.perSecond() * sizes.warmSeconds();
        this.transactions = warmUp + sizes.perSecond() * sizes.latencySeconds();
    }

    Map<Figure, Double> measure(Entry entry) {
        long[] seen = new long[transactions + 1];
        CompletableFuture<Void> observer =
                CompletableFuture.runAsync(() -> observe(seen), work -> new Thread(work, "bench-observer").start());
        ServerClock clock = new ServerClock(site, entry);
        long[] committed = commitAll();
        observer.join();
        Map<Figure, Double> figures = new EnumMap<>(clock.stop(entry));
        // The pace is given, and the warm-up is not counted in the units, so these say nothing.
        for (Figure figure : List.of(Figure.WALL, Figure.RATE, Figure.PROCESS_MICROS, Figure.TOTAL_MICROS)) {
            figures.remove(figure);
        }
        percentiles(committed, seen, figures);
        idle(entry, figures);
        return figures;
    }

    /** History rows are numbered from 1 in the order of this one session's transactions. */
    private long[] commitAll() {
        long[] committed = new long[transactions + 1];
        long period = TimeUnit.SECONDS.toNanos(1) / sizes.perSecond();
        try (Session session = site.source().open(site.sourceDatabase());
                PreparedStatement change = session.connection().prepareStatement("select bench_one()")) {
            long begun = System.nanoTime();
            for (int i = 1; i <= transactions; i++) {
                waitUntil(begun + i * period);
                change.executeQuery().close();
                committed[i] = System.nanoTime();
            }
            return committed;
        } catch (SQLException e) {
            throw Session.failed("change", e);
        }
    }

    private static void waitUntil(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void observe(long[] seen) {
        long deadline =
                System.nanoTime() + TimeUnit.SECONDS.toNanos(transactions / sizes.perSecond() + ARRIVAL_LIMIT_SECONDS);
        try (Session session = site.destination().open(site.destinationDatabase());
                PreparedStatement look =
                        session.connection().prepareStatement("select max(hid) from pgbench_history")) {
            int last = 0;
            while (last < transactions) {
                int now = largest(look);
                Arrays.fill(seen, last + 1, Math.max(last, now) + 1, System.nanoTime());
                last = Math.max(last, now);
                if (System.nanoTime() - deadline > 0) {
                    throw new PenstockException(ErrorKind.INTERNAL, "Not every transaction arrived.");
                }
                LockSupport.parkNanos(OBSERVER_PAUSE_NANOS);
            }
        } catch (SQLException e) {
            throw Session.failed("observe", e);
        }
    }

    private static int largest(PreparedStatement look) throws SQLException {
        try (ResultSet rows = look.executeQuery()) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private void percentiles(long[] committed, long[] seen, Map<Figure, Double> figures) {
        double[] millis = new double[transactions - warmUp];
        for (int i = 0; i < millis.length; i++) {
            int number = warmUp + i + 1;
            // A row may be seen before the COMMIT's answer has reached its client.
            millis[i] = Math.max(0, seen[number] - committed[number]) / NANOS_PER_MILLI;
        }
        Arrays.sort(millis);
        figures.put(Figure.P50, millis[millis.length / 2]);
        figures.put(Figure.P95, millis[(int) (millis.length * 0.95)]);
        figures.put(Figure.P99, millis[(int) (millis.length * 0.99)]);
        figures.put(Figure.MAX, millis[millis.length - 1]);
    }

    private void idle(Entry entry, Map<Figure, Double> figures) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        double own = entry.cpuSeconds();
        double destination = site.destination().cpuSeconds().orElse(Double.NaN);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(sizes.idleSeconds()));
        double percent = 100.0 / sizes.idleSeconds();
        figures.put(Figure.IDLE_PERCENT, (entry.cpuSeconds() - own) * percent);
        figures.put(
                Figure.IDLE_DESTINATION_PERCENT,
                (site.destination().cpuSeconds().orElse(Double.NaN) - destination) * percent);
    }
}
