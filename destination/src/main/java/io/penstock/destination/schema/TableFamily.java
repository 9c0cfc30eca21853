package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.TableDefinition;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tables of a catalog as parents and children. Immutable after construction. */
final class TableFamily {
    private final Map<QualifiedName, TableDefinition> tables = new LinkedHashMap<>();
    private final Map<QualifiedName, Integer> depths = new HashMap<>();
    private final Map<QualifiedName, Set<String>> nullableInChildren = new HashMap<>();

    private final Set<QualifiedName> others;

    TableFamily(Catalog catalog) {
        this(catalog, Set.of());
    }

    /** @param others tables that exist besides those of the catalog */
    TableFamily(Catalog catalog, Set<QualifiedName> others) {
        this.others = others;
        for (TableDefinition table : catalog.tables()) {
            tables.put(table.name(), table);
            int depth = table.parents().stream()
                    .mapToInt(parent -> depths.getOrDefault(parent, 0) + 1)
                    .max()
                    .orElse(0);
            depths.put(table.name(), depth);
            for (QualifiedName parent : table.parents()) {
                Set<String> nullable = nullableInChildren.computeIfAbsent(parent, name -> new HashSet<>());
                table.columns().stream().filter(c -> !c.notNull()).forEach(c -> nullable.add(c.name()));
            }
        }
    }

    boolean contains(QualifiedName name) {
        return tables.containsKey(name) || others.contains(name);
    }

    /** Empty for one that is only known to exist. */
    Optional<TableDefinition> table(QualifiedName name) {
        return Optional.ofNullable(tables.get(name));
    }

    List<TableDefinition> parents(TableDefinition table) {
        return table.parents().stream()
                .map(tables::get)
                .filter(parent -> parent != null)
                .toList();
    }

    /** Children before their parents, so that what a parent creates finds the children's own under their own names. */
    List<TableDefinition> childrenFirst() {
        return tables.values().stream()
                .sorted(Comparator.comparing((TableDefinition t) -> depths.getOrDefault(t.name(), 0))
                        .reversed())
                .toList();
    }

    /**
     * Whether the column can be NOT NULL at the destination. A parent's NOT NULL reaches the children that are created from it; at the
     * source it may have been declared for the parent alone.
     */
    boolean notNull(TableDefinition table, ColumnDefinition column) {
        return column.notNull()
                && !nullableInChildren.getOrDefault(table.name(), Set.of()).contains(column.name());
    }
}
