package io.penstock.destination.apply;

import io.penstock.core.change.KeyedChanges;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.relation.TupleFormat;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Values of tuples as text parameters, for the paths where a statement takes parameters instead of COPY data. Text that is not
 * valid UTF-8 is an error, never replaced. One thread.
 */
final class Values {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);

    /** The column's text, or null for SQL NULL. */
    @Nullable
    String text(byte[] bytes, int column) {
        if (bytes[column] != TupleFormat.TEXT) {
            return null;
        }
        return decode(bytes, TupleFormat.value(column), TupleFormat.length(bytes, column));
    }

    private String decode(byte[] bytes, int from, int length) {
        try {
            return decoder.decode(ByteBuffer.wrap(bytes, from, length)).toString();
        } catch (CharacterCodingException e) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "The source sent text that is not valid UTF-8, which the destination cannot hold. Correct the row on the source"
                            + " (its database has encoding SQL_ASCII).",
                    e);
        }
    }

    /** Which of a row's keys. */
    enum Side {
        BASE,
        IMAGE
    }

    /**
     * Array literals of some columns of rows, one array per column.
     *
     * @param positions of the columns in the tuple, which gives the order of the arrays
     */
    String[] arrays(KeyedChanges changes, RowLists.IntList rows, Side side, int[] positions) {
        ByteText[] arrays = new ByteText[changes.table().columns().size()];
        int last = 0;
        for (int position : positions) {
            arrays[position] = new ByteText();
            arrays[position].put('{');
            last = Math.max(last, position);
        }
        for (int r = 0; r < rows.size(); r++) {
            byte[] tuple = tuple(changes, rows.get(r), side);
            int at = TupleFormat.firstColumn(at(changes, rows.get(r), side));
            for (int i = 0; i <= last; i++) {
                if (arrays[i] != null) {
                    arrays[i].element(tuple, at, r > 0);
                }
                at = TupleFormat.next(tuple, at);
            }
        }
        String[] texts = new String[positions.length];
        for (int i = 0; i < texts.length; i++) {
            ByteText array = arrays[positions[i]];
            array.put('}');
            texts[i] = decode(array.bytes, 0, array.length);
        }
        return texts;
    }

    static byte[] tuple(KeyedChanges changes, int row, Side side) {
        return side == Side.BASE ? base(changes, row) : image(changes, row);
    }

    /** Where the tuple begins. */
    static int at(KeyedChanges changes, int row, Side side) {
        return side == Side.BASE ? changes.baseAt(row) : changes.imageAt(row);
    }

    static byte[] base(KeyedChanges changes, int row) {
        byte[] base = changes.base(row);
        if (base == null) {
            throw new IllegalStateException("row " + row + " has no base");
        }
        return base;
    }

    static byte[] image(KeyedChanges changes, int row) {
        byte[] image = changes.image(row);
        if (image == null) {
            throw new IllegalStateException("row " + row + " has no image");
        }
        return image;
    }

    /** A growing array literal. */
    private static final class ByteText {
        private static final byte[] NULL = "NULL".getBytes(StandardCharsets.US_ASCII);

        private byte[] bytes = new byte[256];
        private int length;

        void put(int b) {
            room(1);
            bytes[length++] = (byte) b;
        }

        void element(byte[] from, int column, boolean comma) {
            boolean isNull = from[column] != TupleFormat.TEXT;
            int size = isNull ? NULL.length : TupleFormat.length(from, column);
            room(2 * size + 3);
            if (comma) {
                bytes[length++] = ',';
            }
            if (isNull) {
                System.arraycopy(NULL, 0, bytes, length, NULL.length);
                length += NULL.length;
                return;
            }
            bytes[length++] = '"';
            int value = TupleFormat.value(column);
            for (int i = value; i < value + size; i++) {
                if (from[i] == '"' || from[i] == '\\') {
                    bytes[length++] = '\\';
                }
                bytes[length++] = from[i];
            }
            bytes[length++] = '"';
        }

        private void room(int more) {
            if (length + more > bytes.length) {
                bytes = java.util.Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
            }
        }
    }
}
