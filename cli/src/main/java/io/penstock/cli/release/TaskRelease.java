package io.penstock.cli.release;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SlotState;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Removes everything a task made. What was done is not repeated and nothing depends on the order, so that a release that was
 * interrupted can simply be run again. One thread.
 */
public final class TaskRelease {
    /** The server notices within moments that the reader of a killed run is gone. */
    private static final Duration SLOT_PATIENCE = Duration.ofSeconds(15);

    private final String task;
    private final SourceSessions source;
    private final DestinationSessions destination;
    private final List<String> remaining = new ArrayList<>();
    private @Nullable PenstockException unreachable;

    public TaskRelease(String task, SourceSessions source, DestinationSessions destination) {
        this.task = task;
        this.source = source;
        this.destination = destination;
    }

    /**
     * What is left.
     *
     * @param remaining sentences, with the SQL to run by hand
     * @param unreachable the first database that could not be reached
     */
    public record Report(List<String> remaining, Optional<PenstockException> unreachable) {}

    /** @throws PenstockException PRECHECK when a process runs the task; nothing is removed then */
    public Report run() {
        try (ProgressStore progress = destination.progress()) {
            requireNotRunning(progress);
            releaseSource();
            progress.release();
        } catch (PenstockException e) {
            if (!isUnreachable(e) || unreachable != null) {
                throw e;
            }
            unreachable = e;
            remaining.add("The task's records in schema penstock of the destination remain: " + e.getMessage()
                    + " Run release again when it answers.");
            releaseSource();
        }
        return new Report(remaining, Optional.ofNullable(unreachable));
    }

    /**
     * The lock would create the schema that is to be removed, so it is taken only where there is something to lock. Nothing is read before:
     * taking it makes sure that nobody else has made the records.
     */
    private void requireNotRunning(ProgressStore progress) {
        if (progress.exists()) {
            progress.lock();
        } else if (progress.running()) {
            throw new PenstockException(
                    ErrorKind.PRECHECK,
                    "Task " + task + " is being started by another process. Stop that process first.");
        }
    }

    private void releaseSource() {
        try {
            // First of all, because it is what harms a source when the rest cannot be done; and while somebody reads
            // it, the
            // task may still be alive somewhere, and what it publishes stays.
            if (dropSlot()) {
                try (SourceSetup setup = source.setup()) {
                    remaining.addAll(setup.release());
                }
            }
        } catch (PenstockException e) {
            if (!isUnreachable(e)) {
                throw e;
            }
            unreachable = unreachable == null ? e : unreachable;
            remaining.add("Slot, publications and schema penstock at the source remain: " + e.getMessage()
                    + " Run release again when it answers.");
        }
    }

    private boolean dropSlot() {
        try (SlotControl slot = source.slot()) {
            int reader = awaitFree(slot);
            if (reader == 0) {
                slot.drop();
                return true;
            }
            remaining.add("Slot " + slot.name() + " is still being read by process " + reader
                    + " of the source, so nothing was removed there. If no Penstock runs this task any more: SELECT"
                    + " pg_terminate_backend(" + reader + "); SELECT pg_drop_replication_slot('" + slot.name()
                    + "'); then run release again.");
            return false;
        }
    }

    private static int awaitFree(SlotControl slot) {
        long deadline = System.nanoTime() + SLOT_PATIENCE.toNanos();
        int reader = reader(slot);
        while (reader != 0 && System.nanoTime() < deadline) {
            pause();
            reader = reader(slot);
        }
        return reader;
    }

    private static int reader(SlotControl slot) {
        return slot.state().map(SlotState::activePid).orElse(0);
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(
                    ErrorKind.INTERRUPTED, "Stopped while waiting for the slot's reader to end.", e);
        }
    }

    private static boolean isUnreachable(PenstockException e) {
        return e.kind() == ErrorKind.CONNECTION || e.kind() == ErrorKind.LOGIN;
    }
}
