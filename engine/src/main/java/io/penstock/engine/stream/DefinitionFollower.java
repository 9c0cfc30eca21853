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
import io.penstock.core.schema.TypeDefinition;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
    static final Set<String> CREATE_TAGS = Set.of("CREATE TABLE", "CREATE TABLE AS", "SELECT INTO", "CREATE SCHEMA");

    private final TaskSpec spec;
    private final DestinationSchema schema;
    private final SourceModel model;
    private final StreamTables tables;
    private final WaitingTables waiting;
    private final CatalogCheck check;
    private final RowRules rules;
    private final long consistentFrom;
    private final NewTables mapped;
    private final RefusedChanges refusals;

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
        this.refusals = new RefusedChanges(model, tables, waiting, mapped);
    }

    void read(SchemaEvent event, TransactionReader.Position at) {
        waiting.eventRead(event.id());
        check.read(event, at);
    }

    RefusedChanges refusals() {
        return refusals;
    }

    /**
     * Which tables an event is applied to.
     *
     * @param replay whether the event was held: then it is for the tables whose held changes are being applied, and for no others
     * @param refused oids of those whose part the destination has just refused
     */
    record Scope(boolean replay, Set<Integer> refused) {
        boolean takes(@Nullable TableStream table, int oid) {
            boolean now = replay ? table != null && table.replaying() : table == null || !table.queues();
            return now && !refused.contains(oid);
        }

        /** What is held of a table that is dropped is worth nothing. */
        boolean drops(@Nullable TableStream table, int oid) {
            return replay ? takes(table, oid) : !refused.contains(oid);
        }
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
     * @param reached where the stream is, which is later for an event that was held
     */
    Optional<Plan> plan(SchemaEvent event, TransactionReader.Position at, Scope scope, long reached) {
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
                return Optional.empty();
            }
            case COMMAND, DROP -> {
                return Optional.ofNullable(concerning(event, at, scope, reached));
            }
        }
        throw new IllegalStateException(String.valueOf(event.kind()));
    }

    private @Nullable Plan concerning(SchemaEvent event, TransactionReader.Position at, Scope scope, long reached) {
        Catalog selected = SelectedImage.of(event.image(), spec.objects());
        Predicate<TableDefinition> leftOut =
                t -> tables.past(t.oid(), at) || !scope.takes(tables.get(t.oid()), t.oid());
        Set<QualifiedName> notNow = selected.tables().stream()
                .filter(leftOut)
                .map(TableDefinition::name)
                .collect(Collectors.toSet());
        Catalog image = withoutPast(SelectedImage.without(selected, leftOut), notNow, at);
        if (scope.replay()) {
            image = withoutFollowed(image);
        }
        Set<Integer> own = oids(image);
        image.tables().forEach(table -> requireNameFree(table, at, scope));
        List<TableDefinition> leaving = new ArrayList<>();
        for (TableDefinition table : event.image().tables()) {
            boolean stays = selected.tables().stream().anyMatch(t -> t.oid() == table.oid());
            if (!stays && model.table(table.oid()).isPresent() && !leftOut.test(table)) {
                leaving.add(table);
            }
        }
        List<Dropped> dropped = event.dropped().stream()
                .filter(d -> d.kind() == ObjectKind.SCHEMA || model.knows(d.oid()) || undefined(d))
                .filter(d -> d.kind() != ObjectKind.TABLE
                        || !tables.past(d.oid(), at) && scope.drops(tables.get(d.oid()), d.oid()))
                .filter(d -> d.kind() != ObjectKind.TYPE || !refusals.keep(d.oid(), own))
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
                rewrites(event, image),
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
                scope.replay() || event.id() == 0 ? oids(image) : Set.of(),
                new CompletableFuture<>());
        return new Plan(event, at, image, dropped, leaving, changes, work);
    }

    /** The records of tables go by name. */
    private void requireNameFree(TableDefinition table, TransactionReader.Position at, Scope scope) {
        tables.forEach(stream -> {
            TableMapping other = stream.mapping();
            if (stream.queues()
                    && other.sourceOid() != table.oid()
                    && other.source().equals(table.name())) {
                String why = scope.replay() ? null : refusals.refusedAt(other.sourceOid(), at.lsn());
                throw new PenstockException(
                        ErrorKind.REFUSED,
                        "Another table is named " + table.name()
                                + " now, while changes of the one that had the name before wait for a"
                                + " person. Nothing of the transaction is applied. "
                                + (why == null
                                        ? "Do what `penstock status` says about it, and `penstock resume-table`; then run again."
                                        // That it waits is not applied either.
                                        : "It waits for something in the same transaction: " + why
                                                + " Remove at the destination what stands in the way, and run again."));
            }
        });
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
        Set<QualifiedName> shared = sharedWithOtherTasks(awaiting);
        awaiting.removeIf(oid -> changes.names().isMixed(oid) || shared.contains(destination(oid)));
        return awaiting;
    }

    private Set<QualifiedName> sharedWithOtherTasks(Set<Integer> oids) {
        return schema.sharedWithOtherTasks(
                oids.stream().map(this::destination).filter(Objects::nonNull).toList());
    }

    private @Nullable QualifiedName destination(int oid) {
        TableStream stream = tables.get(oid);
        return stream == null ? null : stream.mapping().destination();
    }

    /** A table with rows that would not come back is not emptied. */
    private void requireCopyable(SchemaChanges changes) {
        Set<QualifiedName> shared = sharedWithOtherTasks(changes.copies());
        for (int oid : changes.copies()) {
            TableStream stream = tables.get(oid);
            if (stream == null) {
                continue;
            }
            stream.requireCopyable();
            TableMapping mapping = stream.mapping();
            if (!mapping.labelled() && shared.contains(mapping.destination())) {
                throw new PenstockException(ErrorKind.REFUSED, MixedTables.copyAgain(mapping));
            }
        }
    }

    private boolean someHeld() {
        Set<Integer> held = new HashSet<>();
        tables.forEach(stream -> {
            if (stream.held()) {
                held.add(stream.mapping().sourceOid());
            }
        });
        return !held.isEmpty();
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

    private static Set<Integer> oids(Catalog image) {
        return image.tables().stream().map(TableDefinition::oid).collect(Collectors.toSet());
    }

    /** Rewrites of tables that the event is not applied to now are kept with it where it is held. */
    private static Map<Integer, Integer> rewrites(SchemaEvent event, Catalog image) {
        Set<Integer> own = oids(image);
        return event.rewritten().stream()
                .filter(r -> own.contains(r.table()))
                .collect(Collectors.toMap(SchemaEvent.Rewrite::table, SchemaEvent.Rewrite::reason, (a, b) -> a | b));
    }

    /** Types that are known do not wait with a table. */
    Set<Integer> typesFollowed(SchemaEvent event) {
        return event.image().types().stream()
                .map(TypeDefinition::oid)
                .filter(model::knows)
                .collect(Collectors.toSet());
    }

    /** Types and sequences that others use by now are known as they are in an event that has waited, or newer. */
    private Catalog withoutFollowed(Catalog image) {
        Set<QualifiedName> own =
                image.tables().stream().map(TableDefinition::name).collect(Collectors.toSet());
        return SelectedImage.withoutParts(
                image,
                t -> model.knows(t.oid()) && model.usedElsewhere(t, oids(image)),
                s -> model.knows(s.oid()) && !own.contains(s.ownerTable()));
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
        DestinationNames names =
                mapped.withExisting(plan.image(), plan.changes().names(), outcome.existing());
        for (TableDefinition table : plan.image().tables()) {
            if (names.lacks(table.oid())) {
                tables.lack(table.oid(), table.name());
                continue;
            }
            Optional<DestinationTable> destination =
                    Optional.ofNullable(outcome.tables().get(table.oid()));
            if (destination.isEmpty()) {
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
            boolean copy = mustCopy(plan, table) || outcome.byHand().contains(table.oid());
            if (known == null || copy && mapping.holdsRows()) {
                if (outcome.byHand().contains(table.oid()) && known != null) {
                    known.requireCopyable();
                }
                records.add(begin(plan, table, mapping, copy));
            } else {
                tables.put(table.oid(), known.withMapping(mapping));
            }
        }
        return record(plan, names, records, remapped);
    }

    /** Nothing of the plan was done; without the tables of the refusal it is to be made anew. */
    RefusedChanges.Refusal refused(Plan plan, DefinitionWork.Refused why, Scope scope) {
        return refusals.of(plan, why, scope.replay());
    }

    private TableProgress begin(Plan plan, TableDefinition table, TableMapping mapping, boolean copy) {
        TableStream known = tables.get(table.oid());
        boolean empty = known == null && CREATE_TAGS.contains(plan.event().tag()) && !tables.overflowed(table.oid());
        TableProgress waiting = TableProgress.waiting(mapping, 0);
        if (!mapping.holdsRows() || empty && !copy) {
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

    private DefinitionRecord record(
            Plan plan, DestinationNames names, List<TableProgress> records, Map<QualifiedName, TableMapping> remapped) {
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
        // As the task's records call it.
        gone.replaceAll(d -> d.kind() != ObjectKind.TABLE
                ? d
                : model.table(d.oid())
                        .map(t -> new Dropped(ObjectKind.TABLE, t.oid(), t.name()))
                        .orElse(d));
        gone.forEach(d -> model.forget(d.oid()));
        DefinitionModel changed = new DefinitionModel(
                plan.image().tables(), plan.image().types(), plan.image().sequences(), names);
        model.put(changed);
        return new DefinitionRecord(changed, gone, records, remapped, leaving);
    }

    private void leave(int oid, QualifiedName name, List<QualifiedName> leaving) {
        leaving.add(name);
        tables.leave(oid, name);
    }
}
