package io.penstock.core.relation;

/**
 * Tuples are slices of bytes in the layout of TupleData (PostgreSQL documentation, "Logical Replication Message Formats"): a 16 bit
 * number of columns, then per column one kind byte, and for {@link #TEXT} a 32 bit length and the value in UTF-8. No object is made
 * per value; positions are offsets into the message.
 *
 * <p>All methods are pure and trust the layout; {@code PgoutputDecoder} has checked the bounds of every tuple.
 */
public final class TupleFormat {
    public static final byte NULL = 'n';
    public static final byte TEXT = 't';
    /** A large value that the UPDATE did not touch; the server does not send it. */
    public static final byte UNCHANGED = 'u';

    private TupleFormat() {}

    public static int columns(byte[] bytes, int tuple) {
        return (bytes[tuple] & 0xFF) << 8 | bytes[tuple + 1] & 0xFF;
    }

    /** Offset of the first column's kind byte. */
    public static int firstColumn(int tuple) {
        return tuple + 2;
    }

    /** Offset of the kind byte after the column at {@code column}. */
    public static int next(byte[] bytes, int column) {
        return bytes[column] == TEXT ? column + 5 + length(bytes, column) : column + 1;
    }

    /** Length of the value of a {@link #TEXT} column. */
    public static int length(byte[] bytes, int column) {
        return int32(bytes, column + 1);
    }

    /** Offset of the value of a {@link #TEXT} column. */
    public static int value(int column) {
        return column + 5;
    }

    /** Offset behind the last column. */
    public static int end(byte[] bytes, int tuple) {
        int at = firstColumn(tuple);
        for (int left = columns(bytes, tuple); left > 0; left--) {
            at = next(bytes, at);
        }
        return at;
    }

    public static boolean hasUnchanged(byte[] bytes, int tuple) {
        int at = firstColumn(tuple);
        for (int left = columns(bytes, tuple); left > 0; left--) {
            if (bytes[at] == UNCHANGED) {
                return true;
            }
            at = next(bytes, at);
        }
        return false;
    }

    public static int int32(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | bytes[at + 3] & 0xFF;
    }

    /**
     * A new tuple: {@code tuple} with its {@link #UNCHANGED} columns taken from {@code other} where {@code take} allows it.
     *
     * @param take per column whether {@code other} holds the column's value; an old key tuple sends other columns as NULL
     */
    public static byte[] fill(Slice tuple, Slice other, boolean[] take) {
        byte[] out = new byte[tuple.length() + other.length()];
        int columns = columns(tuple.bytes(), tuple.at());
        out[0] = (byte) (columns >>> 8);
        out[1] = (byte) columns;
        int to = 2;
        int from = firstColumn(tuple.at());
        int fromOther = firstColumn(other.at());
        for (int i = 0; i < columns; i++) {
            int end = next(tuple.bytes(), from);
            int endOther = next(other.bytes(), fromOther);
            boolean replace = tuple.bytes()[from] == UNCHANGED && take[i];
            byte[] bytes = replace ? other.bytes() : tuple.bytes();
            int begin = replace ? fromOther : from;
            int length = replace ? endOther - fromOther : end - from;
            System.arraycopy(bytes, begin, out, to, length);
            to += length;
            from = end;
            fromOther = endOther;
        }
        return to == out.length ? out : java.util.Arrays.copyOf(out, to);
    }

    /** A tuple inside a message; used where a change is rare enough for an object. */
    public record Slice(byte[] bytes, int at) {
        int length() {
            return end(bytes, at) - at;
        }
    }
}
