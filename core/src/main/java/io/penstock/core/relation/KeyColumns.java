package io.penstock.core.relation;

import java.util.Arrays;

/**
 * Hashing and comparing the key columns of tuples without taking them apart. The text of a value decides; that is enough because
 * the source logs a change of representation as a change of the key.
 *
 * <p>Immutable, free of threads.
 */
public final class KeyColumns {
    private final boolean[] isKey;
    private final int last;

    /** @param positions positions of the key columns in the stream's tuples, ascending */
    public KeyColumns(int[] positions, int columns) {
        isKey = new boolean[columns];
        for (int p : positions) {
            isKey[p] = true;
        }
        last = positions.length == 0 ? -1 : Arrays.stream(positions).max().getAsInt();
    }

    public boolean isKey(int column) {
        return isKey[column];
    }

    public int hash(byte[] bytes, int tuple) {
        int hash = 1;
        int at = TupleFormat.firstColumn(tuple);
        for (int i = 0; i <= last; i++) {
            int end = TupleFormat.next(bytes, at);
            if (isKey[i]) {
                hash = hash(bytes, at, end, hash);
            }
            at = end;
        }
        return hash ^ hash >>> 15;
    }

    private static int hash(byte[] bytes, int from, int to, int seed) {
        int hash = seed;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash * 0x9E3779B1;
    }

    public boolean equal(byte[] a, int tupleA, byte[] b, int tupleB) {
        int atA = TupleFormat.firstColumn(tupleA);
        int atB = TupleFormat.firstColumn(tupleB);
        for (int i = 0; i <= last; i++) {
            int endA = TupleFormat.next(a, atA);
            int endB = TupleFormat.next(b, atB);
            if (isKey[i] && !Arrays.equals(a, atA, endA, b, atB, endB)) {
                return false;
            }
            atA = endA;
            atB = endB;
        }
        return true;
    }

    /** Whether a key column of the tuple was not sent because it is large and unchanged. */
    public boolean anyUnchanged(byte[] bytes, int tuple) {
        int at = TupleFormat.firstColumn(tuple);
        for (int i = 0; i <= last; i++) {
            if (isKey[i] && bytes[at] == TupleFormat.UNCHANGED) {
                return true;
            }
            at = TupleFormat.next(bytes, at);
        }
        return false;
    }
}
