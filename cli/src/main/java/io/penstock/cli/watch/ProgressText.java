package io.penstock.cli.watch;

import io.penstock.cli.text.Units;
import io.penstock.cli.watch.Observation.Copy;
import java.time.Duration;
import java.util.Locale;

/** Lines about a run, without the terminal they are shown on. Pure. */
final class ProgressText {
    private static final int BAR = 20;
    private static final int NAME = 28;

    private ProgressText() {}

    /** {@code public.orders  [##########..........]  50%  500 of 1,000 rows  1.2 MB/s  ETA 12 s}. */
    static String bar(String table, Copy copy, Duration running) {
        double fraction = copy.fraction();
        int filled = (int) (fraction * BAR);
        String bar = "#".repeat(filled) + ".".repeat(BAR - filled);
        return String.format(Locale.ROOT, "%-" + NAME + "s [%s] %3.0f%%", shortened(table), bar, fraction * 100) + "  "
                + amount(copy) + speed(copy.bytes(), running) + eta(fraction, running);
    }

    /** Very long names keep their end, which tells more than the schema. */
    static String shortened(String name) {
        return name.length() <= NAME ? name : "..." + name.substring(name.length() - NAME + 3);
    }

    /** Rows are counted when a chunk is committed; until then there are only bytes. */
    private static String amount(Copy copy) {
        if (copy.rows() == 0) {
            return Units.bytes(copy.bytes());
        }
        String estimate = copy.estimatedRows() > 0 && !copy.done() ? " of " + Units.count(copy.estimatedRows()) : "";
        return Units.count(copy.rows()) + estimate + " rows";
    }

    private static String speed(long bytes, Duration running) {
        long millis = running.toMillis();
        return millis == 0 ? "" : "  " + Units.bytes(bytes * 1000 / millis) + "/s";
    }

    /** Nothing in the first second, nor before a hundredth is done: it would be a wild guess. */
    private static String eta(double fraction, Duration running) {
        if (fraction < 0.01 || fraction >= 1 || running.toSeconds() < 1) {
            return "";
        }
        return "  ETA "
                + Units.time(Duration.ofSeconds((long) Math.ceil(running.toSeconds() * (1 - fraction) / fraction)));
    }

    static String copied(String table, Copy copy) {
        return "copied " + table + ": " + Units.count(copy.rows()) + " rows, " + Units.bytes(copy.bytes());
    }

    static String copySummary(Observation now, Duration running) {
        double weight = 0;
        double done = 0;
        for (Copy copy : now.copies().values()) {
            double size = Math.max(1, copy.estimatedBytes());
            weight += size;
            done += size * copy.fraction();
        }
        return "full: " + now.tablesDone() + " of " + now.copies().size() + " tables, " + Units.count(now.rowsCopied())
                + " rows, " + Units.bytes(now.bytesCopied()) + speed(now.bytesCopied(), running)
                + eta(weight == 0 ? 0 : done / weight, running);
    }

    static String incremental(Observation now, long changesPerSecond) {
        return "incremental: lag " + Units.time(Duration.ofMillis(now.lagMillis())) + ", applied " + now.applied()
                + ", "
                + Units.count(changesPerSecond) + " changes/s, " + Units.count(now.changes()) + " changes in "
                + Units.count(now.transactions()) + " transactions";
    }

    static String ended(Observation now) {
        return "incremental: ended at " + now.applied() + ", " + Units.count(now.changes()) + " changes in "
                + Units.count(now.transactions()) + " transactions";
    }

    /** What there is to say in a phase without numbers, or while something is waited for. */
    static String state(Observation now) {
        return now.phase() + ": " + now.note().orElse(now.state().code());
    }
}
