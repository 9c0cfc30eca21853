package io.penstock.engine.stream;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SlotState;
import io.penstock.core.port.SourceState;
import io.penstock.core.progress.TaskProgress;
import java.util.Optional;

/**
 * The checks before every start of the stream. PostgreSQL itself never reports a lost position: it silently goes on from where the
 * slot stands.
 */
final class StartChecks {
    private static final String REMEDY =
            " The task cannot go on by itself: compare both databases, then run `penstock release`, drop the destination tables and"
                    + " start the task again.";

    private StartChecks() {}

    static void require(TaskProgress progress, SourceState source, SlotControl control) {
        if (!progress.systemId().equals(source.systemId())) {
            throw lost("The source is another database cluster than before (system identifier " + source.systemId()
                    + ", was " + progress.systemId() + ").");
        }
        Optional<SlotState> found = control.state();
        if (found.isEmpty()) {
            throw lost("Slot " + control.name() + " is gone, so changes after LSN " + Lsn.format(progress.appliedLsn())
                    + " may be lost.");
        }
        SlotState slot = found.get();
        if (!slot.plugin().equals("pgoutput")) {
            throw lost(
                    "Slot " + slot.name() + " belongs to output plugin " + slot.plugin() + "; somebody re-created it.");
        }
        String why = slot.lost();
        if (why != null) {
            throw lost("Slot " + slot.name() + " was invalidated by the server (" + why + "), so changes after LSN "
                    + Lsn.format(progress.appliedLsn()) + " are lost.");
        }
        if (Long.compareUnsigned(slot.confirmedLsn(), progress.appliedLsn()) > 0) {
            throw lost("Slot " + slot.name() + " stands at LSN " + Lsn.format(slot.confirmedLsn())
                    + ", beyond what the destination has applied (" + Lsn.format(progress.appliedLsn())
                    + "): somebody re-created or advanced it, and the changes between are lost.");
        }
        requireTimeline(progress, source, control);
    }

    private static void requireTimeline(TaskProgress progress, SourceState source, SlotControl control) {
        if (source.timeline() == progress.timeline() || progress.timeline() == 0) {
            return;
        }
        long switched = source.timeline() < progress.timeline() ? -1 : control.switchPoint(progress.timeline());
        if (switched < 0 || Long.compareUnsigned(switched, progress.appliedLsn()) < 0) {
            throw lost("The source failed over to timeline " + source.timeline() + ", which left timeline "
                    + progress.timeline() + (switched < 0 ? " at an unknown point" : " at LSN " + Lsn.format(switched))
                    + ", while the destination has applied " + Lsn.format(progress.appliedLsn())
                    + ": it may hold transactions that the new source does not have.");
        }
    }

    private static PenstockException lost(String what) {
        return new PenstockException(ErrorKind.POSITION_LOST, what + REMEDY);
    }
}
