package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.schema.Matched.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tables of a delta, how they belong together, and what they are called before and after. Immutable after construction. */
final class DeltaTables {
    private final SchemaDelta delta;
    private final Map<Integer, QualifiedName> sourceNames;
    private final Existing existing;
    private final Map<Integer, TableDefinition> before;
    private final Map<Integer, TableDefinition> after;
    private final Map<QualifiedName, TableDefinition> beforeByName = new HashMap<>();
    private final Map<Integer, Set<Integer>> parentsBefore;
    private final Map<Integer, Set<Integer>> parentsAfter;
    private final List<Pair<TableDefinition>> pairs;
    private final List<TableDefinition> created;
    private final Map<QualifiedName, QualifiedName> objects = new HashMap<>();

    /**
     * Tables that were there before the task.
     *
     * @param taken whether they are taken with the rows they have
     * @param mixed oids of those with rows that the task has not brought
     */
    record Existing(boolean taken, Set<Integer> mixed) {}

    /**
     * @param sourceNames of the tables, by oid
     */
    DeltaTables(SchemaDelta delta, Map<Integer, QualifiedName> sourceNames, Existing existing) {
        this.existing = existing;
        this.delta = delta;
        this.sourceNames = sourceNames;
        this.before = byOid(delta.before());
        this.after = byOid(delta.after());
        this.parentsBefore = parents(delta.before());
        this.parentsAfter = parents(delta.after());
        Matched<TableDefinition> matched =
                Matched.tables(delta.before().tables(), delta.after().tables());
        this.pairs = matched.pairs();
        this.created = matched.added();
        pairs.forEach(p -> objects.put(p.before().name(), p.after().name()));
        Matched.sequences(delta.before().sequences(), delta.after().sequences())
                .pairs()
                .forEach(p -> objects.put(p.before().name(), p.after().name()));
        Matched.types(delta.before().types(), delta.after().types())
                .pairs()
                .forEach(p -> objects.put(p.before().name(), p.after().name()));
        replacedTypes().forEach(t -> objects.put(t.name(), Move.between(t.name(), t.oid())));
        before.values().forEach(t -> beforeByName.put(t.name(), t));
    }

    private static Map<Integer, TableDefinition> byOid(Catalog catalog) {
        Map<Integer, TableDefinition> tables = new LinkedHashMap<>();
        catalog.tables().forEach(t -> tables.put(t.oid(), t));
        return tables;
    }

    private static Map<Integer, Set<Integer>> parents(Catalog catalog) {
        Map<QualifiedName, Integer> oids = new HashMap<>();
        catalog.tables().forEach(t -> oids.put(t.name(), t.oid()));
        Map<Integer, Set<Integer>> parents = new HashMap<>();
        for (TableDefinition table : catalog.tables()) {
            parents.put(
                    table.oid(),
                    table.parents().stream()
                            .map(oids::get)
                            .filter(oid -> oid != null)
                            .collect(Collectors.toCollection(LinkedHashSet::new)));
        }
        return parents;
    }

    /** Types whose name belongs to another one now, and of which no picture tells where they went. */
    List<TypeDefinition> replacedTypes() {
        Matched<TypeDefinition> types =
                Matched.types(delta.before().types(), delta.after().types());
        return types.gone().stream()
                .filter(old -> types.added().stream().anyMatch(t -> t.name().equals(old.name())))
                .toList();
    }

    /** Whether a table that exists already is taken with the rows it has. */
    boolean takesExisting() {
        return existing.taken();
    }

    /** Whether no rows stand in the table or below it but those that the task has brought. */
    boolean mayEmpty(int table) {
        return family(table).stream().noneMatch(t -> existing.mixed().contains(t.oid()));
    }

    SchemaDelta delta() {
        return delta;
    }

    /** Tables that stay, parents first. */
    List<Pair<TableDefinition>> pairs() {
        return pairs;
    }

    List<Pair<TableDefinition>> pairsChildrenFirst() {
        List<Pair<TableDefinition>> reversed = new ArrayList<>(pairs);
        Collections.reverse(reversed);
        return reversed;
    }

    List<TableDefinition> created() {
        return created;
    }

    /** Tables of the task that are gone. */
    List<TableDefinition> dropped() {
        return dropped(ObjectKind.TABLE)
                .map(d -> before.get(d.oid()))
                .filter(t -> t != null)
                .toList();
    }

    Stream<Dropped> dropped(ObjectKind kind) {
        return delta.dropped().stream().filter(d -> d.kind() == kind);
    }

    /**
     * Whether a partition has another place under the same parent: then it leaves it and comes back, and is on its own in between.
     */
    boolean moved(Pair<TableDefinition> table) {
        String before = table.before().bound();
        return before != null
                && !Objects.equals(renaming().apply(before), table.after().bound());
    }

    /** Those it has in both pictures and in between: what is done to them is done to it. */
    List<Pair<TableDefinition>> constantParents(int table) {
        Set<Integer> constant = new LinkedHashSet<>(parentsBefore.getOrDefault(table, Set.of()));
        constant.retainAll(parentsAfter.getOrDefault(table, Set.of()));
        if (constant.isEmpty() || pairs.stream().anyMatch(p -> p.after().oid() == table && moved(p))) {
            return List.of();
        }
        return pairs.stream().filter(p -> constant.contains(p.after().oid())).toList();
    }

    /** In the picture after, one level down, with the children of both pictures only. */
    List<Pair<TableDefinition>> constantChildren(int table) {
        return pairs.stream()
                .filter(p -> parentsBefore
                                .getOrDefault(p.after().oid(), Set.of())
                                .contains(table)
                        && parentsAfter.getOrDefault(p.after().oid(), Set.of()).contains(table)
                        && !moved(p))
                .toList();
    }

    /** The table and everything below it, as after. */
    List<TableDefinition> family(int table) {
        Set<Integer> found = new LinkedHashSet<>();
        found.add(table);
        // Parents stand before children, so that one pass finds every level.
        for (TableDefinition t : after.values()) {
            if (parentsAfter.getOrDefault(t.oid(), Set.of()).stream().anyMatch(found::contains)) {
                found.add(t.oid());
            }
        }
        return found.stream().map(after::get).filter(t -> t != null).toList();
    }

    boolean rewritten(int table, int reason) {
        return family(table).stream().anyMatch(t -> delta.rewritten(t.oid(), reason));
    }

    Set<Integer> oidsOfParentsBefore(int table) {
        return parentsBefore.getOrDefault(table, Set.of());
    }

    Set<Integer> oidsOfParentsAfter(int table) {
        return parentsAfter.getOrDefault(table, Set.of());
    }

    boolean existed(int table) {
        return before.containsKey(table);
    }

    Optional<TableDefinition> before(int table) {
        return Optional.ofNullable(before.get(table));
    }

    Optional<TableDefinition> after(int table) {
        return Optional.ofNullable(after.get(table));
    }

    /** Brings text of the first picture to the names of the second; columns are those of the table. */
    RenamedText renaming(Pair<TableDefinition> table) {
        return new RenamedText(renamedColumns(table), objects);
    }

    private static Map<String, String> renamedColumns(Pair<TableDefinition> table) {
        Map<String, String> columns = new HashMap<>();
        for (Pair<ColumnDefinition> c :
                Matched.columns(table.before(), table.after()).pairs()) {
            columns.put(c.before().name(), c.after().name());
        }
        return columns;
    }

    /** For text outside of tables, and for types. */
    RenamedText renaming() {
        return new RenamedText(Map.of(), objects);
    }

    String renamed(Pair<TableDefinition> table, ConstraintDefinition constraint) {
        RenamedText own = renaming(table);
        if (constraint.kind() != ConstraintDefinition.Kind.FOREIGN_KEY || constraint.references() == null) {
            return own.apply(constraint.definition());
        }
        TableDefinition referenced = beforeByName.get(constraint.references());
        RenamedText theirs = pairs.stream()
                .filter(p -> p.before() == referenced)
                .findFirst()
                .map(this::renaming)
                .orElseGet(this::renaming);
        return RenamedText.foreignKey(constraint.definition(), own, theirs);
    }

    @Nullable
    QualifiedName renamed(@Nullable QualifiedName object) {
        return object == null ? null : objects.getOrDefault(object, object);
    }

    SchemaChange change(int table, DdlKind kind, String object, List<String> statements) {
        return SchemaChange.of(table, sourceName(table), Optional.of(kind), object, statements);
    }

    QualifiedName sourceName(int table) {
        QualifiedName name = sourceNames.get(table);
        if (name == null) {
            throw new IllegalArgumentException("no table of this delta: " + Integer.toUnsignedString(table));
        }
        return name;
    }
}
