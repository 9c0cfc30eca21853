package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.Distribution;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Storage;
import io.penstock.destination.dialect.TableLayout;
import io.penstock.destination.schema.TableWishes.Wish;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses where the rows of each table lie: as the task file wishes, else by the key, else anywhere. Partitions lie as the table they are
 * parts of. Pure.
 */
final class LayoutChooser {
    private final Dialect dialect;
    private final TableWishes wishes;
    /** By oid, since tables get other names. */
    private final Map<Integer, QualifiedName> settings;

    private final DestinationNames names;
    private final PlainTypes types;

    private final Map<QualifiedName, TableDefinition> byName = new HashMap<>();
    private final Map<QualifiedName, List<TableDefinition>> partitions = new HashMap<>();
    private final Catalog catalog;

    LayoutChooser(
            Dialect dialect,
            TableWishes wishes,
            Catalog catalog,
            Map<Integer, QualifiedName> settings,
            DestinationNames names) {
        this.dialect = dialect;
        this.wishes = wishes;
        this.catalog = catalog;
        this.settings = settings;
        this.names = names;
        this.types = new PlainTypes(catalog);
        for (TableDefinition table : catalog.tables()) {
            byName.put(table.name(), table);
            if (table.isPartition()) {
                table.parents().forEach(p -> partitions
                        .computeIfAbsent(p, n -> new ArrayList<>())
                        .add(table));
            }
        }
    }

    /** The dialect that knows the layout of every table of the catalog. */
    Dialect dialect() {
        Map<Integer, TableLayout> layouts = new LinkedHashMap<>();
        for (TableDefinition table : catalog.tables()) {
            Optional<Distribution> distribution =
                    dialect.distributes() ? Optional.of(distribution(root(table))) : Optional.empty();
            layouts.put(table.oid(), new TableLayout(distribution, dialect.settled(storage(table))));
        }
        return dialect.withLayouts(layouts);
    }

    private Wish wish(TableDefinition table) {
        return possible(wishes, settings, table);
    }

    /** A partition is stored as its parent. */
    private Storage storage(TableDefinition table) {
        return wish(table).storage().or(parent(table).map(this::storage).orElse(wishes.storage()));
    }

    private Optional<TableDefinition> parent(TableDefinition table) {
        return table.isPartition()
                ? Optional.ofNullable(byName.get(table.parents().get(0)))
                : Optional.empty();
    }

    private TableDefinition root(TableDefinition table) {
        return parent(table).map(this::root).orElse(table);
    }

    private Distribution distribution(TableDefinition root) {
        Optional<Distribution> wished = wish(root).distribution().filter(d -> !(d instanceof Distribution.Selective));
        if (wished.isPresent()) {
            return wished.get();
        }
        List<String> key = key(root);
        List<String> chosen = chosen(root);
        List<String> hashed = (key.containsAll(chosen) && !chosen.isEmpty() ? chosen : key)
                .stream()
                        .filter(name ->
                                column(root, name).filter(this::distributes).isPresent())
                        .toList();
        return hashed.isEmpty() ? new Distribution.Randomly() : new Distribution.ByColumns(hashed);
    }

    /** As statistics have chosen, as long as the table has these columns and rows can be distributed by them. */
    private List<String> chosen(TableDefinition root) {
        List<Integer> numbers = names.distribution(root.oid());
        List<String> columns = root.columns().stream()
                .filter(c -> numbers.contains(c.number()) && distributes(c))
                .sorted(Comparator.comparing(c -> numbers.indexOf(c.number())))
                .map(ColumnDefinition::name)
                .toList();
        return columns.size() == numbers.size() ? columns : List.of();
    }

    private boolean distributes(ColumnDefinition column) {
        return distributes(dialect, types, column);
    }

    /** Whether rows can be distributed by the column. */
    static boolean distributes(Dialect dialect, PlainTypes types, ColumnDefinition column) {
        return column.generated() == ColumnDefinition.Generated.NO && dialect.distributable(types.of(column));
    }

    /** Of a partitioned table without a key of its own: what the keys of all its partitions share. */
    private List<String> key(TableDefinition table) {
        List<TableDefinition> children = partitions.getOrDefault(table.name(), List.of());
        boolean wished = table.constraints().stream().anyMatch(WishedKey::is);
        List<String> own = wished || table.keyColumns().isEmpty() ? primaryKey(table) : table.keyColumns();
        if (!own.isEmpty() || children.isEmpty()) {
            return own;
        }
        Set<String> shared = new LinkedHashSet<>(key(children.get(0)));
        children.forEach(child -> shared.retainAll(key(child)));
        return List.copyOf(shared);
    }

    /** The catalog with the primary keys that the task file gives to tables without one. */
    static Catalog withKeys(Catalog catalog, TableWishes wishes, Map<Integer, QualifiedName> settings) {
        List<TableDefinition> tables = catalog.tables().stream()
                .map(t -> withKey(t, possible(wishes, settings, t).primaryKey()))
                .toList();
        return new Catalog(
                catalog.serverVersion(),
                catalog.schemas(),
                catalog.extensions(),
                catalog.functions(),
                catalog.types(),
                catalog.sequences(),
                tables);
    }

    /** What is left of a wish: one that names a column the table does not have, or not any more, is void. */
    private static Wish possible(TableWishes wishes, Map<Integer, QualifiedName> settings, TableDefinition table) {
        Wish wish = wishes.of(settings.getOrDefault(table.oid(), table.name()));
        return new Wish(
                hasAll(table, wish.primaryKey()) ? wish.primaryKey() : List.of(),
                wish.distribution()
                        .filter(d -> !(d instanceof Distribution.ByColumns by) || hasAll(table, by.columns())),
                wish.storage());
    }

    private static boolean hasAll(TableDefinition table, List<String> columns) {
        return columns.stream().allMatch(name -> column(table, name).isPresent());
    }

    private static TableDefinition withKey(TableDefinition table, List<String> key) {
        if (key.isEmpty() || hasPrimaryKey(table)) {
            return table;
        }
        List<ConstraintDefinition> constraints = new ArrayList<>(table.constraints());
        constraints.add(WishedKey.of(key));
        return table.withConstraints(constraints);
    }

    static boolean hasPrimaryKey(TableDefinition table) {
        return !primaryKey(table).isEmpty();
    }

    /** Also a deferrable one, by which rows cannot be found. */
    static List<String> primaryKey(TableDefinition table) {
        return table.constraints().stream()
                .filter(c -> c.kind() == Kind.PRIMARY_KEY)
                .findFirst()
                .map(ConstraintDefinition::columns)
                .orElse(List.of());
    }

    static Optional<ColumnDefinition> column(TableDefinition table, String name) {
        return table.columns().stream().filter(c -> c.name().equals(name)).findFirst();
    }
}
