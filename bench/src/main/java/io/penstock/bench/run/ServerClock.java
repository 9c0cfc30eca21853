package io.penstock.bench.run;

import io.penstock.bench.contender.Entry;
import io.penstock.bench.contender.Site;
import io.penstock.bench.database.Session;
import io.penstock.bench.process.ProcessTimes;
import io.penstock.bench.report.Figure;
import java.util.EnumMap;
import java.util.Map;

/** Time and CPU of one run, from its creation to {@link #stop}. One thread. */
final class ServerClock {
    private static final double NANOS = 1e9;
    private static final double MICROS = 1e6;
    private static final double MEGABYTE = 1 << 20;

    private final Site site;
    private final double sourceCpu;
    private final double destinationCpu;
    private final long begun;
    private final long firstReader;
    private final double firstReaderCpu;
    private long lastReader;

    ServerClock(Site site, Entry entry) {
        this.site = site;
        this.firstReader = reader(entry);
        this.firstReaderCpu =
                firstReader == 0 ? 0 : ProcessTimes.own(firstReader).orElse(Double.NaN);
        this.sourceCpu = site.source().cpuSeconds().orElse(Double.NaN);
        this.destinationCpu = site.destination().cpuSeconds().orElse(Double.NaN);
        this.begun = System.nanoTime();
    }

    /** The entry has reached its end and its processes are still there. */
    Map<Figure, Double> stop(Entry entry) {
        double wall = (System.nanoTime() - begun) / NANOS;
        double own = entry.cpuSeconds();
        double destination = site.destination().cpuSeconds().orElse(Double.NaN) - destinationCpu;
        double source = site.source().cpuSeconds().orElse(Double.NaN) - sourceCpu;
        double units = site.workload().units();
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.WALL, wall);
        figures.put(Figure.RATE, units / wall);
        figures.put(Figure.SOURCE_CPU, source);
        figures.put(Figure.WALSENDER_CPU, walsender(entry));
        figures.put(Figure.DESTINATION_CPU, destination);
        figures.put(Figure.PROCESS_CPU, own);
        figures.put(Figure.PROCESS_MICROS, own * MICROS / units);
        figures.put(Figure.TOTAL_MICROS, (source + destination + (Double.isNaN(own) ? 0 : own)) * MICROS / units);
        figures.put(Figure.PEAK_MB, entry.peakMemory().orElse(Double.NaN) / MEGABYTE);
        return figures;
    }

    /**
     * Only while one process serves the slot from beginning to end is its time known: that of an earlier one went with it. Who began
     * after this clock is the caller's to compare with {@link #lastReader}.
     */
    private double walsender(Entry entry) {
        lastReader = reader(entry);
        boolean changed = firstReader != 0 && firstReader != lastReader;
        return lastReader == 0 || changed
                ? Double.NaN
                : ProcessTimes.own(lastReader).orElse(Double.NaN) - firstReaderCpu;
    }

    /** The process that served the slot at the end, 0 when none is known. */
    long lastReader() {
        return lastReader;
    }

    private long reader(Entry entry) {
        if (entry.slot().isEmpty() || site.source().postmaster().isEmpty()) {
            return 0;
        }
        try (Session session = site.source().open(site.sourceDatabase())) {
            return reader(session, entry.slot().get());
        }
    }

    /** The process that serves a slot now, or 0. */
    static long reader(Session session, String slot) {
        return session.number(
                "select coalesce(active_pid, 0) from pg_replication_slots where slot_name = '" + slot + "'");
    }
}
