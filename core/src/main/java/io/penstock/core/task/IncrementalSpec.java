package io.penstock.core.task;

import java.time.Duration;

/**
 * The incremental phase.
 *
 * @param rowsPerSecond changes applied
 * @param bytesPerSecond bytes applied
 * @param lanes appliers side by side
 * @param maxBatchRows changes in one batch
 * @param maxBatchBytes bytes in one batch
 * @param maxLagOfBatch how long changes may wait for a batch to fill; they never do, because a batch is handed over as soon as
 *     the writer has nothing to do
 * @param catchUp whether a large backlog may be read by the catch-up reader
 */
public record IncrementalSpec(
        Limit rowsPerSecond,
        Limit bytesPerSecond,
        int lanes,
        int maxBatchRows,
        long maxBatchBytes,
        Duration maxLagOfBatch,
        boolean catchUp) {
    /** One ordered applier keeps transactions whole. */
    public static final int DEFAULT_LANES = 1;

    /** Beyond it a merge gains little per row, and a batch should end within about a second. */
    public static final int DEFAULT_MAX_BATCH_ROWS = 50_000;

    /** Several batches are in memory at once, and the whole must fit into 512 MB of heap. */
    public static final long DEFAULT_MAX_BATCH_BYTES = 64L << 20;

    /** What a person watching the destination still calls live. */
    public static final Duration DEFAULT_MAX_LAG_OF_BATCH = Duration.ofSeconds(1);

    /** It is chosen only where it is faster. */
    public static final boolean DEFAULT_CATCH_UP = true;

    public static final IncrementalSpec DEFAULT = new IncrementalSpec(
            Limit.UNLIMITED,
            Limit.UNLIMITED,
            DEFAULT_LANES,
            DEFAULT_MAX_BATCH_ROWS,
            DEFAULT_MAX_BATCH_BYTES,
            DEFAULT_MAX_LAG_OF_BATCH,
            DEFAULT_CATCH_UP);
}
