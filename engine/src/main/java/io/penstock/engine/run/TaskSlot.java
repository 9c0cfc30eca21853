package io.penstock.engine.run;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SlotState;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.port.SourceState;
import io.penstock.core.progress.TaskProgress;
import io.penstock.core.progress.TaskState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The beginning of a task's slot: made, or taken over, and recorded at the destination. One thread. */
final class TaskSlot {
    private static final Logger log = LoggerFactory.getLogger(TaskSlot.class);
    /** What a person says to have done between the first two runs of the incremental phase alone. */
    private static final String COPY_ITEM = "destination.copy";

    private final SourceSessions source;
    private final Attempt.Surroundings surroundings;

    TaskSlot(SourceSessions source, Attempt.Surroundings surroundings) {
        this.source = source;
        this.surroundings = surroundings;
    }

    /** For a task that copies: the slot is there and recorded, and older than every copy. */
    void ensure(ProgressStore progress, SourceSetup setup) {
        TaskProgress task = progress.task().orElseThrow();
        try (SlotControl slot = source.slot()) {
            if (!task.slot().isEmpty()) {
                requireThere(slot, task);
                return;
            }
            // A slot that no record knows of was left by a run that died between creating and recording it; nothing is
            // copied yet.
            slot.drop();
            create(slot, setup, progress);
        }
    }

    /**
     * For the incremental phase alone: everything before the slot's position is at the destination already, brought there by somebody
     * else. A slot that is there was made for that, and its position counts. Where there is none, it is made, and then a person has to
     * bring the destination there and say so: without that, changes between a copy and the slot would be missed or made twice.
     */
    void adopt(ProgressStore progress, SourceSetup setup) {
        TaskProgress task = progress.task().orElseThrow();
        try (SlotControl slot = source.slot()) {
            if (task.slot().isEmpty()) {
                SlotState existing = slot.state().orElse(null);
                if (existing != null) {
                    take(existing, setup, progress);
                    return;
                }
                // Known before it exists, so that no later run takes it for one that was made by somebody else.
                SourceState state = setup.state();
                progress.save(task.withSlot(state.systemId(), state.timeline(), slot.name(), 0));
                surroundings.options().faults().reached(FaultPoint.SLOT_RECORDED);
                task = progress.task().orElseThrow();
            } else if (!progress.tables().isEmpty()) {
                // The records of tables come after a person has confirmed the copy.
                return;
            }
            if (task.appliedLsn() == 0) {
                slot.drop();
                create(slot, setup, progress);
                task = progress.task().orElseThrow();
            } else {
                requireThere(slot, task);
            }
            requireCopy(slot, task);
        }
    }

    private void take(SlotState existing, SourceSetup setup, ProgressStore progress) {
        if (existing.confirmedLsn() == 0) {
            throw new PenstockException(
                    ErrorKind.PRECHECK,
                    "Slot " + existing.name()
                            + " is only being created: it waits for transactions that are open at the source, or its"
                            + " creation was given up. Wait and run again, or run `penstock release`.");
        }
        SourceState state = setup.state();
        progress.save(progress.task()
                .orElseThrow()
                .withSlot(state.systemId(), state.timeline(), existing.name(), existing.confirmedLsn()));
    }

    private void requireCopy(SlotControl slot, TaskProgress task) {
        if (surroundings.options().skip().contains(COPY_ITEM)) {
            return;
        }
        surroundings.watch().enter("precheck", TaskState.PRECHECK_FAILED);
        throw new PenstockException(
                ErrorKind.PRECHECK,
                "The incremental phase alone starts at the position of slot " + slot.name()
                        + ". It did not exist; now it does, at LSN "
                        + Lsn.format(task.appliedLsn())
                        + ", and keeps the source's log from there on. Bring the destination to"
                        + " exactly that position: as long as nothing is written to the tables, a copy made now is right. Then say so"
                        + " with `penstock run --skip " + COPY_ITEM
                        + "`. (Or let the full phase copy. `penstock release` removes the slot.)");
    }

    private static void requireThere(SlotControl slot, TaskProgress task) {
        if (slot.state().isEmpty()) {
            throw new PenstockException(
                    ErrorKind.POSITION_LOST,
                    "Slot " + slot.name() + " is gone, so changes since LSN " + Lsn.format(task.appliedLsn())
                            + " are lost. Run `penstock release`, drop the destination tables and start the task again.");
        }
    }

    private void create(SlotControl slot, SourceSetup setup, ProgressStore progress) {
        surroundings.watch().note("creates slot " + slot.name() + ", which waits for the transactions that are open");
        long consistentPoint = slot.create(surroundings.stop()::raised);
        surroundings.watch().note(null);
        surroundings.options().faults().reached(FaultPoint.SLOT_CREATED);
        SourceState state = setup.state();
        progress.save(progress.task()
                .orElseThrow()
                .withSlot(state.systemId(), state.timeline(), slot.name(), consistentPoint));
        surroundings.options().faults().reached(FaultPoint.SLOT_RECORDED);
        log.info("slot created slot={} consistentPoint={}", slot.name(), Lsn.format(consistentPoint));
    }
}
