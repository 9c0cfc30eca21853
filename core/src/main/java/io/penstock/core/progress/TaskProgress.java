package io.penstock.core.progress;

import org.jspecify.annotations.Nullable;

/**
 * One task's record at the destination.
 *
 * @param systemId the source cluster's identifier; empty until the slot exists
 * @param timeline the source's timeline when the position was written
 * @param slot name of the slot; empty until it exists
 * @param appliedLsn everything that committed before it is durable at the destination; 0 until the slot exists
 * @param commitMicros commit time at the source of the last applied transaction, microseconds since 1970; 0 when none
 * @param heartbeat last heartbeat applied; 0 when none
 * @param phase name of the phase the task is in
 * @param error what a person must know, null when all is well
 */
public record TaskProgress(
        String systemId,
        int timeline,
        String slot,
        long appliedLsn,
        long commitMicros,
        long heartbeat,
        TaskState state,
        String phase,
        @Nullable String error) {

    public static TaskProgress fresh() {
        return new TaskProgress("", 0, "", 0, 0, 0, TaskState.PRECHECKING, "precheck", null);
    }

    public TaskProgress withState(TaskState newState, String newPhase, @Nullable String newError) {
        return new TaskProgress(
                systemId, timeline, slot, appliedLsn, commitMicros, heartbeat, newState, newPhase, newError);
    }

    /** The slot exists and everything before {@code lsn} is taken care of by the copy. */
    public TaskProgress withSlot(String newSystemId, int newTimeline, String newSlot, long lsn) {
        return new TaskProgress(newSystemId, newTimeline, newSlot, lsn, commitMicros, heartbeat, state, phase, error);
    }
}
