package io.penstock.engine.run;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.port.DdlCapture;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.port.TableCopy;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.Picture;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TaskNames;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.copy.FullCopy;
import io.penstock.engine.definition.SourceModel;
import io.penstock.engine.mapping.ExistingRows;
import io.penstock.engine.mapping.RowRules;
import io.penstock.engine.mapping.SelectiveKeys;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The full phase: what the source must publish, the slot, the barrier, then the copies; in this order, because a change that commits
 * after the slot's consistent point is streamed and everything before it must be in every copy's snapshot. One thread.
 */
final class FullPhase {
    private static final Logger log = LoggerFactory.getLogger(FullPhase.class);
    /** Rounds that bring nothing forward; each takes longer than a person who changes definitions by hand. */
    private static final int MOST_TRIES = 20;

    private final TaskSpec spec;
    private final SourceSessions source;
    private final DestinationSessions destination;
    private final Attempt.Surroundings surroundings;
    private final RowRules rules;

    FullPhase(
            TaskSpec spec,
            SourceSessions source,
            DestinationSessions destination,
            Attempt.Surroundings surroundings,
            RowRules rules) {
        this.spec = spec;
        this.source = source;
        this.destination = destination;
        this.surroundings = surroundings;
        this.rules = rules;
    }

    /**
     * How the destination's tables are made. The definitions are kept before the first is made, so that a run that is interrupted goes on
     * with the same, whatever the source does meanwhile.
     */
    List<SchemaStep> firstSteps(SourceSetup setup, DestinationSchema schema) {
        try (DefinitionStore store = destination.definitions()) {
            if (store.read().tables().isEmpty()) {
                Catalog now = setup.catalog(spec.objects());
                DestinationNames names = SelectiveKeys.choose(
                        spec,
                        setup,
                        now,
                        ExistingRows.atTheBeginning(spec, TaskNames.of(spec).of(now), now.tables(), schema));
                // The names first: that there are tables says that all is there.
                store.save(names);
                store.save(new DefinitionModel(now.tables(), now.types(), now.sequences(), names));
            }
        }
        return steps(setup, schema);
    }

    /** How the destination's definitions come about, as far as they are known now. */
    List<SchemaStep> steps(SourceSetup setup, DestinationSchema schema) {
        try (DefinitionStore store = destination.definitions()) {
            DefinitionModel known = store.read();
            return schema.plan(new SourceModel(known).catalog(setup.state().serverVersion()), known.names());
        }
    }

    /**
     * Every round looks at the source, prepares the destination for what it sees and copies what is left; a table that is changed between
     * these steps is left for the next round, and the others are not disturbed.
     */
    void run(ProgressStore progress, Sessions sessions) {
        SourceSetup setup = sessions.setup();
        Preparation preparation = new Preparation(spec, destination, sessions.schema(), progress, rules);
        if (spec.runs(Phase.INCREMENTAL)) {
            noteDoubt(progress, setup);
            setup.publish(setup.catalog(spec.objects()), spec.objects(), rules.wholeRows());
            new TaskSlot(source, surroundings).ensure(progress, setup);
        }
        int left = Integer.MAX_VALUE;
        int tries = 0;
        while (left > 0) {
            Picture picture = published(setup);
            List<FullCopy.Work> pending = preparation.prepare(picture, oid -> exists(setup, oid));
            surroundings.options().faults().reached(FaultPoint.PREPARED);
            List<FullCopy.Work> changed = copy(pending, progress);
            tries = changed.size() < left ? 1 : tries + 1;
            left = changed.size();
            requireRest(changed, tries);
        }
        if (!spec.runs(Phase.INCREMENTAL)) {
            for (TableProgress table : progress.tables()) {
                progress.save(table.withState(TableState.READY));
            }
        }
    }

    /** From the first copy on a failure to log a change matters; and an earlier run may have left the capture behind, and somebody broken it. */
    private void noteDoubt(ProgressStore progress, SourceSetup setup) {
        try (DefinitionStore store = destination.definitions()) {
            if (progress.task().orElseThrow().slot().isEmpty()) {
                store.saveCaptureFailures(setup.captureFailures());
            } else if (setup.ddlCapture(store.captureFailures()).state() == DdlCapture.State.BROKEN) {
                store.saveCaptureFailures(DefinitionStore.DOUBT);
            }
        }
    }

    /** Somebody who changes the same table every few moments must be asked to stop. */
    private static void requireRest(List<FullCopy.Work> changed, int tries) {
        if (!changed.isEmpty() && tries > MOST_TRIES) {
            throw new PenstockException(
                    ErrorKind.TRANSIENT,
                    "Table " + changed.get(0).definition().name() + " was changed at the source " + tries
                            + " times, each time before its copy could begin.");
        }
    }

    /**
     * What the copy must know as the stream will describe it: replica identities are set, every table is published, and whoever wrote to
     * one before that has ended.
     */
    private Picture published(SourceSetup setup) {
        if (!spec.runs(Phase.INCREMENTAL)) {
            return setup.picture(spec.objects());
        }
        Catalog catalog = setup.catalog(spec.objects());
        while (true) {
            setup.publish(catalog, spec.objects(), rules.wholeRows());
            setup.awaitOlderTransactions();
            surroundings.options().faults().reached(FaultPoint.BARRIER_PASSED);
            Picture picture = setup.picture(spec.objects());
            if (oids(catalog).containsAll(oids(picture.catalog()))) {
                return picture;
            }
            catalog = picture.catalog();
        }
    }

    private static Set<Integer> oids(Catalog catalog) {
        return catalog.tables().stream().map(TableDefinition::oid).collect(Collectors.toSet());
    }

    private static boolean exists(SourceSetup setup, int oid) {
        return oids(setup.tables(List.of(oid))).contains(oid);
    }

    /** The sessions of the attempt. */
    record Sessions(SourceSetup setup, DestinationSchema schema) {}

    /** Returns those that the source had changed before their copy began. */
    private List<FullCopy.Work> copy(List<FullCopy.Work> pending, ProgressStore progress) {
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
            return copy.run(pending, null);
        }
        // Nothing will bring the tables together afterwards, so they are all read at one moment, as pg_dump does.
        List<TableDefinition> tables =
                pending.stream().map(FullCopy.Work::definition).toList();
        boolean mixed = pending.stream().anyMatch(w -> w.progress().mapping().mixed());
        Optional<TableCopy> opened = source.copies()
                .open(tables, mixed ? FullCopy.ONE_CHUNK : spec.full().chunkBytes(), surroundings.stop()::raised);
        if (opened.isEmpty()) {
            return pending;
        }
        try (TableCopy common = opened.get()) {
            boolean expected = pending.stream().allMatch(w -> w.expected().test(common.definitions()));
            if (!expected) {
                return pending;
            }
            List<FullCopy.Work> left = copy.run(pending, common);
            if (!left.isEmpty()) {
                throw new PenstockException(
                        ErrorKind.TRANSIENT,
                        "Table " + left.get(0).definition().name()
                                + " is locked by somebody, so its copy could not go on.");
            }
            return List.of();
        }
    }
}
