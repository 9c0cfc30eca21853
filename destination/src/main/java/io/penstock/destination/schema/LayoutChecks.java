package io.penstock.destination.schema;

import io.penstock.core.check.Finding;
import io.penstock.core.name.Identifiers;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnMentions;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.Distribution;
import io.penstock.core.task.TaskSpec;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.PlainType;
import io.penstock.destination.dialect.Storage;
import io.penstock.destination.schema.TableWishes.Wish;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether the tables can be stored and distributed as the task file wishes, and which keys of the source cannot exist then.
 */
final class LayoutChecks {
    private final TableWishes wishes;
    private final Layouts layouts;
    private final Dialect dialect;
    private final Catalog source;
    private final Catalog keyed;
    private final PlainTypes types;

    LayoutChecks(TableWishes wishes, Layouts layouts) {
        this.wishes = wishes;
        this.layouts = layouts;
        this.dialect = layouts.dialect();
        this.source = layouts.wanted();
        this.keyed = layouts.keyed();
        this.types = new PlainTypes(source);
    }

    List<Finding> run() {
        return List.of(storages(), primaryKeys(), distributions(), uniqueKeys());
    }

    private Wish wish(TableDefinition table) {
        return wishes.of(layouts.settings().getOrDefault(table.oid(), table.name()));
    }

    private boolean distributes(ColumnDefinition column) {
        return LayoutChooser.distributes(dialect, types, column);
    }

    private Finding storages() {
        Set<String> unknown = new TreeSet<>();
        for (TableDefinition table : source.tables()) {
            Storage storage = dialect.layout(table.oid()).storage();
            Optional<String> meant = dialect.settled(new Storage(Optional.empty(), storage.options()))
                    .name();
            storage.name()
                    .filter(s -> !dialect.storages().contains(s))
                    .ifPresent(s -> unknown.add(s + " (" + table.name() + ")"));
            storage.name()
                    .filter(s -> meant.filter(m -> !m.equals(s)).isPresent())
                    .ifPresent(s -> unknown.add(s + " whose options say " + meant.get() + " (" + table.name() + ")"));
        }
        return DestinationChecks.lacking(
                "destination.storage",
                unknown,
                "The destination does not have the storage that the task file names: ",
                dialect.describe() + " has " + String.join(", ", new TreeSet<>(dialect.storages()))
                        + "; correct storage or tables.*.storage.");
    }

    private Finding primaryKeys() {
        String item = "destination.primary_key";
        Set<String> wrong = new TreeSet<>();
        Set<String> nullable = new TreeSet<>();
        for (TableDefinition table : source.tables()) {
            List<String> key = wish(table).primaryKey();
            if (key.isEmpty()) {
                continue;
            }
            keyObstacle(table, key).ifPresent(wrong::add);
            for (String name : key) {
                Optional<ColumnDefinition> column = LayoutChooser.column(table, name);
                columnObstacle(column).ifPresent(o -> wrong.add(table.name() + o + Identifiers.quote(name)));
                column.filter(c -> !c.notNull())
                        .ifPresent(c -> nullable.add(table.name() + "." + Identifiers.quote(name)));
            }
        }
        if (!wrong.isEmpty() || nullable.isEmpty()) {
            return DestinationChecks.lacking(
                    item,
                    wrong,
                    "tables.*.primaryKey cannot be used: ",
                    "Name columns of the destination, and only for a table whose source has no primary key.");
        }
        return Finding.warning(
                item,
                "Columns of tables.*.primaryKey may be NULL at the source: " + String.join(", ", nullable)
                        + ". The destination's cannot, so a row with NULL there stops the task.",
                "Set these columns NOT NULL at the source, or name others.");
    }

    private static Optional<String> keyObstacle(TableDefinition table, List<String> key) {
        if (LayoutChooser.hasPrimaryKey(table)) {
            return Optional.of(table.name() + " has a primary key at the source");
        }
        Set<String> others =
                table.columns().stream().map(ColumnDefinition::name).collect(Collectors.toSet());
        key.forEach(others::remove);
        return table.partitionKey() != null && ColumnMentions.any(table.partitionKey(), others)
                ? Optional.of(table.name() + " is partitioned by columns that are not in it")
                : Optional.empty();
    }

    /** What stands between the table and the column in a sentence. */
    private Optional<String> columnObstacle(Optional<ColumnDefinition> column) {
        if (column.isEmpty()) {
            return Optional.of(" has no column ");
        }
        PlainType type = types.of(column.get());
        return type.ordered()
                ? Optional.empty()
                : Optional.of(": values of type " + type.name() + " cannot be in a key, as in column ");
    }

    private Finding distributions() {
        Set<String> wrong = new TreeSet<>();
        if (wishes.distribution() != TaskSpec.DEFAULT_DISTRIBUTION && !dialect.distributes()) {
            wrong.add(dialect.describe() + " does not distribute rows");
        }
        for (TableDefinition table : source.tables()) {
            Wish wish = wish(table);
            wish.distribution().ifPresent(d -> obstacle(table, d).ifPresent(o -> wrong.add(table.name() + ": " + o)));
        }
        return DestinationChecks.lacking(
                "destination.distribution",
                wrong,
                "distributedBy cannot be used: ",
                "Name columns of the primary key whose type can be hashed, or randomly, or replicated; only parallel servers distribute.");
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
        if (distribution instanceof Distribution.Selective && key.isEmpty()) {
            return Optional.of("there is no primary key to take columns of");
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
        if (!distributes(column.get())) {
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
                                .filter(this::distributes)
                                .isPresent())
                        .toList();
        return fit.isEmpty() ? "" : " (distributedBy: [" + String.join(", ", fit) + "] would suit all of them)";
    }
}
