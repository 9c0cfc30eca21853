package io.penstock.destination.schema;

import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.Distribution;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.TableLayout;
import io.penstock.destination.schema.TableWishes.Wish;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Chooses where the rows of each table lie: as the task file wishes, else by the key, else anywhere. Partitions lie as the table they are
 * parts of. Pure.
 */
final class LayoutChooser {
    private final Dialect dialect;
    private final TableWishes wishes;
    /** By oid, since the catalog may have the destination's names. */
    private final Map<Integer, QualifiedName> sourceNames;

    private final Map<QualifiedName, TableDefinition> byName = new HashMap<>();
    private final Map<QualifiedName, List<TableDefinition>> partitions = new HashMap<>();
    private final Catalog catalog;

    LayoutChooser(Dialect dialect, TableWishes wishes, Catalog catalog, Map<Integer, QualifiedName> sourceNames) {
        this.dialect = dialect;
        this.wishes = wishes;
        this.catalog = catalog;
        this.sourceNames = sourceNames;
        for (TableDefinition table : catalog.tables()) {
            byName.put(table.name(), table);
            if (table.isPartition()) {
                table.parents().forEach(p -> partitions
                        .computeIfAbsent(p, n -> new ArrayList<>())
                        .add(table));
            }
        }
    }

    /** By the oid that the tables have at the source. */
    static Map<Integer, QualifiedName> names(Catalog source) {
        Map<Integer, QualifiedName> names = new HashMap<>();
        source.tables().forEach(t -> names.put(t.oid(), t.name()));
        return names;
    }

    /** The dialect that knows the layout of every table of the catalog. */
    Dialect dialect() {
        Map<Integer, TableLayout> layouts = new LinkedHashMap<>();
        for (TableDefinition table : catalog.tables()) {
            Optional<String> storage =
                    wish(table).storage().or(() -> inherited(table)).or(wishes::storage);
            Optional<Distribution> distribution =
                    dialect.distributes() ? Optional.of(distribution(root(table))) : Optional.empty();
            layouts.put(table.oid(), new TableLayout(distribution, storage));
        }
        return dialect.withLayouts(layouts);
    }

    private Wish wish(TableDefinition table) {
        return wishes.of(sourceNames.getOrDefault(table.oid(), table.name()));
    }

    private Optional<String> inherited(TableDefinition table) {
        return parent(table).flatMap(p -> wish(p).storage().or(() -> inherited(p)));
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
        Wish wish = wish(root);
        if (wish.distribution().isPresent()) {
            return wish.distribution().get();
        }
        List<String> key = wish.primaryKey().isEmpty() || isLabelled(root) ? key(root) : wish.primaryKey();
        List<String> hashed = key.stream()
                .filter(name -> root.columns().stream()
                        .anyMatch(c -> c.name().equals(name) && !c.added() && dialect.distributable(c)))
                .toList();
        return hashed.isEmpty() ? new Distribution.Randomly() : new Distribution.ByColumns(hashed);
    }

    /** Of a partitioned table without a key of its own: what the keys of all its partitions share. */
    private List<String> key(TableDefinition table) {
        List<TableDefinition> children = partitions.getOrDefault(table.name(), List.of());
        List<String> own = table.keyColumns().isEmpty() ? primaryKey(table) : table.keyColumns();
        if (!own.isEmpty() || children.isEmpty()) {
            return own;
        }
        Set<String> shared = new LinkedHashSet<>(key(children.get(0)));
        children.forEach(child -> shared.retainAll(key(child)));
        return List.copyOf(shared);
    }

    /** The catalog with the primary keys that the task file gives to tables without one. */
    static Catalog withKeys(Catalog catalog, TableWishes wishes, Map<Integer, QualifiedName> sourceNames) {
        List<TableDefinition> tables = catalog.tables().stream()
                .map(t -> withKey(
                        t,
                        wishes.of(sourceNames.getOrDefault(t.oid(), t.name())).primaryKey()))
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

    private static TableDefinition withKey(TableDefinition table, List<String> key) {
        if (key.isEmpty() || hasPrimaryKey(table)) {
            return table;
        }
        String columns = key.stream().map(Identifiers::quote).collect(Collectors.joining(", ", "PRIMARY KEY (", ")"));
        List<ConstraintDefinition> constraints = new ArrayList<>(table.constraints());
        constraints.add(new ConstraintDefinition(
                0, table.name().table() + "_pkey", Kind.PRIMARY_KEY, columns, key, null, true, true, null));
        return table.withConstraints(constraints);
    }

    /** Whether the key has columns that tell the rows of several sources from each other. */
    static boolean isLabelled(TableDefinition table) {
        return primaryKey(table).stream()
                .flatMap(name -> column(table, name).stream())
                .anyMatch(ColumnDefinition::added);
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
