package io.penstock.engine.stream;

/**
 * Tells the reader when it may leave the socket alone. While the writer is busy, the next batch only has to be complete when the writer
 * is free again; reading it earlier makes the server send and wake up for every message. The time the writer will need is taken from
 * the batch before. Pure; one thread.
 */
final class ReadPace {
    /** The next batch shall be there after this share of the time the writer is expected to need, so that it never waits. */
    private static final double READY_BY = 0.6;

    private long handedOverAt;
    private long expectedNanos;
    private long changes;

    /**
     * @param now {@link System#nanoTime}
     * @param written changes in the batch that the writer begins
     * @param nanosPerChange what the writer needed for each change of the batch before; 0 when there was none
     */
    void handedOver(long now, long written, double nanosPerChange) {
        handedOverAt = now;
        changes = written;
        expectedNanos = (long) (written * nanosPerChange * READY_BY);
    }

    /** Whether {@code read} changes of the next batch are more than the time that has passed asks for. */
    boolean ahead(long now, long read) {
        return (double) read * expectedNanos > (double) changes * (now - handedOverAt);
    }
}
