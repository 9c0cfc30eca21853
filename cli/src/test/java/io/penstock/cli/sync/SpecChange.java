package io.penstock.cli.sync;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.ColumnsSpec;
import io.penstock.core.task.DdlKind;
import io.penstock.core.task.DestinationKind;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.EtlSpec;
import io.penstock.core.task.FullSpec;
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
    private final TaskSpec spec;
    private EndpointSpec source;
    private List<Phase> phases;
    private ObjectSelection objects;
    private Map<QualifiedName, TableSpec> tables;
    private Set<DdlKind> ddl;
    private OnDdlError onDdlError;
    private String storage;
    private Map<String, String> storageOptions;
    private FullSpec full;
    private Optional<EtlSpec> etl;
    private IncrementalSpec incremental;

    private SpecChange(TaskSpec spec) {
        this.spec = spec;
        this.source = spec.source();
        this.phases = spec.phases();
        this.objects = spec.objects();
        this.tables = spec.tables();
        this.ddl = spec.ddl();
        this.onDdlError = spec.onDdlError();
        this.storage = spec.storage();
        this.storageOptions = spec.storageOptions();
        this.full = spec.full();
        this.etl = spec.etl();
        this.incremental = spec.incremental();
    }

    public static TaskSpec maxBatchRows(TaskSpec spec, int rows) {
        SpecChange change = new SpecChange(spec);
        IncrementalSpec was = spec.incremental();
        change.incremental = new IncrementalSpec(
                was.rowsPerSecond(),
                was.bytesPerSecond(),
                was.lanes(),
                rows,
                was.maxBatchBytes(),
                was.maxLagOfBatch(),
                was.catchUp());
        return change.changed();
    }

    static TaskSpec storage(TaskSpec spec, String storage, Map<String, String> options) {
        SpecChange change = new SpecChange(spec);
        change.storage = storage;
        change.storageOptions = options;
        return change.changed();
    }

    public static TaskSpec phases(TaskSpec spec, List<Phase> phases) {
        SpecChange change = new SpecChange(spec);
        change.phases = phases;
        return change.changed();
    }

    public static TaskSpec objects(TaskSpec spec, ObjectSelection objects) {
        SpecChange change = new SpecChange(spec);
        change.objects = objects;
        return change.changed();
    }

    public static TaskSpec ddl(TaskSpec spec, Set<DdlKind> ddl) {
        SpecChange change = new SpecChange(spec);
        change.ddl = ddl;
        return change.changed();
    }

    public static TaskSpec onDdlError(TaskSpec spec, OnDdlError policy) {
        SpecChange change = new SpecChange(spec);
        change.onDdlError = policy;
        return change.changed();
    }

    /** A table that follows other changes of definition than the task. */
    public static TaskSpec tableDdl(TaskSpec spec, QualifiedName table, Set<DdlKind> ddl) {
        SpecChange change = new SpecChange(spec);
        TableSpec only = new TableSpec(
                Optional.empty(),
                ColumnsSpec.UNCHANGED,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.of(ddl),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        change.tables = Map.of(table, only);
        return change.changed();
    }

    /** With settings of single tables. */
    public static TaskSpec tables(TaskSpec spec, Map<QualifiedName, TableSpec> tables) {
        SpecChange change = new SpecChange(spec);
        change.tables = tables;
        return change.changed();
    }

    /** With a script for all tables. */
    public static TaskSpec script(TaskSpec spec, String script) {
        SpecChange change = new SpecChange(spec);
        change.etl = Optional.of(new EtlSpec(script));
        return change.changed();
    }

    /** As another user, say. */
    public static TaskSpec source(TaskSpec spec, String url) {
        SpecChange change = new SpecChange(spec);
        change.source = new EndpointSpec(url, Optional.empty(), DestinationKind.AUTO);
        return change.changed();
    }

    /** One chunk after the other, so that a test knows what is under way. */
    public static TaskSpec oneJob(TaskSpec spec) {
        SpecChange change = new SpecChange(spec);
        FullSpec was = spec.full();
        change.full =
                new FullSpec(1, was.chunkBytes(), was.queriesPerSecond(), was.rowsPerSecond(), was.bytesPerSecond());
        return change.changed();
    }

    private TaskSpec changed() {
        return new TaskSpec(
                spec.name(),
                source,
                spec.destination(),
                phases,
                objects,
                tables,
                spec.names(),
                spec.conflicts(),
                spec.dml(),
                ddl,
                onDdlError,
                spec.onMissingColumn(),
                etl,
                storage,
                storageOptions,
                spec.distributedBy(),
                full,
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
