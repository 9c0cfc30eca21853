package io.penstock.engine.definition;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.schema.TypeDefinition.EnumType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a new picture of the source means for a copy that is under way: tables that are not copied yet become what they are now; those that
 * are copied stay as they were, and the stream brings them forward. Where both are impossible, because tables share a parent, a type or a
 * name, those that are copied are copied again. Pure; one use.
 */
public final class Realignment {
    private final Map<Integer, TableDefinition> before = new LinkedHashMap<>();
    private final Map<Integer, TableDefinition> now = new LinkedHashMap<>();
    private final Map<QualifiedName, Integer> oidsBefore = new HashMap<>();
    private final Map<QualifiedName, Integer> oidsNow = new HashMap<>();
    private final DefinitionModel known;
    private final Catalog picture;
    private final Set<Integer> copied;
    private final Set<Integer> again = new LinkedHashSet<>();
    /** Copied, gone, and in the way of another one of the same name. */
    private final Set<Integer> inTheWay = new HashSet<>();

    private Realignment(DefinitionModel known, Catalog picture, Set<Integer> copied) {
        this.known = known;
        this.picture = picture;
        this.copied = copied;
        known.tables().forEach(t -> before.put(t.oid(), t));
        picture.tables().forEach(t -> now.put(t.oid(), t));
        before.values().forEach(t -> oidsBefore.put(t.name(), t.oid()));
        now.values().forEach(t -> oidsNow.put(t.name(), t.oid()));
    }

    /**
     * The outcome.
     *
     * @param after the picture, but with tables that stay as they were
     * @param staying oids of these and of their sequences
     * @param again oids of tables that were copied and must be copied again
     * @param gone known objects that are in no picture any more and of which nothing stays
     */
    public record Outcome(Catalog after, Set<Integer> staying, Set<Integer> again, List<Dropped> gone) {}

    /** @param copied oids of tables whose rows are there */
    public static Outcome of(DefinitionModel known, Catalog picture, Set<Integer> copied) {
        Realignment one = new Realignment(known, picture, copied);
        one.decide();
        return one.outcome();
    }

    private void decide() {
        if (typesChanged()) {
            now.values().stream()
                    .filter(t -> copied.contains(t.oid()) && usesTypes(t))
                    .forEach(t -> again.add(t.oid()));
        }
        boolean grown = true;
        // Ends: each round adds at least one of finitely many tables.
        while (grown) {
            grown = families() | names();
        }
    }

    /** Definitions of parents are theirs too. */
    private boolean families() {
        boolean grown = false;
        for (Set<Integer> family : allFamilies()) {
            boolean open = family.stream().anyMatch(this::open);
            boolean parentsChanged = family.stream().anyMatch(oid -> isParent(oid) && changed(oid));
            if (open && parentsChanged) {
                for (int oid : family) {
                    boolean there = now.containsKey(oid);
                    grown |= stays(oid) && (there ? again.add(oid) : inTheWay.add(oid));
                }
            }
        }
        return grown;
    }

    /** A name can belong to one table only. */
    private boolean names() {
        boolean grown = false;
        Set<Integer> staying = staying();
        for (TableDefinition table : now.values()) {
            Integer other = oidsBefore.get(table.name());
            boolean taken = !staying.contains(table.oid()) && other != null && other != table.oid();
            if (taken && staying.contains(other)) {
                grown |= now.containsKey(other) ? again.add(other) : inTheWay.add(other);
            }
        }
        return grown;
    }

    /** Whether its rows are there and stay. */
    private boolean stays(int oid) {
        return copied.contains(oid) && !again.contains(oid) && !inTheWay.contains(oid);
    }

    /** Whether its rows are still to be copied. */
    private boolean open(int oid) {
        TableDefinition table = now.get(oid);
        return table != null && table.kind() == TableDefinition.Kind.TABLE && !stays(oid);
    }

    private boolean changed(int oid) {
        TableDefinition was = before.get(oid);
        TableDefinition is = now.get(oid);
        return was != null && (is == null || !was.defines(is));
    }

    private boolean isParent(int oid) {
        return isParent(before, before.get(oid)) || isParent(now, now.get(oid));
    }

    private static boolean isParent(Map<Integer, TableDefinition> tables, @Nullable TableDefinition table) {
        return table != null
                && (table.kind() == TableDefinition.Kind.PARTITIONED
                        || tables.values().stream().anyMatch(t -> t.parents().contains(table.name())));
    }

    /** Tables that belong together now or did before. */
    private List<Set<Integer>> allFamilies() {
        Map<Integer, Set<Integer>> families = new HashMap<>();
        before.keySet().forEach(oid -> families.put(oid, new LinkedHashSet<>(Set.of(oid))));
        now.keySet().forEach(oid -> families.putIfAbsent(oid, new LinkedHashSet<>(Set.of(oid))));
        before.values().forEach(t -> t.parents().forEach(p -> join(families, t.oid(), oidsBefore.get(p))));
        now.values().forEach(t -> t.parents().forEach(p -> join(families, t.oid(), oidsNow.get(p))));
        return families.values().stream().filter(f -> f.size() > 1).distinct().toList();
    }

    private static void join(Map<Integer, Set<Integer>> families, int child, @Nullable Integer parent) {
        Set<Integer> one = families.get(child);
        Set<Integer> other = parent == null ? null : families.get(parent);
        if (one != null && other != null && one != other) {
            one.addAll(other);
            other.forEach(oid -> families.put(oid, one));
        }
    }

    /** Whether a type is another one than before; a new value of an enum disturbs nobody. */
    private boolean typesChanged() {
        Map<Integer, TypeDefinition> types = new HashMap<>();
        picture.types().forEach(t -> types.put(t.oid(), t));
        return !replaced().isEmpty()
                || known.types().stream().anyMatch(was -> {
                    TypeDefinition is = types.get(was.oid());
                    return is != null && !is.equals(was) && !grown(was, is);
                });
    }

    private static boolean grown(TypeDefinition was, TypeDefinition is) {
        return was instanceof EnumType w
                && is instanceof EnumType i
                && w.name().equals(i.name())
                && new HashSet<>(i.values()).containsAll(w.values());
    }

    /** Types whose name is another one's now. */
    private List<TypeDefinition> replaced() {
        Map<QualifiedName, Integer> names = new HashMap<>();
        picture.types().forEach(t -> names.put(t.name(), t.oid()));
        Set<Integer> there = picture.types().stream().map(TypeDefinition::oid).collect(Collectors.toSet());
        return known.types().stream()
                .filter(t -> !there.contains(t.oid()) && names.containsKey(t.name()))
                .toList();
    }

    /** Types of users are written with their schema. */
    private static boolean usesTypes(TableDefinition table) {
        return table.columns().stream().anyMatch(c -> c.type().contains("."));
    }

    /** Those with rows, and the parents of families of which nothing is left to copy. */
    private Set<Integer> staying() {
        Set<Integer> staying = new HashSet<>();
        before.keySet().stream().filter(this::stays).forEach(staying::add);
        for (Set<Integer> family : allFamilies()) {
            boolean anyCopied = family.stream().anyMatch(this::stays);
            if (anyCopied && family.stream().noneMatch(this::open)) {
                family.stream()
                        .filter(before::containsKey)
                        .filter(oid -> !inTheWay.contains(oid))
                        .forEach(staying::add);
            }
        }
        return staying;
    }

    /** Those that belong to a table stay with it. */
    private List<SequenceDefinition> sequences(Set<Integer> staying) {
        Map<Integer, SequenceDefinition> were = new HashMap<>();
        known.sequences().forEach(s -> were.put(s.oid(), s));
        List<SequenceDefinition> sequences = new ArrayList<>();
        for (SequenceDefinition is : picture.sequences()) {
            SequenceDefinition was = were.get(is.oid());
            QualifiedName owner = was == null ? is.ownerTable() : was.ownerTable();
            Integer table = owner == null ? null : (was == null ? oidsNow : oidsBefore).get(owner);
            boolean stays = table != null && staying.contains(table);
            if (stays) {
                staying.add(is.oid());
            }
            if (stays && was != null) {
                sequences.add(was);
            } else if (!stays) {
                sequences.add(is);
            }
        }
        return sequences;
    }

    private Outcome outcome() {
        Set<Integer> staying = staying();
        List<TableDefinition> tables = new ArrayList<>();
        now.values().stream().filter(t -> !staying.contains(t.oid())).forEach(tables::add);
        staying.forEach(oid -> Optional.ofNullable(before.get(oid)).ifPresent(tables::add));
        List<SequenceDefinition> sequences = sequences(staying);
        Catalog after = new SourceModel(new DefinitionModel(tables, picture.types(), sequences, known.names()))
                .catalog(picture.serverVersion());
        List<Dropped> gone = new ArrayList<>();
        for (TableDefinition table : before.values()) {
            if (!now.containsKey(table.oid()) && !staying.contains(table.oid())) {
                gone.add(new Dropped(ObjectKind.TABLE, table.oid(), table.name()));
            }
        }
        replaced().forEach(t -> gone.add(new Dropped(ObjectKind.TYPE, t.oid(), t.name())));
        return new Outcome(after, staying, Set.copyOf(again), List.copyOf(gone));
    }
}
