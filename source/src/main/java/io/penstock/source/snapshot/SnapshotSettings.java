package io.penstock.source.snapshot;

import io.penstock.core.task.FullSpec;

/**
 * What is known of snapshots before the server is asked.
 *
 * @param alwaysBySlot whether slots are used where the server would not need them, as tests want it
 * @param atOnce how many snapshots are taken at the same time
 */
public record SnapshotSettings(boolean alwaysBySlot, int atOnce) {
    public static final SnapshotSettings DEFAULT = new SnapshotSettings(false, FullSpec.DEFAULT_JOBS);

    /** A table that is copied again and a look at the catalog may come together, whatever the number of jobs. */
    private static final int LEAST = 2;

    /** How many temporary slots may be needed at the same time. */
    public int slots() {
        return Math.max(LEAST, atOnce);
    }
}
