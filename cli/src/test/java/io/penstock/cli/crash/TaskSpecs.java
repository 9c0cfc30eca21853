package io.penstock.cli.crash;

import io.penstock.core.task.DestinationKind;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.FullSpec;
import io.penstock.core.task.IncrementalSpec;
import io.penstock.core.task.Limit;
import io.penstock.core.task.TaskSpec;
import io.penstock.core.task.WalSpec;
import java.util.Optional;

/** Task specifications that differ from another in one respect. */
final class TaskSpecs {
    private TaskSpecs() {}

    static TaskSpec copying(TaskSpec spec, int jobs, long chunkBytes) {
        FullSpec full = new FullSpec(jobs, chunkBytes, Limit.UNLIMITED, Limit.UNLIMITED, Limit.UNLIMITED);
        return with(spec, spec.source(), spec.destination(), full, spec.incremental(), spec.wal());
    }

    static TaskSpec batching(TaskSpec spec, int maxBatchRows) {
        IncrementalSpec was = spec.incremental();
        IncrementalSpec incremental = new IncrementalSpec(
                was.rowsPerSecond(),
                was.bytesPerSecond(),
                was.lanes(),
                maxBatchRows,
                was.maxBatchBytes(),
                was.maxLagOfBatch(),
                was.catchUp());
        return with(spec, spec.source(), spec.destination(), spec.full(), incremental, spec.wal());
    }

    static TaskSpec retaining(TaskSpec spec, long maxBytes) {
        WalSpec wal = new WalSpec(Limit.of(maxBytes / 2), Limit.of(maxBytes));
        return with(spec, spec.source(), spec.destination(), spec.full(), spec.incremental(), wal);
    }

    static TaskSpec from(TaskSpec spec, String url) {
        return with(spec, endpoint(url), spec.destination(), spec.full(), spec.incremental(), spec.wal());
    }

    static TaskSpec to(TaskSpec spec, String url) {
        return with(spec, spec.source(), endpoint(url), spec.full(), spec.incremental(), spec.wal());
    }

    private static EndpointSpec endpoint(String url) {
        return new EndpointSpec(url, Optional.empty(), DestinationKind.AUTO);
    }

    // Long because a record of many components is copied by naming them all.
    private static TaskSpec with(
            TaskSpec spec,
            EndpointSpec source,
            EndpointSpec destination,
            FullSpec full,
            IncrementalSpec incremental,
            WalSpec wal) {
        return new TaskSpec(
                spec.name(),
                source,
                destination,
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
                spec.storageOptions(),
                spec.distributedBy(),
                full,
                incremental,
                spec.retry(),
                wal,
                spec.verify(),
                spec.alerts(),
                spec.runner(),
                spec.instanceClass(),
                spec.tags(),
                spec.lines());
    }
}
