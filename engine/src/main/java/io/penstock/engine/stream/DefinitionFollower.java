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
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.PlainCast;
import io.penstock.core.schema.SchemaChanges;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.definition.SelectedImage;
import io.penstock.engine.definition.SourceModel;
import io.penstock.engine.mapping.TableMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Follows the source's events of changed definitions: plans what the destination has to do for one, and, when that is done, knows the
 * tables as they are from there on. Runs in the reader's thread.
 */
final class DefinitionFollower {
    /** Commands after which a table that was unknown holds nothing but what the stream has brought. */
    private static final Set<String> CREATE_TAGS =
            Set.of("CREATE TABLE", "CREATE TABLE AS", "SELECT INTO", "CREATE SCHEMA");

    private final TaskSpec spec;
    private final DestinationSchema schema;
    private final SourceModel model;
    private final StreamTables tables;
    private final Map<Integer, Integer> rewritten = new HashMap<>();

    DefinitionFollower(TaskSpec spec, DestinationSchema schema, SourceModel model, StreamTables tables) {
        this.spec = spec;
        this.schema = schema;
        this.model = model;
        this.tables = tables;
    }

    /**
     * One event, its part that concerns the task, and what the destination has to do.
     *
     * @param image what changed and is not known yet
     * @param leaving tables of the task that no rule selects any more
     */
    record Plan(
            SchemaEvent event,
            Catalog image,
            List<Dropped> dropped,
            List<TableDefinition> leaving,
            SchemaChanges changes,
            DefinitionWork work) {}

    /** Empty when the event is nothing to the task. */
    Optional<Plan> plan(SchemaEvent event, TransactionReader.Position at) {
        switch (event.kind()) {
            case CAPTURE_FAILED ->
                throw new PenstockException(
                        ErrorKind.DEFINITION_CHANGED,
                        "The source could not log a change of definition before LSN " + Lsn.format(at.lsn()) + ": "
                                + event.tag()
                                + ". Everything before it is applied. Mend what the message says; then run `penstock release`, drop"
                                + " the destination tables and start the task again.");
            case REWRITE -> {
                event.rewritten().forEach(r -> rewritten.merge(r.table(), r.reason(), (a, b) -> a | b));
                return Optional.empty();
            }
            case COMMAND, DROP -> {
                return Optional.ofNullable(concerning(event, at));
            }
        }
        throw new IllegalStateException(String.valueOf(event.kind()));
    }

    private @Nullable Plan concerning(SchemaEvent event, TransactionReader.Position at) {
        Catalog selected = SelectedImage.of(event.image(), spec.objects());
        Catalog image = SelectedImage.without(selected, t -> copied(t.oid(), at));
        List<TableDefinition> leaving = new ArrayList<>();
        for (TableDefinition table : event.image().tables()) {
            boolean stays = selected.tables().stream().anyMatch(t -> t.oid() == table.oid());
            if (!stays && model.table(table.oid()).isPresent() && !copied(table.oid(), at)) {
                leaving.add(table);
            }
        }
        List<Dropped> dropped = event.dropped().stream()
                .filter(d -> d.kind() == ObjectKind.SCHEMA || model.knows(d.oid()))
                .filter(d -> d.kind() != ObjectKind.TABLE || !copied(d.oid(), at))
                .toList();
        boolean types = event.image().types().stream().anyMatch(t -> model.knows(t.oid()))
                || event.image().sequences().stream().anyMatch(s -> model.knows(s.oid()));
        if (image.tables().isEmpty() && leaving.isEmpty() && dropped.isEmpty() && !types) {
            return null;
        }
        if (image.tables().isEmpty()) {
            image = onlyKnown(image);
        }
        SchemaDelta delta = new SchemaDelta(
                model.catalog(event.image().serverVersion()),
                image,
                dropped,
                Map.copyOf(rewritten),
                PlainCast.in(event.query()),
                Set.of());
        rewritten.clear();
        SchemaChanges changes = schema.changes(delta, FollowedDdl.of(spec), model.names());
        DefinitionWork work = new DefinitionWork(
                event,
                at.lsn(),
                at.micros(),
                changes.steps(),
                destinations(image, changes),
                new CompletableFuture<>());
        return new Plan(event, image, dropped, leaving, changes, work);
    }

    private boolean copied(int table, TransactionReader.Position at) {
        TableStream stream = tables.get(table);
        return stream != null && stream.copied(at.xid(), at.lsn());
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
        outcome.failures().forEach((table, failure) -> refuse(plan, table, failure));
        List<TableProgress> added = new ArrayList<>();
        Map<QualifiedName, TableMapping> remapped = new LinkedHashMap<>();
        for (TableDefinition table : plan.image().tables()) {
            Optional<DestinationTable> destination =
                    Optional.ofNullable(outcome.tables().get(table.oid()));
            if (destination.isEmpty()) {
                continue;
            }
            TableMapping mapping = TableMapper.map(table, destination.get(), plan.changes().names());
            TableStream known = tables.get(table.oid());
            if (known == null) {
                TableProgress record = created(plan, table, mapping);
                added.add(record);
                tables.put(table.oid(), new TableStream(record));
            } else {
                requireNoCopy(plan, table);
                remapped.put(known.mapping().source(), mapping);
                tables.put(table.oid(), known.withMapping(mapping));
            }
        }
        return record(plan, added, remapped);
    }

    private TableProgress created(Plan plan, TableDefinition table, TableMapping mapping) {
        boolean empty = CREATE_TAGS.contains(plan.event().tag()) && !tables.overflowed(table.oid());
        if (!empty && mapping.holdsRows()) {
            throw needsCopy(table, "it joined the task with rows of its own");
        }
        requireNoCopy(plan, table);
        return TableProgress.waiting(mapping, 0).withState(TableState.READY);
    }

    private static void requireNoCopy(Plan plan, TableDefinition table) {
        if (plan.changes().copies().contains(table.oid())) {
            throw needsCopy(table, "its rows were rewritten by " + plan.event().tag());
        }
        if (plan.event().unpublished().contains(table.oid())) {
            throw needsCopy(table, "it could not be published while it was created");
        }
    }

    private static PenstockException needsCopy(TableDefinition table, String why) {
        return new PenstockException(
                ErrorKind.DEFINITION_CHANGED,
                "Table " + table.name() + " has to be copied again: " + why + ". This version cannot do that while it"
                        + " follows changes. Run `penstock release`, drop the destination tables and start the task again.");
    }

    private void refuse(Plan plan, int table, DefinitionWork.Failure failure) {
        throw new PenstockException(
                ErrorKind.REFUSED,
                "The destination refused a change of definition ("
                        + model.table(table).map(t -> t.name().toString()).orElse("a type or sequence") + ", "
                        + plan.event().tag() + "): " + failure.why() + " Nothing of its transaction is applied. To be run there: "
                        + String.join("; ", failure.statements()));
    }

    private DefinitionRecord record(Plan plan, List<TableProgress> added, Map<QualifiedName, TableMapping> remapped) {
        List<QualifiedName> leaving = new ArrayList<>();
        List<Dropped> gone = new ArrayList<>(plan.dropped());
        for (Dropped dropped : plan.dropped()) {
            if (dropped.kind() == ObjectKind.TABLE) {
                model.table(dropped.oid()).ifPresent(t -> leave(t, leaving));
            }
        }
        for (TableDefinition table : plan.leaving()) {
            model.table(table.oid()).ifPresent(t -> leave(t, leaving));
            gone.add(new Dropped(ObjectKind.TABLE, table.oid(), table.name()));
        }
        gone.forEach(d -> model.forget(d.oid()));
        DefinitionModel changed = new DefinitionModel(
                plan.image().tables(),
                plan.image().types(),
                plan.image().sequences(),
                plan.changes().names());
        model.put(changed);
        return new DefinitionRecord(changed, gone, added, remapped, leaving);
    }

    private void leave(TableDefinition table, List<QualifiedName> leaving) {
        leaving.add(table.name());
        tables.leave(table.oid(), table.name());
    }
}
