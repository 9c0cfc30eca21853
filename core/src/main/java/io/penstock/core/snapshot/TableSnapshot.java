package io.penstock.core.snapshot;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The state of a table at the moment it was copied. {@link #contains} says exactly whether the copy already holds what a transaction of
 * the stream did to the table. Two kinds: PostgreSQL's snapshot text {@code xmin:xmax:xip,...} with an insert position of the log that was
 * read after the snapshot was taken; or, where that text cannot be trusted, the consistent point of a slot that exported the snapshot:
 * then the position alone decides.
 *
 * <p>Why text and position: a commit is decoded before it becomes visible, so positions alone lose or double it; transaction ids alone would need
 * the filter for ever. A transaction whose commit record begins at or after {@link #insertLsn} cannot be in the snapshot; below, the
 * snapshot decides. Top-level ids suffice: the snapshot lists top-level ids and so does the stream.
 */
public final class TableSnapshot {
    private static final String SLOT = "slot:";

    private final String text;
    private final boolean exported;
    private final long xmin;
    private final long xmax;
    private final long[] running;
    private final long insertLsn;

    private TableSnapshot(String text, long[] numbers, long insertLsn) {
        this.text = text;
        this.exported = text.startsWith(SLOT);
        this.xmin = numbers[0];
        this.xmax = numbers[1];
        this.running = Arrays.copyOfRange(numbers, 2, numbers.length);
        this.insertLsn = insertLsn;
    }

    /**
     * The snapshot that a logical slot exported when it was made: it shows the transactions whose commit records begin before the slot's
     * consistent point, and no others.
     */
    public static TableSnapshot exportedAt(long consistentPoint) {
        return new TableSnapshot(SLOT + Lsn.format(consistentPoint), new long[2], consistentPoint);
    }

    /**
     * Reads what {@link #text} wrote, or the server printed.
     *
     * @param text what {@code txid_current_snapshot()} printed on the primary
     * @throws PenstockException PRECHECK when the text is not a plain snapshot, as on servers with commit sequence numbers, whose
     *     text lists 0 as a running transaction
     */
    public static TableSnapshot parse(String text, long insertLsn) {
        if (text.equals(SLOT + Lsn.format(insertLsn))) {
            return exportedAt(insertLsn);
        }
        long[] numbers = numbers(text);
        if (numbers == null) {
            throw new PenstockException(
                    ErrorKind.PRECHECK,
                    "The source's snapshot \"" + text
                            + "\" does not list running transactions as PostgreSQL does, so changes during the"
                            + " copy could not be told apart. If the source has become another server, run the task again: what"
                            + " it can do is asked at the start.");
        }
        return new TableSnapshot(text, numbers, insertLsn);
    }

    /** Whether a text lists running transactions as PostgreSQL does. */
    public static boolean isPlain(String text) {
        return numbers(text) != null;
    }

    private static long @Nullable [] numbers(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            return null;
        }
        String[] running = parts[2].isEmpty() ? new String[0] : parts[2].split(",", -1);
        long[] numbers = new long[2 + running.length];
        try {
            numbers[0] = Long.parseLong(parts[0]);
            numbers[1] = Long.parseLong(parts[1]);
            for (int i = 0; i < running.length; i++) {
                numbers[2 + i] = Long.parseLong(running[i]);
            }
        } catch (NumberFormatException e) {
            return null;
        }
        return ordered(numbers) ? numbers : null;
    }

    private static boolean ordered(long[] numbers) {
        boolean ordered = numbers[0] <= numbers[1];
        for (int i = 2; i < numbers.length; i++) {
            ordered &= numbers[i] >= numbers[0] && numbers[i] < numbers[1];
            ordered &= i == 2 || numbers[i] > numbers[i - 1];
        }
        return ordered;
    }

    /**
     * Whether the copy taken under this snapshot holds the changes of a streamed transaction.
     *
     * @param xid the 32 bit id of the Begin message
     * @param finalLsn the position of its commit record
     */
    public boolean contains(int xid, long finalLsn) {
        if (Long.compareUnsigned(finalLsn, insertLsn) >= 0) {
            return false;
        }
        if (exported) {
            return true;
        }
        // Widened around xmax: the transaction is less than 2^31 ids away from the snapshot while the filter is in use.
        long wide = xmax + (xid - (int) xmax);
        if (wide >= xmax) {
            return false;
        }
        return wide < xmin || Arrays.binarySearch(running, wide) < 0;
    }

    public long insertLsn() {
        return insertLsn;
    }

    public String text() {
        return text;
    }

    @Override
    public String toString() {
        return text + "@" + Lsn.format(insertLsn);
    }
}
