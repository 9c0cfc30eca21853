package io.penstock.cli.sync;

import io.penstock.core.task.IncrementalSpec;
import io.penstock.core.task.TaskSpec;

/** Tasks that differ from another in one thing. */
final class SpecChange {
    private SpecChange() {}

    static TaskSpec maxBatchRows(TaskSpec spec, int rows) {
        IncrementalSpec was = spec.incremental();
        return incremental(
                spec,
                new IncrementalSpec(
                        was.rowsPerSecond(),
                        was.bytesPerSecond(),
                        was.lanes(),
                        rows,
                        was.maxBatchBytes(),
                        was.maxLagOfBatch(),
                        was.catchUp()));
    }

    private static TaskSpec incremental(TaskSpec spec, IncrementalSpec incremental) {
        return new TaskSpec(
                spec.name(),
                spec.source(),
                spec.destination(),
                spec.phases(),
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
