package io.penstock.cli.sync;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.ColumnsSpec;
import io.penstock.core.task.DdlKind;
import io.penstock.core.task.IncrementalSpec;
import io.penstock.core.task.ObjectSelection;
import io.penstock.core.task.OnDdlError;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tasks that differ from another in one thing. */
public final class SpecChange {
    private SpecChange() {}

    static TaskSpec maxBatchRows(TaskSpec spec, int rows) {
        IncrementalSpec was = spec.incremental();
        return copy(
                spec,
                new Parts(spec.phases(), spec.objects(), spec.tables(), spec.ddl(), spec.onDdlError()),
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
        return copy(
                spec,
                new Parts(phases, spec.objects(), spec.tables(), spec.ddl(), spec.onDdlError()),
                spec.incremental());
    }

    public static TaskSpec objects(TaskSpec spec, ObjectSelection objects) {
        return copy(
                spec,
                new Parts(spec.phases(), objects, spec.tables(), spec.ddl(), spec.onDdlError()),
                spec.incremental());
    }

    public static TaskSpec ddl(TaskSpec spec, Set<DdlKind> ddl) {
        return copy(
                spec,
                new Parts(spec.phases(), spec.objects(), spec.tables(), ddl, spec.onDdlError()),
                spec.incremental());
    }

    public static TaskSpec onDdlError(TaskSpec spec, OnDdlError policy) {
        return copy(
                spec, new Parts(spec.phases(), spec.objects(), spec.tables(), spec.ddl(), policy), spec.incremental());
    }

    /** A table that follows other changes of definition than the task. */
    public static TaskSpec tableDdl(TaskSpec spec, QualifiedName table, Set<DdlKind> ddl) {
        TableSpec only = new TableSpec(
                Optional.empty(),
                ColumnsSpec.UNCHANGED,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(ddl),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Parts same = new Parts(spec.phases(), spec.objects(), Map.of(table, only), spec.ddl(), spec.onDdlError());
        return copy(spec, same, spec.incremental());
    }

    private record Parts(
            List<Phase> phases,
            ObjectSelection objects,
            Map<QualifiedName, TableSpec> tables,
            Set<DdlKind> ddl,
            OnDdlError onDdlError) {}

    private static TaskSpec copy(TaskSpec spec, Parts parts, IncrementalSpec incremental) {
        return new TaskSpec(
                spec.name(),
                spec.source(),
                spec.destination(),
                parts.phases(),
                parts.objects(),
                parts.tables(),
                spec.names(),
                spec.conflicts(),
                spec.dml(),
                parts.ddl(),
                parts.onDdlError(),
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
