package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives names to what the destination does not know yet. Children come after their parents: they have the columns of these as these have
 * them. One use.
 */
public final class NewNames {
    /** NAMEDATALEN - 1. */
    private static final int MAX_BYTES = 63;

    private final TaskNames task;
    private final Catalog before;
    private final Catalog after;
    private final Map<QualifiedName, TableDefinition> tables = new HashMap<>();
    /** Tables that have their name. */
    private final Set<Integer> named = new HashSet<>();
    /** Names of relations at the destination; null until somebody asks. */
    private @Nullable Set<QualifiedName> taken;

    /** @param before what is known, under {@code after} what is known then */
    public NewNames(TaskNames task, Catalog before, Catalog after) {
        this.task = task;
        this.before = before;
        this.after = after;
        before.tables().forEach(t -> {
            tables.put(t.name(), t);
            named.add(t.oid());
        });
        after.tables().forEach(t -> tables.put(t.name(), t));
    }

    /** Everything in the second picture. */
    DestinationNames all() {
        DestinationNames names = DestinationNames.SAME;
        for (TypeDefinition type : after.types()) {
            names = type(names, type);
        }
        for (TableDefinition table : after.tables()) {
            names = table(names, table);
        }
        for (TableDefinition table : after.tables()) {
            names = parts(names, table, table.constraints(), table.indexes());
        }
        for (SequenceDefinition sequence : after.sequences()) {
            names = sequence(names, sequence);
        }
        return names;
    }

    /** A new table and its columns; its constraints and indexes are for {@link #parts}. */
    public DestinationNames table(DestinationNames known, TableDefinition table) {
        DestinationNames names = known.withMixed(table.oid(), task.takesExistingTables());
        if (task.isSame()) {
            return names;
        }
        QualifiedName name = tableName(names, table);
        Optional<TableDefinition> host = host(names, table, name);
        names = names.named(table.oid(), table.name(), name);
        for (ColumnDefinition column : table.columns()) {
            names = column(names, table, column);
        }
        names = withoutUncomputable(names, table);
        if (host.isPresent()) {
            names = names.withGuest(table.oid())
                    .withMixed(table.oid(), true)
                    .withMixed(host.get().oid(), true);
        }
        taken(names).add(name);
        named.add(table.oid());
        return names;
    }

    /** The table that has the name already, when the file says of both that they shall have it. */
    private Optional<TableDefinition> host(DestinationNames names, TableDefinition table, QualifiedName name) {
        if (task.explicit(task.settings(names, table)).isEmpty()) {
            return Optional.empty();
        }
        return tables.values().stream()
                .filter(t -> t.oid() != table.oid() && named.contains(t.oid()) && !names.isGuest(t.oid()))
                .filter(t -> names.object(t.oid(), t.name()).equals(name)
                        && task.explicit(task.settings(names, t)).equals(Optional.of(name)))
                .findFirst();
    }

    /** What the file calls the table as it is here. */
    public QualifiedName tableName(DestinationNames names, TableDefinition table) {
        // A partition that lives apart from its parent at the source does so here.
        QualifiedName parent = parent(table)
                .filter(p -> table.isPartition()
                        && p.name().schema().equals(table.name().schema()))
                .map(p -> names.object(p.oid(), p.name()))
                .orElse(null);
        return task.table(table.name(), task.settings(names, table), parent);
    }

    /** Whether the file gives the table a name of its own, which it keeps. */
    public boolean isExplicit(DestinationNames names, TableDefinition table) {
        return task.explicit(task.settings(names, table)).isPresent();
    }

    /** The name under which the file has the table's settings, empty when it has none. */
    public Optional<QualifiedName> settings(DestinationNames names, TableDefinition table) {
        return Optional.of(task.settings(names, table)).filter(task::hasSettings);
    }

    private Optional<TableDefinition> parent(TableDefinition table) {
        return table.parents().stream().findFirst().flatMap(p -> Optional.ofNullable(tables.get(p)));
    }

    /** A parent's column. */
    private record Inherited(TableDefinition table, ColumnDefinition column) {}

    private Optional<Inherited> inherited(TableDefinition table, String column) {
        return table.parents().stream()
                .flatMap(name -> Optional.ofNullable(tables.get(name)).stream())
                .flatMap(parent -> parent.columns().stream()
                        .filter(theirs -> theirs.name().equals(column))
                        .map(theirs -> new Inherited(parent, theirs)))
                .findFirst();
    }

    /** Whether the destination is not to have the column. */
    public boolean excludes(DestinationNames names, TableDefinition table, String column) {
        return inherited(table, column)
                .map(i -> names.lacksColumn(i.table().oid(), i.column().number()))
                .orElseGet(() -> task.excludes(task.settings(names, table), column));
    }

    public String columnName(DestinationNames names, TableDefinition table, String column) {
        return inherited(table, column)
                .map(i -> names.column(
                        i.table().oid(), i.column().number(), i.column().name()))
                .orElseGet(() -> task.column(task.settings(names, table), column));
    }

    /** Whether the file gives the column a name of its own, which it keeps. */
    public boolean isExplicit(DestinationNames names, TableDefinition table, String column) {
        return inherited(table, column).isEmpty() && task.renames(task.settings(names, table), column);
    }

    /**
     * Whether the file says by this column how the table is keyed or distributed; then it keeps the name.
     *
     * @param column at the source
     * @param destination what it is called there
     */
    public boolean laysOutBy(DestinationNames names, TableDefinition table, String column, String destination) {
        return inherited(table, column).isEmpty() && task.laysOutBy(task.settings(names, table), destination);
    }

    /** A new column. */
    public DestinationNames column(DestinationNames names, TableDefinition table, ColumnDefinition column) {
        if (column.added()) {
            return names;
        }
        if (excludes(names, table, column.name())) {
            return names.withoutColumn(table.oid(), column.number());
        }
        String name = columnName(names, table, column.name());
        return name.equals(column.name()) ? names : names.withColumn(table.oid(), column.number(), name);
    }

    /** Columns that the destination would compute from one it does not have. */
    private static DestinationNames withoutUncomputable(DestinationNames known, TableDefinition table) {
        Set<String> lacking = lacking(known, table);
        DestinationNames names = known;
        for (ColumnDefinition column : table.columns()) {
            if (isUncomputable(column, lacking)) {
                names = names.withoutColumn(table.oid(), column.number());
            }
        }
        return names;
    }

    static boolean isUncomputable(ColumnDefinition column, Set<String> lacking) {
        return column.generated() != ColumnDefinition.Generated.NO
                && column.defaultExpression() != null
                && ColumnMentions.any(column.defaultExpression(), lacking);
    }

    /** Names at the source of the columns that the destination does not have. */
    public static Set<String> lacking(DestinationNames names, TableDefinition table) {
        return table.columns().stream()
                .filter(c -> names.lacksColumn(table.oid(), c.number()))
                .map(ColumnDefinition::name)
                .collect(Collectors.toSet());
    }

    /** New constraints and indexes: those of columns that are left out are left out, and no two relations get one name. */
    public DestinationNames parts(
            DestinationNames known,
            TableDefinition table,
            Collection<ConstraintDefinition> constraints,
            Collection<IndexDefinition> indexes) {
        if (task.isSame() || known.isGuest(table.oid())) {
            return known;
        }
        DestinationNames names = known;
        Set<String> lacking = lacking(names, table);
        for (ConstraintDefinition constraint : constraints) {
            if (!possible(names, constraint, lacking)) {
                names = names.without(constraint.oid());
            }
        }
        for (IndexDefinition index : indexes) {
            if (index.columns().stream().anyMatch(lacking::contains) || ColumnMentions.any(index.tail(), lacking)) {
                names = names.without(index.oid());
            } else {
                names = free(names, table, index);
            }
        }
        return names;
    }

    /** Whether the destination has all columns of both ends. */
    public boolean possible(DestinationNames names, ConstraintDefinition constraint, Set<String> lacking) {
        if (constraint.columns().stream().anyMatch(lacking::contains)) {
            return false;
        }
        if (constraint.kind() != ConstraintDefinition.Kind.FOREIGN_KEY) {
            return !ColumnMentions.any(constraint.definition(), lacking);
        }
        TableDefinition other = constraint.references() == null ? null : tables.get(constraint.references());
        int at = constraint.definition().indexOf(" REFERENCES ");
        return other == null
                || at < 0
                || !ColumnMentions.any(constraint.definition().substring(at), lacking(names, other));
    }

    private DestinationNames free(DestinationNames names, TableDefinition table, IndexDefinition index) {
        QualifiedName owner = names.object(table.oid(), table.name());
        QualifiedName wanted = new QualifiedName(owner.schema(), index.name());
        QualifiedName free = free(names, wanted, owner.table());
        if (free.equals(wanted)) {
            return names;
        }
        DestinationNames changed = names.withPart(index.oid(), free.table());
        for (ConstraintDefinition constraint : table.constraints()) {
            if (index.constraint() && constraint.name().equals(index.name())) {
                changed = changed.withPart(constraint.oid(), free.table());
            }
        }
        return changed;
    }

    /** Takes the name, or, where another relation has it, one with the table's name in front. */
    private QualifiedName free(DestinationNames names, QualifiedName wanted, String prefix) {
        Set<QualifiedName> all = taken(names);
        QualifiedName name = wanted;
        // Ends: each round tries another of infinitely many names.
        for (int round = 1; !all.add(name); round++) {
            String number = round == 1 ? "" : "_" + round;
            name = new QualifiedName(
                    wanted.schema(), cut(prefix + "_" + wanted.table(), MAX_BYTES - number.length()) + number);
        }
        return name;
    }

    private static String cut(String text, int bytes) {
        String left = text;
        while (left.getBytes(StandardCharsets.UTF_8).length > bytes) {
            left = left.substring(0, left.offsetByCodePoints(left.length(), -1));
        }
        return left;
    }

    private Set<QualifiedName> taken(DestinationNames names) {
        Set<QualifiedName> all = taken;
        if (all == null) {
            all = new HashSet<>();
            for (TableDefinition table : before.tables()) {
                QualifiedName name = names.object(table.oid(), table.name());
                all.add(name);
                for (IndexDefinition index : table.indexes()) {
                    all.add(new QualifiedName(name.schema(), names.part(index.oid(), index.name())));
                }
            }
            for (SequenceDefinition sequence : before.sequences()) {
                all.add(names.object(sequence.oid(), sequence.name()));
            }
            taken = all;
        }
        return all;
    }

    /** A new sequence; one that belongs to a column lives beside its table. */
    public DestinationNames sequence(DestinationNames names, SequenceDefinition sequence) {
        if (task.isSame()) {
            return names;
        }
        return names.named(
                sequence.oid(), sequence.name(), free(names, sequenceName(names, sequence), prefix(names, sequence)));
    }

    private String prefix(DestinationNames names, SequenceDefinition sequence) {
        return owner(sequence)
                .map(t -> names.object(t.oid(), t.name()).table())
                .orElse(sequence.name().schema());
    }

    private Optional<TableDefinition> owner(SequenceDefinition sequence) {
        return Optional.ofNullable(sequence.ownerTable()).flatMap(t -> Optional.ofNullable(tables.get(t)));
    }

    /** Where the sequence belongs, whether the name is free or not. */
    public QualifiedName sequenceName(DestinationNames names, SequenceDefinition sequence) {
        return owner(sequence)
                .map(t -> new QualifiedName(
                        names.object(t.oid(), t.name()).schema(),
                        sequence.name().table()))
                .orElseGet(() -> task.moved(sequence.name()));
    }

    public QualifiedName typeName(TypeDefinition type) {
        return task.moved(type.name());
    }

    public DestinationNames type(DestinationNames names, TypeDefinition type) {
        return names.named(type.oid(), type.name(), typeName(type));
    }
}
