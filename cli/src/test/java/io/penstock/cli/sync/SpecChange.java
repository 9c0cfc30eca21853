package io.penstock.cli.sync;

import io.penstock.core.task.IncrementalSpec;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import java.util.List;

/** Tasks that differ from another in one thing. */
final class SpecChange {
    private SpecChange() {}

    static TaskSpec maxBatchRows(TaskSpec spec, int rows) {
        IncrementalSpec was = spec.incremental();
        return copy(
                spec,
                spec.phases(),
                new IncrementalSpec(
                        was.rowsPerSecond(),
                        was.bytesPerSecond(),
                        was.lanes(),
                        rows,
                        was.maxBatchBytes(),
                        was.maxLagOfBatch(),
                        was.catchUp()));
    }

    static TaskSpec phases(TaskSpec spec, List<Phase> phases) {
        return copy(spec, phases, spec.incremental());
    }

    private static TaskSpec copy(TaskSpec spec, List<Phase> phases, IncrementalSpec incremental) {
        return new TaskSpec(
                spec.name(),
                spec.source(),
                spec.destination(),
                phases,
                spec.objects(),
                spec.tables(),
                spec.names(),
                spec.conflicts(),
                spec.dml(),
                spec.ddl(),
                spec.onDdlError(),
                spec.onMissingColumn(),
                spec.etl(),
                spec.storage(),
                spec.full(),
                incremental,
                spec.retry(),
                spec.wal(),
                spec.verify(),
                spec.alerts(),
                spec.runner(),
                spec.instanceClass(),
                spec.tags(),
                spec.lines());
    }
}
