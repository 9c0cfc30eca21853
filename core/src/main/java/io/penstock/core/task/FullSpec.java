package io.penstock.core.task;

/**
 * The full phase.
 *
 * @param jobs chunks copied at the same time, each with one connection to either end
 * @param chunkBytes size of a chunk, the unit of resuming
 * @param queriesPerSecond queries to the source
 * @param rowsPerSecond rows copied
 * @param bytesPerSecond bytes copied
 */
public record FullSpec(int jobs, long chunkBytes, Limit queriesPerSecond, Limit rowsPerSecond, Limit bytesPerSecond) {
    /** Keeps both ends busy without taking a small server's connections away. */
    public static final int DEFAULT_JOBS = 4;

    /** Seconds of work: little is lost by a crash, and the cost of a chunk's transaction does not show. */
    public static final long DEFAULT_CHUNK_BYTES = 256L << 20;

    public static final FullSpec DEFAULT =
            new FullSpec(DEFAULT_JOBS, DEFAULT_CHUNK_BYTES, Limit.UNLIMITED, Limit.UNLIMITED, Limit.UNLIMITED);
}
