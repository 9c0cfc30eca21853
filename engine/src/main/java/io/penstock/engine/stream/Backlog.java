package io.penstock.engine.stream;

import io.penstock.core.change.Batch;
import org.jspecify.annotations.Nullable;

/**
 * How far the stream is behind, as far as that is certain: the source was at a position at some moment, and the stream has not come there
 * yet. The clocks of both machines are not compared. Samples may come from any thread, questions from one.
 */
final class Backlog {
    /** A batch may wait for this share of the delay that its changes have already. */
    private static final int SHARE = 10;

    private static final long LONGEST_NANOS = 100_000_000;
    /** For a few tables larger batches gain nothing (measured). */
    private static final int ENOUGH_CHANGES = 10_000;
    /** Every table costs statements of its own. */
    private static final int FEW_TABLES = 10;

    private static final int LONGEST_FACTOR = 10;

    private volatile @Nullable Sample latest;
    private @Nullable Sample awaited;

    private record Sample(long lsn, long nanos) {
        boolean reached(long received) {
            return Long.compareUnsigned(received, lsn) >= 0;
        }
    }

    /**
     * The source's log ends here.
     *
     * @param now {@link System#nanoTime}
     */
    void sourceAt(long lsn, long now) {
        latest = new Sample(lsn, now);
    }

    /**
     * Whether a batch is to wait for more although the writer is free.
     *
     * @param waited nanoseconds since the batch before was handed over
     * @param received the stream's position
     * @param now {@link System#nanoTime}
     */
    boolean asksForMore(Batch batch, long waited, long received, long now) {
        int factor = Math.max(1, Math.min(LONGEST_FACTOR, batch.tables() / FEW_TABLES));
        return batch.changes() < (long) ENOUGH_CHANGES * factor
                && waited < Math.min(LONGEST_NANOS * factor, behind(received, now) / SHARE);
    }

    private long behind(long received, long now) {
        Sample sample = awaited;
        if (sample == null || sample.reached(received)) {
            sample = latest;
            awaited = sample;
        }
        return sample == null || sample.reached(received) ? 0 : now - sample.nanos;
    }
}
