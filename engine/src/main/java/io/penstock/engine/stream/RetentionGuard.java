package io.penstock.engine.stream;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SlotState;
import io.penstock.core.task.WalSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches how much log the slot keeps on the source's disk: warns, and ends the task before its slot harms the source. One thread.
 */
public final class RetentionGuard {
    private static final Logger log = LoggerFactory.getLogger(RetentionGuard.class);

    private final WalSpec spec;
    private boolean warned;

    public RetentionGuard(WalSpec spec) {
        this.spec = spec;
    }

    /** @throws PenstockException RETENTION_EXCEEDED when the user's limit is passed; the caller drops the slot */
    public void check(SlotControl slot) {
        long retained = slot.state().map(SlotState::retainedBytes).orElse(0L);
        if (retained > spec.maxRetainedBytes().value().orElse(Long.MAX_VALUE)) {
            throw new PenstockException(
                    ErrorKind.RETENTION_EXCEEDED,
                    "The slot retains " + (retained >> 20)
                            + " MB of log on the source, more than wal.maxRetainedMb allows."
                            + " The task ends and its slot is dropped to save the source's disk. Run `penstock release`, drop the"
                            + " destination tables and start the task again.");
        }
        boolean much = retained > spec.warnRetainedBytes().value().orElse(Long.MAX_VALUE);
        if (much && !warned) {
            log.warn("slot retains much log slot={} retainedMb={}", slot.name(), retained >> 20);
        }
        warned = much;
    }
}
