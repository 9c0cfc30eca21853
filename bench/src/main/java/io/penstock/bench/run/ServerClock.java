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

    ServerClock(Site site) {
        this.site = site;
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

    /** The process that serves the slot began with this run, so all of its time counts. */
    private double walsender(Entry entry) {
        if (entry.slot().isEmpty() || site.source().postmaster().isEmpty()) {
            return Double.NaN;
        }
        try (Session session = site.source().open(site.sourceDatabase())) {
            long pid = session.number("select coalesce(active_pid, 0) from pg_replication_slots where slot_name = '"
                    + entry.slot().get() + "'");
            return pid == 0 ? Double.NaN : ProcessTimes.own(pid).orElse(Double.NaN);
        }
    }
}
