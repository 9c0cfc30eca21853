package io.penstock.cli.text;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
public final class Units {
    private static final String[] SIZES = {"B", "kB", "MB", "GB", "TB"};

    private Units() {}

    /** 1234567 becomes 1,234,567. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** In powers of 1024, as PostgreSQL's {@code pg_size_pretty}. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < SIZES.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, SIZES[unit]);
    }

    /** Short: 850 ms, 12 s, 3 min 5 s, 2 h 10 min. */
    public static String time(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 10) {
            return seconds == 0
                    ? time.toMillis() + " ms"
                    : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
    }
}
