package io.penstock.engine.stream;

import io.penstock.core.change.DefinitionRecord;
import io.penstock.core.change.DefinitionWork;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.OnDdlError;
import io.penstock.engine.definition.SourceModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of tables whose change of definition the destination has refused: what comes for them is held from there on, until a person
 * has helped; or the task stops, as the task's file says. Runs in the reader's thread.
 */
final class RefusedChanges {
    private static final Logger log = LoggerFactory.getLogger(RefusedChanges.class);

    private final SourceModel model;
    private final StreamTables tables;
    private final WaitingTables waiting;
    private final NewTables mapped;
    /** By oid, of tables that wait in this run. */
    private final Map<Integer, Since> since = new HashMap<>();

    /** @param lsn commit position of the transaction whose change was refused */
    private record Since(long lsn, String why) {}

    RefusedChanges(SourceModel model, StreamTables tables, WaitingTables waiting, NewTables mapped) {
        this.model = model;
        this.tables = tables;
        this.waiting = waiting;
        this.mapped = mapped;
    }

    /**
     * Tables that do not take the event now.
     *
     * @param tables their oids
     * @param known what is to be kept with the position
     * @param held what is to be held of each: the event, and what has to be known with it; empty when it is held already
     */
    record Refusal(Set<Integer> tables, DefinitionRecord known, Map<Integer, SchemaEvent> held) {}

    /**
     * @param replay whether the event was held before
     * @throws PenstockException REFUSED when the task stops
     */
    Refusal of(DefinitionFollower.Plan plan, DefinitionWork.Refused refused, boolean replay) {
        Set<Integer> group = group(plan, refused.table());
        if (group.isEmpty()) {
            throw stop(plan, refused);
        }
        List<TableProgress> records = new ArrayList<>();
        Map<Integer, SchemaEvent> held = new LinkedHashMap<>();
        for (int oid : group) {
            TableStream known = tables.get(oid);
            TableDefinition definition = definition(plan, oid);
            if (definition == null || policy(plan, definition) == OnDdlError.STOP) {
                throw stop(plan, refused);
            }
            SchemaEvent kept = plan.event();
            if (known == null) {
                kept = plan.event().id() == 0 ? null : created(plan, definition);
            } else if (known.awaitsCopy()) {
                // What waits for a copy has nothing that a person could mend before it.
                throw stop(plan, refused);
            }
            if (kept == null) {
                throw stop(plan, refused);
            }
            TableDefinition cause = oid == refused.table() || !group.contains(refused.table())
                    ? definition
                    : definition(plan, refused.table());
            since.put(oid, new Since(plan.at().lsn(), refused.why()));
            records.add(hold(plan, definition, known).failed(message(plan, refused, definition, cause)));
            if (!replay && plan.event().id() != 0) {
                held.put(oid, kept);
            }
        }
        // One that is being brought forward is recorded as catching up until this is durable.
        waiting.refused(
                replay
                        ? List.of()
                        : records.stream().map(r -> r.mapping().source()).toList());
        return new Refusal(group, record(records), held);
    }

    /** Tables that the event concerns and that cannot take it now. */
    List<TableStream> heldBy(SchemaEvent event) {
        return Stream.concat(
                        event.image().tables().stream().map(TableDefinition::oid),
                        event.rewritten().stream().map(SchemaEvent.Rewrite::table))
                .distinct()
                .flatMap(oid -> Optional.ofNullable(tables.get(oid)).stream())
                .filter(TableStream::queues)
                .toList();
    }

    /** Tables of which values may be held that are none of their type any more after the event. */
    List<TableStream> retypedBy(SchemaEvent event) {
        if (event.image().types().stream().noneMatch(model::forbidsValues)) {
            return List.of();
        }
        List<TableStream> retyped = heldBy(event);
        retyped.stream().filter(TableStream::replaying).forEach(table -> {
            table.requireCopyable();
            waiting.copyAgain(table.mapping().sourceOid(), false);
        });
        return retyped;
    }

    /** Tables for whose sake a type that the event drops stays at the destination. */
    List<TableStream> keepingTypesOf(SchemaEvent event) {
        return event.dropped().stream()
                .filter(d -> d.kind() == ObjectKind.TYPE)
                .flatMap(d -> users(d.oid()))
                .distinct()
                .toList();
    }

    /** What the destination has refused of the table in the transaction that commits there; null when nothing. */
    @Nullable
    String refusedAt(int oid, long lsn) {
        Since known = since.get(oid);
        return known != null && known.lsn() == lsn ? known.why() : null;
    }

    /**
     * Whether the destination cannot lose the type yet: a table has columns of it there, because what took them away waits; or its name is
     * another one's by now. Another look at the source's catalog, when the table goes on, shows that it is gone.
     *
     * @param own oids of tables that are changed together with the type
     */
    boolean keep(int type, Set<Integer> own) {
        return model.replaced(type)
                || users(type).anyMatch(t -> !own.contains(t.mapping().sourceOid()));
    }

    /** Tables that wait and have columns of the type at the destination. */
    Stream<TableStream> users(int type) {
        return model.tableOids().stream()
                .flatMap(oid -> Optional.ofNullable(tables.get(oid)).stream())
                .filter(t -> t.queues() && model.uses(t.mapping().sourceOid(), type));
    }

    private TableProgress hold(DefinitionFollower.Plan plan, TableDefinition definition, @Nullable TableStream known) {
        if (known != null) {
            known.hold(known.held() ? known.lastSeq() : 0);
            known.replay(false);
            return TableProgress.waiting(known.mapping(), -1);
        }
        QualifiedName destination = plan.changes().names().object(definition.oid(), definition.name());
        List<TableMapping.MappedColumn> columns = definition.copiedColumns().stream()
                .map(c -> TableMapping.MappedColumn.absent(c.name(), c.typeOid()))
                .toList();
        TableProgress record = TableProgress.waiting(
                new TableMapping(
                        definition.oid(),
                        definition.name(),
                        destination,
                        definition.identity(),
                        definition.kind() == TableDefinition.Kind.TABLE,
                        columns,
                        false,
                        RowPolicy.EVERYTHING),
                -1);
        tables.put(definition.oid(), new TableStream(record).hold(0));
        return record;
    }

    /** When the table is made, nobody knows any more whether all of its rows came after the event. */
    private SchemaEvent created(DefinitionFollower.Plan plan, TableDefinition table) {
        boolean all = DefinitionFollower.CREATE_TAGS.contains(plan.event().tag()) && !tables.overflowed(table.oid());
        if (all || plan.event().unpublished().contains(table.oid())) {
            return plan.event();
        }
        List<Integer> copied = new ArrayList<>(plan.event().unpublished());
        copied.add(table.oid());
        return plan.event().with(plan.event().rewritten(), copied);
    }

    private @Nullable TableDefinition definition(DefinitionFollower.Plan plan, int oid) {
        return plan.image().tables().stream()
                .filter(t -> t.oid() == oid)
                .findFirst()
                .or(() -> model.table(oid))
                .orElse(null);
    }

    private OnDdlError policy(DefinitionFollower.Plan plan, TableDefinition table) {
        return mapped.rules(plan.image(), model.names())
                .onDdlError(model.table(table.oid()).orElse(table));
    }

    /** What is done to a table is done to those below it, so they wait with it. */
    private Set<Integer> group(DefinitionFollower.Plan plan, int table) {
        Set<Integer> all = new LinkedHashSet<>();
        plan.image().tables().forEach(t -> all.add(t.oid()));
        plan.dropped().stream()
                .filter(d -> d.kind() == ObjectKind.TABLE)
                .filter(d -> model.table(d.oid()).isPresent())
                .map(Dropped::oid)
                .forEach(all::add);
        if (!all.contains(table)) {
            // The step belongs to whatever made it necessary. A type that others use too can wait for nobody.
            return changesSharedParts(plan) ? Set.of() : all;
        }
        Set<Integer> group = new LinkedHashSet<>();
        group.add(table);
        Set<QualifiedName> names = new HashSet<>();
        // Parents come before their children.
        for (TableDefinition t : plan.image().tables()) {
            boolean below = t.parents().stream().anyMatch(names::contains);
            if (below || t.oid() == table) {
                names.add(t.name());
                group.add(t.oid());
            }
        }
        return group;
    }

    private boolean changesSharedParts(DefinitionFollower.Plan plan) {
        Set<QualifiedName> own = new HashSet<>();
        plan.image().tables().forEach(t -> own.add(t.name()));
        return plan.image().types().stream().anyMatch(model::differs)
                || plan.image().sequences().stream().anyMatch(s -> model.differs(s) && !own.contains(s.ownerTable()));
    }

    /** @param cause the table that another one waits for */
    private String message(
            DefinitionFollower.Plan plan,
            DefinitionWork.Refused refused,
            TableDefinition table,
            @Nullable TableDefinition cause) {
        String since = " for a person since LSN " + Lsn.format(plan.at().lsn()) + ": " + refused.why();
        String end = " Its changes are kept meanwhile.";
        // A new table's types and sequences come with it.
        boolean parts = refused.table() == 0 || model.table(table.oid()).isEmpty();
        List<SchemaChange> own = plan.changes().steps().stream()
                .filter(step -> step.tableOid() == table.oid() || step.tableOid() == 0 && parts)
                .toList();
        if (cause != null && cause.oid() != table.oid()) {
            return "Waits with " + cause.name() + since + " Do what is said of " + cause.name()
                    + "; `penstock resume-table` lets the tables below it go on too." + end;
        }
        if (own.stream().anyMatch(SchemaChange::copy)) {
            return "Waits" + since
                    + " Remove at the destination what stands in the way, and change nothing else there; then"
                    + " `penstock resume-table`. The change is made then, and the table is copied again." + end;
        }
        List<String> statements = own.stream()
                .flatMap(step -> step.byHand().statements().stream())
                .toList();
        return "Waits" + since + " Remove at the destination what stands in the way"
                + (statements.isEmpty() ? "" : ", or run there: " + String.join("; ", statements))
                + "; then `penstock resume-table`." + end;
    }

    private PenstockException stop(DefinitionFollower.Plan plan, DefinitionWork.Refused refused) {
        List<String> statements = plan.changes().steps().stream()
                .filter(step -> step.tableOid() == refused.table())
                .flatMap(step -> step.byHand().statements().stream())
                .toList();
        TableDefinition table = definition(plan, refused.table());
        return new PenstockException(
                ErrorKind.REFUSED,
                "The destination refused a change of definition ("
                        + (table == null ? "a type or sequence" : table.name().toString()) + ", "
                        + plan.event().tag() + "): " + refused.why()
                        + " Nothing of its transaction is applied. It would be: " + String.join("; ", statements)
                        + ". Remove at the destination what stands in the way, and run again.");
    }

    private DefinitionRecord record(List<TableProgress> records) {
        records.forEach(r -> log.warn(
                "a table waits for a person table={} why=\"{}\"", r.mapping().source(), r.error()));
        return new DefinitionRecord(
                new DefinitionModel(List.of(), List.of(), List.of(), model.names()),
                List.of(),
                records,
                Map.of(),
                List.of());
    }
}
