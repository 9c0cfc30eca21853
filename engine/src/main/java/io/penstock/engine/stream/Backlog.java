package io.penstock.engine.stream;

import org.jspecify.annotations.Nullable;

/**
 * How far the stream is behind, as far as that is certain: the source was at a position at some moment, and the stream has not come there
 * yet. The clocks of both machines are not compared. Samples may come from any thread, questions from one.
 */
final class Backlog {
    /** A batch may wait for this share of the delay that its changes have already. */
    private static final int SHARE = 10;
    /** Ten thousand rows on a slow machine; larger batches gain little, and not on the largest tables (measured). */
    private static final long LONGEST_NANOS = 100_000_000;

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

    /** Nanoseconds that a batch may wait to become larger; 0 unless the stream is behind. */
    long patience(long received, long now) {
        Sample sample = awaited;
        if (sample == null || sample.reached(received)) {
            sample = latest;
            awaited = sample;
        }
        if (sample == null || sample.reached(received)) {
            return 0;
        }
        return Math.min(LONGEST_NANOS, (now - sample.nanos) / SHARE);
    }
}
