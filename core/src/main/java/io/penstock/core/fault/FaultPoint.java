package io.penstock.core.fault;

/** Places in the life of a task after which a crash must lose and repeat nothing; in the order in which a task passes them. */
public enum FaultPoint {
    /** The logical slot exists at the source; the destination does not know of it yet. */
    SLOT_CREATED,
    /** The slot and its position are recorded at the destination. */
    SLOT_RECORDED,
    /** Every transaction that could be missed by both snapshot and stream has ended. */
    BARRIER_PASSED,
    /** A destination table is created; the transaction is committed. */
    TABLE_CREATED,
    /** The destination's definitions are what the source's are, for every table that is still to be copied. */
    PREPARED,
    /** The snapshot of a table is open, its lock held, nothing copied. */
    TABLE_OPENED,
    /** The rows of a chunk are sent to the destination and not committed. */
    CHUNK_COPIED,
    /** A chunk and its mark are committed. */
    CHUNK_COMMITTED,
    /** The last chunk of a table is committed; the table is not marked complete. */
    TABLE_COPIED,
    /** Indexes and constraints of a copied table exist. */
    INDEXES_CREATED,
    /** START_REPLICATION was answered. */
    STREAM_STARTED,
    /** The rows of a batch are in their staging tables. */
    STAGED,
    /** A batch is merged into its tables and not committed. */
    MERGED,
    /** The progress row is written in the transaction of the batch, which is not committed. */
    PROGRESS_WRITTEN,
    /** The batch is committed at the destination; the slot does not know. */
    COMMITTED,
    /** The slot was told the applied position. */
    CONFIRMED
}
