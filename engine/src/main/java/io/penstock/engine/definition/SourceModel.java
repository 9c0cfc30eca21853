package io.penstock.engine.definition;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.schema.TypeDefinition.CompositeType;
import io.penstock.core.schema.TypeDefinition.DomainType;
import io.penstock.core.schema.TypeDefinition.EnumType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The definitions as of the position the reader has reached. One thread. */
public final class SourceModel {
    private final Map<Integer, TableDefinition> tables = new LinkedHashMap<>();
    private final Map<Integer, TypeDefinition> types = new LinkedHashMap<>();
    private final Map<Integer, SequenceDefinition> sequences = new LinkedHashMap<>();
    private DestinationNames names = DestinationNames.SAME;

    public SourceModel(DefinitionModel stored) {
        put(stored);
    }

    /** Adds and replaces by oid; all names are replaced. */
    public void put(DefinitionModel changed) {
        changed.tables().forEach(t -> tables.put(t.oid(), t));
        changed.types().forEach(t -> types.put(t.oid(), t));
        changed.sequences().forEach(s -> sequences.put(s.oid(), s));
        names = changed.names();
    }

    public void forget(int oid) {
        tables.remove(oid);
        types.remove(oid);
        sequences.remove(oid);
    }

    public DestinationNames names() {
        return names;
    }

    public Optional<TableDefinition> table(int oid) {
        return Optional.ofNullable(tables.get(oid));
    }

    public Optional<TableDefinition> table(QualifiedName name) {
        return tables.values().stream().filter(t -> t.name().equals(name)).findFirst();
    }

    /** Whether the type is known, and as another one. */
    public boolean differs(TypeDefinition type) {
        return types.containsKey(type.oid()) && !type.equals(types.get(type.oid()));
    }

    /** Whether the type is known, and had values before, as text, that are none or others by now. */
    public boolean forbidsValues(TypeDefinition type) {
        TypeDefinition before = types.get(type.oid());
        if (before instanceof EnumType was && type instanceof EnumType is) {
            return !new HashSet<>(is.values()).containsAll(was.values());
        }
        if (before instanceof DomainType was && type instanceof DomainType is) {
            Set<String> checks = was.constraints().stream()
                    .map(DomainType.Constraint::definition)
                    .collect(Collectors.toSet());
            return is.notNull() && !was.notNull()
                    || is.constraints().stream().anyMatch(c -> !checks.contains(c.definition()));
        }
        return before instanceof CompositeType was
                && type instanceof CompositeType is
                && !shape(was).equals(shape(is));
    }

    /** Names are not in the values. */
    private static List<String> shape(CompositeType type) {
        return type.attributes().stream().map(a -> a.number() + " " + a.type()).toList();
    }

    /** Whether the sequence is known, and as another one. */
    public boolean differs(SequenceDefinition sequence) {
        return sequences.containsKey(sequence.oid()) && !sequence.equals(sequences.get(sequence.oid()));
    }

    /**
     * Whether something other than these tables is made of the type; rather one time too often.
     *
     * @param users oids of tables
     */
    public boolean usedElsewhere(TypeDefinition type, Set<Integer> users) {
        String name = type.name().toString();
        return tables.values().stream()
                        .filter(t -> !users.contains(t.oid()))
                        .flatMap(t -> t.columns().stream())
                        .anyMatch(c -> c.type().contains(name))
                || types.values().stream().filter(t -> t.oid() != type.oid()).anyMatch(t -> t.toString()
                        .contains(name));
    }

    /** Whether the table, as it is known, has columns of the type or of one made of it; rather one time too often. */
    public boolean uses(int table, int type) {
        Set<String> made = new HashSet<>();
        Optional.ofNullable(types.get(type)).ifPresent(t -> made.add(t.name().toString()));
        boolean grown = !made.isEmpty();
        // Ends: each round adds at least one of finitely many types.
        while (grown) {
            grown = made.addAll(types.values().stream()
                    .filter(t -> made.stream().anyMatch(t.toString()::contains))
                    .map(t -> t.name().toString())
                    .toList());
        }
        return table(table).stream().flatMap(t -> t.columns().stream()).anyMatch(c -> made.stream()
                .anyMatch(c.type()::contains));
    }

    /** Whether another type has its name by now. */
    public boolean replaced(int type) {
        TypeDefinition known = types.get(type);
        return known != null
                && types.values().stream()
                        .anyMatch(t -> t.oid() != type && t.name().equals(known.name()));
    }

    public Set<Integer> tableOids() {
        return Set.copyOf(tables.keySet());
    }

    public Set<QualifiedName> tableNames() {
        return tables.values().stream().map(TableDefinition::name).collect(Collectors.toSet());
    }

    public boolean knows(int oid) {
        return tables.containsKey(oid) || types.containsKey(oid) || sequences.containsKey(oid);
    }

    /** @param serverVersion of the source */
    public Catalog catalog(int serverVersion) {
        List<TableDefinition> ordered = parentsFirst();
        List<String> schemas = Stream.of(
                        types.values().stream().map(TypeDefinition::name),
                        sequences.values().stream().map(SequenceDefinition::name),
                        ordered.stream().map(TableDefinition::name))
                .flatMap(n -> n)
                .map(QualifiedName::schema)
                .distinct()
                .sorted()
                .toList();
        return new Catalog(
                serverVersion,
                schemas,
                List.of(),
                List.of(),
                new ArrayList<>(types.values()),
                new ArrayList<>(sequences.values()),
                ordered);
    }

    private List<TableDefinition> parentsFirst() {
        Map<QualifiedName, TableDefinition> byName = new LinkedHashMap<>();
        tables.values().forEach(t -> byName.put(t.name(), t));
        // By number: the hash of a table walks all of it.
        Map<Integer, TableDefinition> placed = new LinkedHashMap<>();
        byName.values().forEach(t -> place(t, byName, placed));
        return new ArrayList<>(placed.values());
    }

    private static void place(
            @Nullable TableDefinition table,
            Map<QualifiedName, TableDefinition> byName,
            Map<Integer, TableDefinition> placed) {
        if (table == null || placed.containsKey(table.oid())) {
            return;
        }
        table.parents().forEach(parent -> place(byName.get(parent), byName, placed));
        placed.put(table.oid(), table);
    }
}
