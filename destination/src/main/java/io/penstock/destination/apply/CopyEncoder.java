package io.penstock.destination.apply;

import io.penstock.core.relation.TupleFormat;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/**
 * Writes tuples as lines of COPY's text format (PostgreSQL documentation, COPY, "Text Format") into a buffer that is sent whenever
 * it is full. Values are copied from the stream's bytes; only backslash and control characters are touched. One thread.
 */
public final class CopyEncoder {
    /** A few TCP windows; larger buffers gain nothing. */
    private static final int BUFFER_BYTES = 1 << 16;

    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Target target;
    private int filled;

    public CopyEncoder(Target target) {
        this.target = target;
    }

    /** Where the lines go. */
    @FunctionalInterface
    public interface Target {
        /** Takes the first bytes of a buffer that is used again afterwards. */
        void write(byte[] buffer, int length) throws SQLException;

        /** Nothing more comes. Returns the number of rows taken, 0 where nobody counts them. */
        default long end() throws SQLException {
            return 0;
        }

        static Target server(CopyIn copy) {
            return new Target() {
                @Override
                public void write(byte[] buffer, int length) throws SQLException {
                    copy.writeToCopy(buffer, 0, length);
                }

                @Override
                public long end() throws SQLException {
                    return copy.endCopy();
                }
            };
        }
    }

    /** The columns of a tuple in the given order, without the end of the line; unchanged values are written as NULL. */
    public void row(byte[] bytes, int tuple, int[] order, int[] offsets) throws SQLException {
        locate(bytes, tuple, offsets);
        for (int i = 0; i < order.length; i++) {
            if (i > 0) {
                put('\t');
            }
            column(bytes, offsets[order[i]]);
        }
    }

    private static void locate(byte[] bytes, int tuple, int[] offsets) {
        int at = TupleFormat.firstColumn(tuple);
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = at;
            at = TupleFormat.next(bytes, at);
        }
    }

    private void column(byte[] bytes, int column) throws SQLException {
        if (bytes[column] == TupleFormat.TEXT) {
            value(bytes, TupleFormat.value(column), TupleFormat.length(bytes, column));
        } else {
            put('\\');
            put('N');
        }
    }

    private void value(byte[] bytes, int from, int length) throws SQLException {
        int end = from + length;
        int at = from;
        while (at < end) {
            // Two bytes per byte at worst.
            if (BUFFER_BYTES - filled < 2) {
                send();
            }
            int stop = Math.min(end, at + (BUFFER_BYTES - filled) / 2);
            at = escape(bytes, at, stop);
        }
    }

    private int escape(byte[] bytes, int from, int stop) {
        int to = filled;
        for (int at = from; at < stop; at++) {
            byte b = bytes[at];
            if (b == '\\' || b >= 0 && b < ' ' && escaped(b) != 0) {
                buffer[to++] = '\\';
                buffer[to++] = escaped(b);
            } else {
                buffer[to++] = b;
            }
        }
        filled = to;
        return stop;
    }

    private static byte escaped(byte b) {
        return switch (b) {
            case '\\' -> '\\';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
        };
    }

    /** A further column of plain ASCII text. */
    void extra(String text) throws SQLException {
        put('\t');
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
    }

    /** A further column of the tuple, such as a part of the old key. */
    void extra(byte[] bytes, int column) throws SQLException {
        put('\t');
        column(bytes, column);
    }

    public void endRow() throws SQLException {
        put('\n');
    }

    private void put(int b) throws SQLException {
        if (filled == BUFFER_BYTES) {
            send();
        }
        buffer[filled++] = (byte) b;
    }

    private void send() throws SQLException {
        target.write(buffer, filled);
        filled = 0;
    }

    /** Sends the rest and ends the COPY; returns the number of rows the server took. */
    long finish() throws SQLException {
        if (filled > 0) {
            send();
        }
        return target.end();
    }
}
