package io.penstock.engine.run;

import io.penstock.core.change.Alignment;
import io.penstock.core.change.DefinitionRecord;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.ChunkLoader;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Aligned;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.Picture;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaChanges;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.copy.FullCopy;
import io.penstock.engine.definition.Expectation;
import io.penstock.engine.definition.Realignment;
import io.penstock.engine.definition.SourceModel;
import io.penstock.engine.mapping.ExistingRows;
import io.penstock.engine.mapping.RowRules;
import io.penstock.engine.mapping.TableMapper;
import io.penstock.engine.mapping.TableRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares the destination for the copies that are still to be made: from what it was made for to what the source is now. Everything that
 * an interrupted copy has left is taken away first. One thread.
 */
final class Preparation {
    private static final Logger log = LoggerFactory.getLogger(Preparation.class);

    private final TaskSpec spec;
    private final DestinationSessions destination;
    private final DestinationSchema schema;
    private final ProgressStore progress;
    private final RowRules rules;

    Preparation(
            TaskSpec spec,
            DestinationSessions destination,
            DestinationSchema schema,
            ProgressStore progress,
            RowRules rules) {
        this.rules = rules;
        this.spec = spec;
        this.destination = destination;
        this.schema = schema;
        this.progress = progress;
    }

    /**
     * Returns the tables to copy.
     *
     * @param exists whether the source has a table of that oid, selected or not
     */
    List<FullCopy.Work> prepare(Picture picture, IntPredicate exists) {
        DefinitionModel known = known();
        settleMixed();
        Map<Integer, TableProgress> records = records();
        Set<Integer> copied = records.values().stream()
                .filter(t -> t.mapping().holdsRows() && !open(t))
                .map(t -> t.mapping().sourceOid())
                .collect(Collectors.toSet());
        Realignment.Outcome outcome = Realignment.of(known, picture.catalog(), copied);
        begin(records, outcome);
        DestinationNames names = align(known, outcome, new Moment(picture, exists), records);
        List<TableDefinition> left = outcome.after().tables().stream()
                .filter(t -> !outcome.staying().contains(t.oid()))
                .toList();
        return work(left, outcome.after(), names);
    }

    /** The picture, and what of the source is not in it. */
    private record Moment(Picture picture, IntPredicate exists) {}

    private DefinitionModel known() {
        try (DefinitionStore store = destination.definitions()) {
            return store.read();
        }
    }

    /** The copy into a table with other rows is one transaction: when it is there, all of it is. */
    private void settleMixed() {
        List<TableProgress> open = progress.tables().stream()
                .filter(t -> t.state() == TableState.COPYING && t.mapping().mixed())
                .toList();
        if (open.isEmpty()) {
            return;
        }
        try (ChunkLoader loader = destination.loader()) {
            open.stream()
                    .filter(t -> loader.committed(t.mapping(), 0))
                    .forEach(t -> progress.save(t.withState(TableState.CATCHING_UP)));
        }
    }

    private Map<Integer, TableProgress> records() {
        Map<Integer, TableProgress> records = new HashMap<>();
        progress.tables().forEach(t -> records.put(t.mapping().sourceOid(), t));
        return records;
    }

    private static boolean open(TableProgress table) {
        return table.state() == TableState.WAITING || table.state() == TableState.COPYING;
    }

    /** What was copied and cannot stay is marked before it is emptied. */
    private void begin(Map<Integer, TableProgress> records, Realignment.Outcome outcome) {
        Set<Integer> taken = new HashSet<>(outcome.again());
        records.values().stream()
                .filter(t -> t.state() == TableState.COPYING)
                .forEach(t -> taken.add(t.mapping().sourceOid()));
        if (taken.isEmpty()) {
            return;
        }
        try (ChunkLoader loader = destination.loader()) {
            for (int oid : taken) {
                TableProgress record = records.get(oid);
                if (record == null) {
                    continue;
                }
                if (outcome.again().contains(oid)) {
                    log.info(
                            "copies a table again, the source has changed what it belongs to table={}",
                            record.mapping().source());
                    progress.save(record.withState(TableState.COPYING));
                }
                loader.restart(record.mapping());
            }
        }
    }

    private DestinationNames align(
            DefinitionModel known, Realignment.Outcome outcome, Moment moment, Map<Integer, TableProgress> records) {
        SourceModel model = new SourceModel(known);
        List<Dropped> dropped = outcome.gone().stream()
                .filter(d -> d.kind() != ObjectKind.TABLE || mayDrop(d, moment))
                .toList();
        SchemaDelta delta = new SchemaDelta(
                withoutForeignKeys(model.catalog(outcome.after().serverVersion())),
                withoutForeignKeys(outcome.after()),
                dropped,
                outcome.after().tables().stream()
                        .filter(t -> !outcome.staying().contains(t.oid()))
                        .collect(Collectors.toMap(TableDefinition::oid, t -> SchemaDelta.ANY)),
                false,
                Set.of());
        SchemaChanges changes = schema.changes(delta, FollowedDdl.of(spec), known.names());
        List<SchemaChange> steps = changes.steps().stream()
                .filter(s -> s.stage() != Stage.WHEN_CONSISTENT)
                .filter(s -> s.skipped() || !s.statements().isEmpty())
                .toList();
        DestinationNames names = ExistingRows.known(changes.names(), added(known, outcome), schema);
        DefinitionModel changed = changed(known, outcome, names);
        List<QualifiedName> leaving = leaving(records, outcome);
        complete(known, steps, outcome.after().serverVersion());
        destination.align(new Alignment(
                steps,
                new DefinitionRecord(changed, outcome.gone(), List.of(), Map.of(), leaving),
                aligned(outcome, moment.picture()),
                moment.picture().moment().insertLsn()));
        return names;
    }

    private static List<TableDefinition> added(DefinitionModel known, Realignment.Outcome outcome) {
        Set<Integer> before = known.tables().stream().map(TableDefinition::oid).collect(Collectors.toSet());
        return outcome.after().tables().stream()
                .filter(t -> !before.contains(t.oid()))
                .toList();
    }

    /** A table that only left the selection stays, unless this task has made it and nothing is in it. */
    private boolean mayDrop(Dropped table, Moment moment) {
        return spec.runs(Phase.SCHEMA) || !moment.exists().test(table.oid());
    }

    /** They are made when all tables show one moment. */
    private static Catalog withoutForeignKeys(Catalog catalog) {
        return new Catalog(
                catalog.serverVersion(),
                catalog.schemas(),
                catalog.extensions(),
                catalog.functions(),
                catalog.types(),
                catalog.sequences(),
                catalog.tables().stream()
                        .map(t -> t.withConstraints(t.constraints().stream()
                                .filter(c -> c.kind() != ConstraintDefinition.Kind.FOREIGN_KEY)
                                .toList()))
                        .toList());
    }

    private static DefinitionModel changed(DefinitionModel known, Realignment.Outcome outcome, DestinationNames names) {
        Map<Integer, TableDefinition> tables = new HashMap<>();
        known.tables().forEach(t -> tables.put(t.oid(), t));
        Set<Object> others = new HashSet<>(known.types());
        others.addAll(known.sequences());
        return new DefinitionModel(
                outcome.after().tables().stream()
                        .filter(t -> !defines(tables.get(t.oid()), t))
                        .toList(),
                outcome.after().types().stream()
                        .filter(t -> !others.contains(t))
                        .toList(),
                outcome.after().sequences().stream()
                        .filter(s -> !others.contains(s))
                        .toList(),
                names);
    }

    private static boolean defines(@Nullable TableDefinition known, TableDefinition now) {
        return known != null && known.defines(now);
    }

    /** Records under names that are no longer right. */
    private static List<QualifiedName> leaving(Map<Integer, TableProgress> records, Realignment.Outcome outcome) {
        Map<Integer, QualifiedName> names = new HashMap<>();
        outcome.after().tables().forEach(t -> names.put(t.oid(), t.name()));
        return records.values().stream()
                .filter(r -> !r.mapping().source().equals(names.get(r.mapping().sourceOid())))
                .map(r -> r.mapping().source())
                .toList();
    }

    /**
     * Statements for keys and indexes expect them to be there; those of a table that was not copied yet may be missing. It is empty, so they
     * are quickly made.
     */
    private void complete(DefinitionModel known, List<SchemaChange> steps, int serverVersion) {
        SourceModel model = new SourceModel(known);
        Set<QualifiedName> touched = new HashSet<>();
        for (SchemaChange step : steps) {
            model.table(step.tableOid())
                    .filter(t -> !step.statements().isEmpty())
                    .ifPresent(t -> touched.add(t.name()));
        }
        if (touched.isEmpty() || !spec.runs(Phase.SCHEMA)) {
            return;
        }
        Catalog catalog = model.catalog(serverVersion);
        addFamilies(catalog, touched);
        Set<QualifiedName> there = catalog.tables().stream()
                .filter(t -> touched.contains(t.name()))
                .map(t -> known.names().object(t.oid(), t.name()))
                .collect(Collectors.toSet());
        for (SchemaStep step : schema.plan(catalog, known.names())) {
            if (step.stage() == Stage.AFTER_COPY && there.contains(step.table())) {
                schema.run(step);
            }
        }
    }

    private static void addFamilies(Catalog catalog, Set<QualifiedName> tables) {
        boolean grown = true;
        // Ends: each round adds at least one of finitely many tables.
        while (grown) {
            grown = false;
            for (TableDefinition table : catalog.tables()) {
                for (QualifiedName parent : table.parents()) {
                    grown |= tables.contains(parent) && tables.add(table.name());
                    grown |= tables.contains(table.name()) && tables.add(parent);
                }
            }
        }
    }

    /** Tables with rows have a moment of their own, that of their copy. */
    private List<Aligned> aligned(Realignment.Outcome outcome, Picture picture) {
        if (!spec.runs(Phase.INCREMENTAL)) {
            return List.of();
        }
        List<Aligned> aligned = new ArrayList<>();
        for (TableDefinition table : outcome.after().tables()) {
            if (table.kind() == TableDefinition.Kind.PARTITIONED
                    && !outcome.staying().contains(table.oid())) {
                aligned.add(new Aligned(ObjectKind.TABLE, table.oid(), picture.moment()));
            }
        }
        outcome.after().types().forEach(t -> aligned.add(new Aligned(ObjectKind.TYPE, t.oid(), picture.moment())));
        outcome.after().sequences().stream()
                .filter(s -> !outcome.staying().contains(s.oid()))
                .forEach(s -> aligned.add(new Aligned(ObjectKind.SEQUENCE, s.oid(), picture.moment())));
        outcome.gone().forEach(d -> aligned.add(new Aligned(d.kind(), d.oid(), picture.moment())));
        return aligned;
    }

    /** Each with a new record: what an earlier run has noted may be out of date. */
    private List<FullCopy.Work> work(List<TableDefinition> tables, Catalog expected, DestinationNames names) {
        Expectation expectation = Expectation.of(expected, spec.objects());
        TableRules settings = TableRules.of(spec, names, expected);
        Map<QualifiedName, List<SchemaStep>> steps = steps(expected, names);
        List<FullCopy.Work> work = new ArrayList<>();
        for (TableDefinition table : tables) {
            if (names.lacks(table.oid())) {
                continue;
            }
            QualifiedName name = names.object(table.oid(), table.name());
            DestinationTable destinationTable = destinationTable(name);
            TableMapping mapping = rules.apply(
                    TableMapper.map(table, destinationTable, settings), table, destinationTable, expected::table);
            TableProgress waiting = TableProgress.waiting(mapping, table.estimatedRows());
            // A partitioned parent holds no rows of its own.
            TableProgress record = mapping.holdsRows() ? waiting : waiting.withState(TableState.CATCHING_UP);
            progress.save(record);
            if (mapping.holdsRows()) {
                work.add(new FullCopy.Work(
                        table,
                        record,
                        // What a guest's rows go into is defined by the table it belongs to.
                        names.isGuest(table.oid()) ? List.of() : Objects.requireNonNullElse(steps.get(name), List.of()),
                        expectation.table(table.oid())));
            }
        }
        return work;
    }

    /** What belongs to one table alone is defined as soon as it is copied; the rest, such as partitioned parents, at the end. */
    private Map<QualifiedName, List<SchemaStep>> steps(Catalog catalog, DestinationNames names) {
        Map<QualifiedName, List<SchemaStep>> byTable = new LinkedHashMap<>();
        if (spec.runs(Phase.SCHEMA)) {
            for (SchemaStep step : schema.plan(catalog, names)) {
                QualifiedName table = step.table();
                if (step.stage() == Stage.AFTER_COPY && table != null) {
                    byTable.computeIfAbsent(table, t -> new ArrayList<>()).add(step);
                }
            }
        }
        return byTable;
    }

    private DestinationTable destinationTable(QualifiedName name) {
        return schema.table(name)
                .orElseThrow(() -> new PenstockException(
                        ErrorKind.REFUSED,
                        "Destination table " + name + " does not exist. Create it, or let the schema phase do so."));
    }
}
