package io.penstock.engine.run;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.port.TableCopy;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.copy.FullCopy;
import io.penstock.engine.mapping.TableMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The full phase: what the source must publish, the slot, the barrier, then the copies; in this order, because a change that commits
 * after the slot's consistent point is streamed and everything before it must be in every copy's snapshot. One thread.
 */
final class FullPhase {
    private static final Logger log = LoggerFactory.getLogger(FullPhase.class);

    private final TaskSpec spec;
    private final SourceSessions source;
    private final DestinationSessions destination;
    private final Attempt.Surroundings surroundings;

    FullPhase(
            TaskSpec spec, SourceSessions source, DestinationSessions destination, Attempt.Surroundings surroundings) {
        this.spec = spec;
        this.source = source;
        this.destination = destination;
        this.surroundings = surroundings;
    }

    void run(Catalog catalog, List<SchemaStep> plan, ProgressStore progress, Sessions sessions) {
        SourceSetup setup = sessions.setup();
        DestinationSchema schema = sessions.schema();
        if (spec.runs(Phase.INCREMENTAL)) {
            setup.publish(catalog, spec.objects());
            new TaskSlot(source, surroundings).ensure(progress, setup);
            setup.awaitOlderTransactions();
            surroundings.options().faults().reached(FaultPoint.BARRIER_PASSED);
        }
        // Read again: a replica identity may have been set, and the copy must know the table as the stream will
        // describe it.
        Catalog published = setup.catalog(spec.objects());
        if (spec.runs(Phase.INCREMENTAL)) {
            // A transaction that was open when the capture began may have made tables nobody has published yet.
            setup.publish(published, spec.objects());
            published = setup.catalog(spec.objects());
        }
        List<FullCopy.Work> pending = pending(published, progress, schema);
        keepDefinitions(published, progress);
        copy(withSteps(pending, plan), progress);
        if (!spec.runs(Phase.INCREMENTAL)) {
            for (TableProgress table : progress.tables()) {
                progress.save(table.withState(TableState.READY));
            }
        }
    }

    /** What the stream's first change of a definition is compared with. */
    private void keepDefinitions(Catalog catalog, ProgressStore progress) {
        if (!spec.runs(Phase.INCREMENTAL)) {
            return;
        }
        Set<QualifiedName> copied = new HashSet<>();
        for (TableProgress table : progress.tables()) {
            boolean open = table.state() == TableState.WAITING || table.state() == TableState.COPYING;
            if (!open && table.mapping().holdsRows()) {
                copied.add(table.mapping().source());
            }
        }
        try (DefinitionStore store = destination.definitions()) {
            // Those that are copied were kept before; the stream brings what has changed since.
            store.save(new DefinitionModel(
                    catalog.tables().stream()
                            .filter(t -> !copied.contains(t.name()))
                            .toList(),
                    catalog.types(),
                    catalog.sequences(),
                    DestinationNames.SAME));
        }
    }

    /** The sessions of the attempt. */
    record Sessions(SourceSetup setup, DestinationSchema schema) {}

    /** What belongs to one table alone is defined as soon as that table is copied; the rest, such as partitioned parents, at the end. */
    private static List<FullCopy.Work> withSteps(List<FullCopy.Work> pending, List<SchemaStep> plan) {
        Map<QualifiedName, List<SchemaStep>> byTable = new LinkedHashMap<>();
        for (SchemaStep step : plan) {
            QualifiedName table = step.table();
            if (step.stage() == SchemaStep.Stage.AFTER_COPY && table != null) {
                byTable.computeIfAbsent(table, t -> new ArrayList<>()).add(step);
            }
        }
        return pending.stream()
                .map(w -> new FullCopy.Work(
                        w.definition(),
                        w.progress(),
                        byTable.getOrDefault(w.definition().name(), List.of())))
                .toList();
    }

    private void copy(List<FullCopy.Work> pending, ProgressStore progress) {
        FullCopy copy = new FullCopy(
                source,
                destination,
                progress,
                spec.full(),
                new FullCopy.Environment(
                        surroundings.watch(),
                        surroundings.stop(),
                        surroundings.options().faults()));
        boolean oneMoment = !spec.runs(Phase.INCREMENTAL) && !pending.isEmpty();
        if (!oneMoment) {
            copy.run(pending, null);
            return;
        }
        // Nothing will bring the tables together afterwards, so they are all read at one moment, as pg_dump does.
        List<TableDefinition> tables =
                pending.stream().map(FullCopy.Work::definition).toList();
        try (TableCopy common = source.copies().open(tables, spec.full().chunkBytes())) {
            copy.run(pending, common);
        }
    }

    /** Tables that are not copied yet, with a record each. */
    private List<FullCopy.Work> pending(Catalog catalog, ProgressStore progress, DestinationSchema schema) {
        Map<QualifiedName, TableProgress> known = new LinkedHashMap<>();
        progress.tables().forEach(t -> known.put(t.mapping().source(), t));
        List<FullCopy.Work> pending = new ArrayList<>();
        for (TableDefinition table : catalog.tables()) {
            TableProgress is = known.get(table.name());
            if (is == null || is.state() == TableState.WAITING) {
                is = record(table, progress, schema);
            }
            boolean open = is.state() == TableState.WAITING || is.state() == TableState.COPYING;
            if (open && is.mapping().holdsRows()) {
                pending.add(new FullCopy.Work(table, is, List.of()));
            }
        }
        return pending;
    }

    private static TableProgress record(TableDefinition table, ProgressStore progress, DestinationSchema schema) {
        TableProgress waiting = TableProgress.waiting(mapping(table, schema), table.estimatedRows());
        // A partitioned parent holds no rows of its own.
        TableProgress record = waiting.mapping().holdsRows() ? waiting : waiting.withState(TableState.CATCHING_UP);
        progress.save(record);
        return record;
    }

    static TableMapping mapping(TableDefinition table, DestinationSchema schema) {
        QualifiedName name = TableMapper.destinationName(table);
        return TableMapper.map(
                table,
                schema.table(name)
                        .orElseThrow(() -> new PenstockException(
                                ErrorKind.REFUSED,
                                "Destination table " + name
                                        + " does not exist. Create it, or let the schema phase do so.")));
    }
}
