package io.penstock.cli.sync;

import io.penstock.destination.apply.MergePlanner;

/** How the changes of a scenario are cut into batches, and which ways the writer takes. */
enum Cut {
    /** The task runs while the statements do: a batch for every transaction or two. */
    LIVE(3, Integer.MAX_VALUE, MergePlanner.POSTGRESQL),
    /** All changes are one batch. */
    ONE_BATCH(3, Integer.MAX_VALUE, MergePlanner.POSTGRESQL),
    /** Transactions of more than a few changes travel in pieces. */
    PIECES(7, 3, MergePlanner.POSTGRESQL),
    /** As pieces, but each piece is written as a set. */
    PIECES_AS_SETS(7, 2, new MergePlanner(0, 0, 0, 0)),
    /** One batch, written as sets; keys and rows travel as arrays. */
    ARRAYS(7, Integer.MAX_VALUE, new MergePlanner(0, Long.MAX_VALUE, 10_000, 10_000)),
    /** One batch, written as sets; keys travel through a staging table. */
    STAGED(7, Integer.MAX_VALUE, new MergePlanner(0, 0, 0, 0)),
    /** One batch, so large that the real planner chooses sets. */
    LARGE(120, Integer.MAX_VALUE, MergePlanner.POSTGRESQL);

    private final int scale;
    private final int maxBatchRows;
    private final MergePlanner planner;

    Cut(int scale, int maxBatchRows, MergePlanner planner) {
        this.scale = scale;
        this.maxBatchRows = maxBatchRows;
        this.planner = planner;
    }

    /** What {@code :n} stands for in scripts. */
    int scale() {
        return scale;
    }

    int maxBatchRows() {
        return maxBatchRows;
    }

    MergePlanner planner() {
        return planner;
    }

    /** Whether the writer is held until everything has been read. */
    boolean oneBatch() {
        return maxBatchRows == Integer.MAX_VALUE && this != LIVE;
    }
}
