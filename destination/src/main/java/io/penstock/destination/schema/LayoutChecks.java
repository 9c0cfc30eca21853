package io.penstock.destination.schema;

import io.penstock.core.check.Finding;
import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.Distribution;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.schema.TableWishes.Wish;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether the tables can be stored and distributed as the task file wishes, and which keys of the source cannot exist then.
 *
 * @param dialect that knows the layout of every table
 * @param sourceNames of the tables, by oid
 * @param source as the source defines the tables, under the destination's names
 * @param keyed the same with the primary keys of the task file
 */
record LayoutChecks(
        Dialect dialect, TableWishes wishes, Map<Integer, QualifiedName> sourceNames, Catalog source, Catalog keyed) {
    List<Finding> run() {
        return List.of(storages(), primaryKeys(), distributions(), uniqueKeys());
    }

    private Wish wish(TableDefinition table) {
        return wishes.of(sourceNames.getOrDefault(table.oid(), table.name()));
    }

    private Finding storages() {
        Set<String> unknown = new TreeSet<>();
        for (TableDefinition table : source.tables()) {
            dialect.layout(table.oid())
                    .storage()
                    .filter(s -> !dialect.storages().contains(s))
                    .ifPresent(s -> unknown.add(s + " (" + table.name() + ")"));
        }
        return DestinationChecks.lacking(
                "destination.storage",
                unknown,
                "The destination does not have the storage that the task file names: ",
                dialect.describe() + " has " + String.join(", ", new TreeSet<>(dialect.storages()))
                        + "; correct storage or tables.*.storage.");
    }

    private Finding primaryKeys() {
        Set<String> wrong = new TreeSet<>();
        for (TableDefinition table : source.tables()) {
            List<String> key = wish(table).primaryKey();
            List<String> own = LayoutChooser.primaryKey(table);
            if (!key.isEmpty() && LayoutChooser.isLabelled(table)) {
                if (!own.equals(key)) {
                    wrong.add(table.name() + " has the key (" + String.join(", ", own) + ") with these labels");
                }
            } else if (!key.isEmpty() && !own.isEmpty()) {
                wrong.add(table.name() + " has a primary key at the source");
            }
            key.stream()
                    .filter(name -> LayoutChooser.column(table, name).isEmpty())
                    .forEach(name -> wrong.add(table.name() + " has no column " + Identifiers.quote(name)));
        }
        return DestinationChecks.lacking(
                "destination.primary_key",
                wrong,
                "tables.*.primaryKey cannot be used: ",
                "Name columns of the destination, and only for a table whose source has no primary key; or, before the columns of that"
                        + " key, columns that columns.set adds with a constant.");
    }

    private Finding distributions() {
        Set<String> wrong = new TreeSet<>();
        for (TableDefinition table : source.tables()) {
            Wish wish = wish(table);
            wish.distribution().ifPresent(d -> obstacle(table, d).ifPresent(o -> wrong.add(table.name() + ": " + o)));
        }
        return DestinationChecks.lacking(
                "destination.distribution",
                wrong,
                "tables.*.distributedBy cannot be used: ",
                "Name columns of the primary key whose type can be hashed, or randomly, or replicated.");
    }

    private Optional<String> obstacle(TableDefinition table, Distribution distribution) {
        if (!dialect.distributes()) {
            return Optional.of(dialect.describe() + " does not distribute rows");
        }
        if (table.isPartition()) {
            return Optional.of("a partition is distributed as the table it is part of");
        }
        List<String> key = keyed.tables().stream()
                .filter(t -> t.oid() == table.oid())
                .findFirst()
                .map(LayoutChooser::primaryKey)
                .orElse(List.of());
        if (distribution instanceof Distribution.ByColumns by) {
            return by.columns().stream()
                    .flatMap(name -> columnObstacle(table, name, key).stream())
                    .findFirst();
        }
        boolean loses = distribution instanceof Distribution.Randomly && !key.isEmpty();
        return loses
                ? Optional.of(
                        "a table with a primary key (" + String.join(", ", key) + ") cannot be distributed randomly")
                : Optional.empty();
    }

    private Optional<String> columnObstacle(TableDefinition table, String name, List<String> key) {
        Optional<ColumnDefinition> column = LayoutChooser.column(table, name);
        if (column.isEmpty()) {
            return Optional.of("there is no column " + Identifiers.quote(name));
        }
        if (!dialect.distributable(column.get())) {
            return Optional.of("rows cannot be distributed by column " + Identifiers.quote(name) + " of type "
                    + column.get().type());
        }
        return key.isEmpty() || key.contains(name)
                ? Optional.empty()
                : Optional.of("the primary key (" + String.join(", ", key) + ") does not contain column "
                        + Identifiers.quote(name));
    }

    /** The rows are equal without these too, because the source has checked them. */
    private Finding uniqueKeys() {
        String item = "destination.unique_keys";
        Map<String, String> lost = new TreeMap<>();
        for (TableDefinition table : keyed.tables()) {
            uniqueKeys(table).forEach((name, columns) -> {
                String why = dialect.uniqueObstacle(table, columns);
                if (why != null) {
                    lost.put(name + " of " + table.name(), why + remedy(table));
                }
            });
        }
        if (lost.isEmpty()) {
            return Finding.passed(item);
        }
        List<String> reasons = new ArrayList<>();
        lost.forEach((key, why) -> reasons.add(key + ": " + why));
        return Finding.warning(
                item,
                "The destination cannot have these unique keys of the source; they are left out, and the rows stay as unique as"
                        + " the source keeps them. " + String.join("; ", reasons) + ".",
                "Set tables.*.distributedBy to columns that all unique keys of the table share, or to replicated for a small"
                        + " table, or leave it.");
    }

    private static Map<String, List<String>> uniqueKeys(TableDefinition table) {
        Map<String, List<String>> keys = new TreeMap<>();
        for (ConstraintDefinition c : table.constraints()) {
            if (c.kind() == Kind.PRIMARY_KEY || c.kind() == Kind.UNIQUE) {
                keys.put(c.name(), c.columns());
            }
        }
        table.indexes().stream()
                .filter(i -> i.unique() && !i.constraint() && i.valid())
                .forEach(i -> keys.put(i.name(), i.columns()));
        return keys;
    }

    /** The columns that would do, if there are any. */
    private String remedy(TableDefinition table) {
        Set<String> shared = null;
        for (List<String> columns : uniqueKeys(table).values()) {
            if (shared == null) {
                shared = new LinkedHashSet<>(columns);
            } else {
                shared.retainAll(columns);
            }
        }
        List<String> fit = shared == null
                ? List.of()
                : shared.stream()
                        .filter(n -> LayoutChooser.column(table, n)
                                .filter(dialect::distributable)
                                .isPresent())
                        .toList();
        return fit.isEmpty() ? "" : " (distributedBy: [" + String.join(", ", fit) + "] would suit all of them)";
    }
}
