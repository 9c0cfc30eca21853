package io.penstock.cli.status;

import io.penstock.core.port.DdlCapture;
import io.penstock.core.progress.DdlEntry;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TaskState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a task stands. What a database that cannot be reached would have told is empty.
 *
 * @param phase empty before the task has begun
 * @param error what a person must know
 * @param ddlCapture whether changes of definitions are followed; empty as long as nothing is
 * @param tables those that hold rows
 * @param definitions how many changes of definitions ended how
 */
// Long because a status is all of this.
public record TaskStatus(
        String task,
        Optional<TaskState> state,
        Optional<String> phase,
        Optional<String> error,
        Positions lsn,
        Optional<Lag> lag,
        Optional<Long> retainedWalBytes,
        Optional<DdlCapture> ddlCapture,
        List<TableProgress> tables,
        Optional<Map<DdlEntry.Result, Long>> definitions) {
    public TaskStatus {
        tables = List.copyOf(tables);
    }

    /** received >= applied >= confirmed; 0/0 stands for "not yet". */
    public record Positions(
            Optional<Long> source, Optional<Long> received, Optional<Long> applied, Optional<Long> confirmed) {}

    /** @param millis empty when nothing was applied yet, so that nobody can tell */
    public record Lag(long bytes, Optional<Long> millis) {}
}
