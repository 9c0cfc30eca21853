package io.penstock.cli.sync;

import io.penstock.core.task.DdlKind;
import io.penstock.core.task.DestinationKind;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.FullSpec;
import io.penstock.core.task.IncrementalSpec;
import io.penstock.core.task.ObjectSelection;
import io.penstock.core.task.OnDdlError;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tasks that differ from another in one thing. */
public final class SpecChange {
    private SpecChange() {}

    static TaskSpec maxBatchRows(TaskSpec spec, int rows) {
        IncrementalSpec was = spec.incremental();
        return copy(
                spec,
                new Parts(spec.phases(), spec.objects(), spec.ddl(), spec.onDdlError(), spec.full()),
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
                new Parts(phases, spec.objects(), spec.ddl(), spec.onDdlError(), spec.full()),
                spec.incremental());
    }

    public static TaskSpec objects(TaskSpec spec, ObjectSelection objects) {
        return copy(
                spec,
                new Parts(spec.phases(), objects, spec.ddl(), spec.onDdlError(), spec.full()),
                spec.incremental());
    }

    public static TaskSpec ddl(TaskSpec spec, Set<DdlKind> ddl) {
        return copy(
                spec,
                new Parts(spec.phases(), spec.objects(), ddl, spec.onDdlError(), spec.full()),
                spec.incremental());
    }

    public static TaskSpec onDdlError(TaskSpec spec, OnDdlError policy) {
        return copy(
                spec, new Parts(spec.phases(), spec.objects(), spec.ddl(), policy, spec.full()), spec.incremental());
    }

    /** As another user, say. */
    public static TaskSpec source(TaskSpec spec, String url) {
        EndpointSpec source = new EndpointSpec(url, Optional.empty(), DestinationKind.AUTO);
        return copy(
                spec,
                source,
                new Parts(spec.phases(), spec.objects(), spec.ddl(), spec.onDdlError(), spec.full()),
                spec.incremental());
    }

    /** One chunk after the other, so that a test knows what is under way. */
    public static TaskSpec oneJob(TaskSpec spec) {
        FullSpec was = spec.full();
        FullSpec full =
                new FullSpec(1, was.chunkBytes(), was.queriesPerSecond(), was.rowsPerSecond(), was.bytesPerSecond());
        return copy(
                spec,
                new Parts(spec.phases(), spec.objects(), spec.ddl(), spec.onDdlError(), full),
                spec.incremental());
    }

    private record Parts(
            List<Phase> phases, ObjectSelection objects, Set<DdlKind> ddl, OnDdlError onDdlError, FullSpec full) {}

    private static TaskSpec copy(TaskSpec spec, Parts parts, IncrementalSpec incremental) {
        return copy(spec, spec.source(), parts, incremental);
    }

    private static TaskSpec copy(TaskSpec spec, EndpointSpec source, Parts parts, IncrementalSpec incremental) {
        return new TaskSpec(
                spec.name(),
                source,
                spec.destination(),
                parts.phases(),
                parts.objects(),
                spec.tables(),
                spec.names(),
                spec.conflicts(),
                spec.dml(),
                parts.ddl(),
                parts.onDdlError(),
                spec.onMissingColumn(),
                spec.etl(),
                spec.storage(),
                parts.full(),
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
