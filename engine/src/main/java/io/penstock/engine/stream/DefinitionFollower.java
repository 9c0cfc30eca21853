package io.penstock.engine.stream;

import io.penstock.core.change.DefinitionRecord;
import io.penstock.core.change.DefinitionWork;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.relation.MixedTables;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.PlainCast;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaChanges;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.OnDdlError;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.definition.AheadOfStream;
import io.penstock.engine.definition.SelectedImage;
import io.penstock.engine.definition.SourceModel;
import io.penstock.engine.mapping.RowRules;
import io.penstock.engine.mapping.TableMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the source's events of changed definitions: plans what the destination has to do for one, and, when that is done, knows the
 * tables as they are from there on. Runs in the reader's thread.
 */
final class DefinitionFollower {
    private static final Logger log = LoggerFactory.getLogger(DefinitionFollower.class);
    /** Commands after which a table that was unknown holds nothing but what the stream has brought. */
    private static final Set<String> CREATE_TAGS =
            Set.of("CREATE TABLE", "CREATE TABLE AS", "SELECT INTO", "CREATE SCHEMA");

    private final TaskSpec spec;
    private final DestinationSchema schema;
    private final SourceModel model;
    private final StreamTables tables;
    private final WaitingTables waiting;
    private final CatalogCheck check;
    private final RowRules rules;
    private final long consistentFrom;
    private final NewTables mapped;
    private final Map<Integer, Integer> rewritten = new HashMap<>();

    /** @param consistentFrom position at which all tables show one moment for the first time; 0 when they did before */
    // Long because it brings together what the stream, the destination and the task's file say.
    DefinitionFollower(
            TaskSpec spec,
            DestinationSchema schema,
            SourceModel model,
            StreamTables tables,
            WaitingTables waiting,
            CatalogCheck check,
            RowRules rules,
            long consistentFrom) {
        this.check = check;
        this.rules = rules;
        this.consistentFrom = consistentFrom;
        this.spec = spec;
        this.schema = schema;
        this.model = model;
        this.tables = tables;
        this.waiting = waiting;
        this.mapped = new NewTables(spec, model, schema);
    }

    void read(SchemaEvent event, TransactionReader.Position at) {
        waiting.eventRead(event.id());
        check.read(event, at);
    }

    /** Tables that the event concerns and that cannot take it now. */
    List<TableStream> heldBy(SchemaEvent event) {
        return Stream.concat(
                        event.image().tables().stream().map(TableDefinition::oid),
                        event.rewritten().stream().map(SchemaEvent.Rewrite::table))
                .flatMap(oid -> Optional.ofNullable(tables.get(oid)).stream())
                .filter(TableStream::queues)
                .toList();
    }

    /**
     * One event, its part that concerns the task, and what the destination has to do.
     *
     * @param image what changed and is not known yet
     * @param leaving tables of the task that no rule selects any more
     */
    record Plan(
            SchemaEvent event,
            TransactionReader.Position at,
            Catalog image,
            List<Dropped> dropped,
            List<TableDefinition> leaving,
            SchemaChanges changes,
            DefinitionWork work) {}

    /**
     * Empty when the event is nothing to the task.
     *
     * @param now which of the tables that are known the event may be applied to
     * @param reached where the stream is, which is later for an event that was held
     */
    Optional<Plan> plan(SchemaEvent event, TransactionReader.Position at, Predicate<TableStream> now, long reached) {
        switch (event.kind()) {
            case CAPTURE_FAILED -> {
                // The source counts it too, so it is not forgotten if this process dies now.
                log.warn(
                        "the source could not log a change of definition why=\"{}\" lsn={}",
                        event.tag(),
                        Lsn.format(at.lsn()));
                check.want(at);
                return Optional.empty();
            }
            case REWRITE -> {
                event.rewritten().forEach(r -> rewritten.merge(r.table(), r.reason(), (a, b) -> a | b));
                return Optional.empty();
            }
            case COMMAND, DROP -> {
                return Optional.ofNullable(concerning(event, at, now, reached));
            }
        }
        throw new IllegalStateException(String.valueOf(event.kind()));
    }

    private @Nullable Plan concerning(
            SchemaEvent event, TransactionReader.Position at, Predicate<TableStream> now, long reached) {
        event.rewritten().forEach(r -> rewritten.merge(r.table(), r.reason(), (a, b) -> a | b));
        Map<Integer, Integer> rewrites = Map.copyOf(rewritten);
        rewritten.clear();
        Catalog selected = SelectedImage.of(event.image(), spec.objects());
        Predicate<TableDefinition> leftOut = t -> tables.past(t.oid(), at) || !may(t.oid(), now);
        Set<QualifiedName> notNow = selected.tables().stream()
                .filter(leftOut)
                .map(TableDefinition::name)
                .collect(Collectors.toSet());
        Catalog image = withoutPast(SelectedImage.without(selected, leftOut), notNow, at);
        image.tables().forEach(this::requireNameFree);
        List<TableDefinition> leaving = new ArrayList<>();
        for (TableDefinition table : event.image().tables()) {
            boolean stays = selected.tables().stream().anyMatch(t -> t.oid() == table.oid());
            if (!stays && model.table(table.oid()).isPresent() && !tables.past(table.oid(), at)) {
                leaving.add(table);
            }
        }
        List<Dropped> dropped = event.dropped().stream()
                .filter(d -> d.kind() == ObjectKind.SCHEMA || model.knows(d.oid()) || undefined(d))
                .filter(d -> d.kind() != ObjectKind.TABLE || !tables.past(d.oid(), at))
                .toList();
        boolean types = image.types().stream().anyMatch(t -> model.knows(t.oid()))
                || image.sequences().stream().anyMatch(s -> model.knows(s.oid()));
        if (image.tables().isEmpty() && leaving.isEmpty() && dropped.isEmpty() && !types) {
            return null;
        }
        if (image.tables().isEmpty()) {
            image = onlyKnown(image);
        }
        SchemaDelta delta = new SchemaDelta(
                model.catalog(event.image().serverVersion()),
                SelectedImage.completed(image, selected, model),
                dropped.stream().filter(d -> !undefined(d)).toList(),
                rewrites,
                PlainCast.in(event.query()),
                model.tableNames());
        SchemaChanges changes = schema.changes(delta, FollowedDdl.of(spec), model.names());
        mapped.requireNames(image, changes.names());
        requireCopyable(changes);
        DefinitionWork work = new DefinitionWork(
                event,
                at.lsn(),
                at.micros(),
                possible(changes.steps(), reached),
                destinations(image, changes),
                awaitingCopy(image, changes),
                someHeld(),
                new CompletableFuture<>());
        return new Plan(event, at, image, dropped, leaving, changes, work);
    }

    /** The records of tables go by name. */
    private void requireNameFree(TableDefinition table) {
        TableDefinition other = model.table(table.name()).orElse(table);
        TableStream stream = tables.get(other.oid());
        if (other.oid() != table.oid() && stream != null && stream.queues()) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "Another table is named " + table.name()
                            + " now, while changes of the one that had the name before wait for a"
                            + " person. Nothing of the transaction is applied. Do what `penstock status` says about it, and"
                            + " `penstock resume-table`; then run again.");
        }
    }

    /** What the table holds at the destination is to be replaced, so it is no reason to refuse a definition. */
    private Set<Integer> awaitingCopy(Catalog image, SchemaChanges changes) {
        Set<Integer> awaiting = new HashSet<>(changes.copies());
        for (TableDefinition table : image.tables()) {
            TableStream stream = tables.get(table.oid());
            if (stream != null && stream.awaitsCopy()) {
                awaiting.add(table.oid());
            }
        }
        awaiting.removeIf(changes.names()::isMixed);
        return awaiting;
    }

    /** A table with rows that would not come back is not emptied. */
    private void requireCopyable(SchemaChanges changes) {
        for (int oid : changes.copies()) {
            TableStream stream = tables.get(oid);
            if (stream != null && stream.keepsRows()) {
                throw new PenstockException(ErrorKind.REFUSED, MixedTables.copyAgain(stream.mapping()));
            }
        }
    }

    private boolean someHeld() {
        return model.tableOids().stream().map(tables::get).anyMatch(stream -> stream != null && stream.held());
    }

    /**
     * Types and sequences have no rows, but what is known of them may be ahead of the stream too. And a sequence goes with its table.
     *
     * @param leftOut tables that the event is not applied to now
     */
    private Catalog withoutPast(Catalog image, Set<QualifiedName> leftOut, TransactionReader.Position at) {
        AheadOfStream ahead = tables.ahead();
        return SelectedImage.withoutParts(
                image,
                t -> ahead.contains(ObjectKind.TYPE, t.oid(), at.xid(), at.lsn()),
                s -> ahead.contains(ObjectKind.SEQUENCE, s.oid(), at.xid(), at.lsn())
                        || leftOut.stream().anyMatch(t -> t.equals(s.ownerTable())));
    }

    /** As long as tables show different moments no key between them holds; those that are missing are defined when they show one. */
    private List<SchemaChange> possible(List<SchemaChange> steps, long reached) {
        boolean consistent = Long.compareUnsigned(reached, consistentFrom) >= 0;
        return steps.stream()
                .filter(s -> consistent || s.stage() != Stage.WHEN_CONSISTENT)
                .toList();
    }

    /** A table of which only rows have come, so that the destination does not have it. */
    private boolean undefined(Dropped dropped) {
        return dropped.kind() == ObjectKind.TABLE
                && tables.get(dropped.oid()) != null
                && model.table(dropped.oid()).isEmpty();
    }

    private boolean may(int table, Predicate<TableStream> now) {
        TableStream stream = tables.get(table);
        return stream == null || now.test(stream);
    }

    /** Types and sequences of other people's tables are not created. */
    private Catalog onlyKnown(Catalog image) {
        return new Catalog(
                image.serverVersion(),
                image.schemas(),
                image.extensions(),
                image.functions(),
                image.types().stream().filter(t -> model.knows(t.oid())).toList(),
                image.sequences().stream().filter(s -> model.knows(s.oid())).toList(),
                List.of());
    }

    private static Map<Integer, QualifiedName> destinations(Catalog image, SchemaChanges changes) {
        Map<Integer, QualifiedName> names = new HashMap<>();
        for (TableDefinition table : image.tables()) {
            if (!changes.names().lacks(table.oid())) {
                names.put(table.oid(), changes.names().object(table.oid(), table.name()));
            }
        }
        return names;
    }

    /** Takes over what the destination has done. Returns what is to be kept with the position. */
    DefinitionRecord done(Plan plan, DefinitionWork.Outcome outcome) {
        List<TableProgress> records = new ArrayList<>();
        Map<QualifiedName, TableMapping> remapped = new LinkedHashMap<>();
        outcome.failures().forEach((table, failure) -> records.add(refused(plan, table, failure)));
        DestinationNames names =
                mapped.withExisting(plan.image(), plan.changes().names(), outcome.existing());
        for (TableDefinition table : plan.image().tables()) {
            if (names.lacks(table.oid())) {
                tables.lack(table.oid(), table.name());
                continue;
            }
            Optional<DestinationTable> destination =
                    Optional.ofNullable(outcome.tables().get(table.oid()));
            if (destination.isEmpty() || outcome.failures().containsKey(table.oid())) {
                continue;
            }
            TableMapping mapping = rules.apply(
                    TableMapper.map(table, destination.get(), mapped.rules(plan.image(), names)),
                    table,
                    destination.get(),
                    name -> plan.image().table(name).or(() -> model.table(name)));
            TableStream known = tables.get(table.oid());
            if (known != null) {
                remapped.put(known.mapping().source(), mapping);
            }
            if (known == null || mustCopy(plan, table)) {
                records.add(begin(plan, table, mapping));
            } else {
                tables.put(table.oid(), known.withMapping(mapping));
            }
        }
        return record(plan, new Done(outcome, names), records, remapped);
    }

    /** What came of a plan. */
    private record Done(DefinitionWork.Outcome outcome, DestinationNames names) {}

    private TableProgress begin(Plan plan, TableDefinition table, TableMapping mapping) {
        TableStream known = tables.get(table.oid());
        boolean empty = known == null && CREATE_TAGS.contains(plan.event().tag()) && !tables.overflowed(table.oid());
        TableProgress waiting = TableProgress.waiting(mapping, 0);
        if (!mapping.holdsRows() || empty && !mustCopy(plan, table)) {
            TableProgress ready = waiting.withState(TableState.READY);
            tables.put(table.oid(), new TableStream(ready));
            return ready;
        }
        boolean publish = plan.event().unpublished().contains(table.oid());
        if (known != null && known.held()) {
            // A copy is under way or yet to come, perhaps only after other changes that are held.
            tables.put(table.oid(), known.withMapping(mapping).awaitCopy(true));
            this.waiting.copyAgain(table.oid(), publish);
        } else {
            tables.put(table.oid(), new TableStream(waiting).hold(0).awaitCopy(true));
            // Before the transaction is durable nobody else sees the table as it is now.
            this.waiting.copy(new WaitingTables.Copy(table.oid(), plan.at().lsn() + 1, publish));
        }
        return waiting.withState(TableState.COPYING);
    }

    private static boolean mustCopy(Plan plan, TableDefinition table) {
        return plan.changes().copies().contains(table.oid())
                || plan.event().unpublished().contains(table.oid());
    }

    /** The table's changes are held from here on, or the task stops: the user's choice. */
    private TableProgress refused(Plan plan, int table, DefinitionWork.Failure failure) {
        TableStream stream = tables.get(table);
        OnDdlError policy = model.table(table)
                .map(t -> mapped.rules(plan.image(), model.names()).onDdlError(t))
                .orElse(spec.onDdlError());
        // What waits for a copy has nothing that a person could mend before it.
        if (stream == null || stream.awaitsCopy() || policy == OnDdlError.STOP) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "The destination refused a change of definition ("
                            + model.table(table).map(t -> t.name().toString()).orElse("a type or sequence") + ", "
                            + plan.event().tag() + "): " + failure.why()
                            + " Nothing of its transaction is applied. It would be: "
                            + String.join("; ", failure.statements()));
        }
        stream.hold(stream.held() ? stream.lastSeq() : 0);
        stream.replay(false);
        waiting.refused();
        return TableProgress.waiting(stream.mapping(), -1)
                .failed("Waits for a person since LSN " + Lsn.format(plan.at().lsn()) + ": " + failure.why()
                        + " Run at the destination: "
                        + String.join("; ", failure.statements())
                        + "; then `penstock resume-table`. Its changes are kept meanwhile.");
    }

    private DefinitionRecord record(
            Plan plan, Done done, List<TableProgress> records, Map<QualifiedName, TableMapping> remapped) {
        List<QualifiedName> leaving = new ArrayList<>();
        List<Dropped> gone = new ArrayList<>(plan.dropped());
        for (Dropped dropped : plan.dropped()) {
            if (dropped.kind() == ObjectKind.TABLE) {
                Optional.ofNullable(tables.get(dropped.oid()))
                        .filter(t -> undefined(dropped))
                        .ifPresent(t -> leave(dropped.oid(), t.mapping().source(), leaving));
                model.table(dropped.oid()).ifPresent(t -> leave(t.oid(), t.name(), leaving));
            }
        }
        for (TableDefinition table : plan.leaving()) {
            model.table(table.oid()).ifPresent(t -> leave(t.oid(), t.name(), leaving));
            gone.add(new Dropped(ObjectKind.TABLE, table.oid(), table.name()));
        }
        gone.forEach(d -> model.forget(d.oid()));
        DefinitionModel changed = new DefinitionModel(
                plan.image().tables().stream()
                        .filter(t -> !done.outcome().failures().containsKey(t.oid()))
                        .toList(),
                plan.image().types(),
                plan.image().sequences(),
                done.names());
        model.put(changed);
        return new DefinitionRecord(changed, gone, records, remapped, leaving);
    }

    private void leave(int oid, QualifiedName name, List<QualifiedName> leaving) {
        leaving.add(name);
        tables.leave(oid, name);
    }
}
