package io.penstock.engine.definition;

import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.task.ObjectSelection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Whether one table, and what it is made of, is still what the destination was prepared for. Immutable.
 *
 * @param tables by oid, as they were
 * @param types by oid, as they were
 */
public record Expectation(
        Map<Integer, TableDefinition> tables, Map<Integer, TypeDefinition> types, ObjectSelection objects) {
    public static Expectation of(Catalog catalog, ObjectSelection objects) {
        Map<Integer, TableDefinition> tables = new HashMap<>();
        catalog.tables().forEach(t -> tables.put(t.oid(), t));
        Map<Integer, TypeDefinition> types = new HashMap<>();
        catalog.types().forEach(t -> types.put(t.oid(), t));
        return new Expectation(tables, types, objects);
    }

    /** For a table and what it inherits from. */
    public Predicate<Catalog> table(int oid) {
        return image -> holds(image, oid);
    }

    /** For several tables at once. */
    public boolean holds(Catalog image, List<Integer> oids) {
        return oids.stream().allMatch(oid -> holds(image, oid));
    }

    private boolean holds(Catalog image, int oid) {
        Catalog ours = SelectedImage.of(image, objects);
        boolean there = ours.tables().stream().anyMatch(t -> t.oid() == oid && agrees(image, t));
        // Children are made through their parents, so these must be the same too.
        boolean parents = ours.tables().stream()
                .filter(t -> t.oid() != oid && tables.containsKey(t.oid()))
                .filter(t -> t.kind() == TableDefinition.Kind.PARTITIONED)
                .allMatch(t -> agrees(image, t));
        return there && parents && image.types().stream().allMatch(t -> t.equals(types.get(t.oid())));
    }

    private boolean agrees(Catalog whole, TableDefinition table) {
        TableDefinition was = tables.get(table.oid());
        if (was == null) {
            return false;
        }
        boolean parentsLeftOut = whole.tables().stream().anyMatch(t -> t.oid() == table.oid() && t != table);
        // What a parent that nobody follows gave it is told apart less exactly in an image than in a whole catalog.
        return was.defines(table)
                || parentsLeftOut
                        && was.name().equals(table.name())
                        && shape(was).equals(shape(table));
    }

    private static List<String> shape(TableDefinition table) {
        return table.columns().stream().map(Expectation::shape).toList();
    }

    private static String shape(ColumnDefinition c) {
        return c.number() + " " + c.name() + " " + c.type() + " " + c.notNull() + " " + c.defaultExpression();
    }
}
