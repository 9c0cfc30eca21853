package io.penstock.core.port;

import org.jspecify.annotations.Nullable;

/**
 * The slot as {@code pg_replication_slots} shows it.
 *
 * @param activePid process that reads it now, 0 when none
 * @param sentLsn position up to which changes were sent to that process, 0 when none reads or the role may not see it
 * @param lost why it can never be read again ({@code wal_status}, {@code invalidation_reason}, {@code conflicting}), null when it can
 */
public record SlotState(
        String name,
        String plugin,
        String database,
        int activePid,
        long restartLsn,
        long confirmedLsn,
        long retainedBytes,
        long sentLsn,
        @Nullable String lost) {}
