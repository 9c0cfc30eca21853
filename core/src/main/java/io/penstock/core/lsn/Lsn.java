package io.penstock.core.lsn;

/**
 * A position in the write-ahead log, an unsigned 64 bit number of bytes; written as PostgreSQL writes {@code pg_lsn}: two
 * hexadecimal halves, {@code 16/B374D848}. Hot code carries the bare {@code long} and compares with
 * {@link Long#compareUnsigned}.
 */
public record Lsn(long value) implements Comparable<Lsn> {
    /** "No position", as in PostgreSQL's InvalidXLogRecPtr. */
    public static final Lsn NONE = new Lsn(0);

    /** @throws IllegalArgumentException when the text is not two hexadecimal halves of up to eight digits */
    public static Lsn parse(String text) {
        int slash = text.indexOf('/');
        boolean shaped = slash >= 1
                && slash <= 8
                && text.length() - slash >= 2
                && text.length() - slash <= 9
                && text.indexOf('+') < 0;
        if (!shaped) {
            throw new IllegalArgumentException("not an LSN: \"" + text + "\" (expected a form like 16/B374D848)");
        }
        try {
            long high = Long.parseUnsignedLong(text.substring(0, slash), 16);
            long low = Long.parseUnsignedLong(text.substring(slash + 1), 16);
            return new Lsn(high << 32 | low);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not an LSN: \"" + text + "\" (expected a form like 16/B374D848)", e);
        }
    }

    public static String format(long value) {
        return Long.toHexString(value >>> 32).toUpperCase(java.util.Locale.ROOT)
                + "/"
                + Long.toHexString(value & 0xFFFFFFFFL).toUpperCase(java.util.Locale.ROOT);
    }

    public static long max(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0 ? a : b;
    }

    /** Bytes of log between {@code from} and this position, never negative. */
    public long bytesSince(Lsn from) {
        return Long.compareUnsigned(value, from.value) > 0 ? value - from.value : 0;
    }

    public boolean isBefore(Lsn other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return format(value);
    }
}
