package io.penstock.destination.schema;

import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.TableDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Whether a child created from its parents' columns comes out as it is at the source. Pure. */
final class InheritedColumns {
    private final TableFamily family;

    InheritedColumns(TableFamily family) {
        this.family = family;
    }

    /** What a child created now would get. */
    private record Expected(ColumnDefinition column, boolean notNull) {}

    boolean partitionLikeParent(TableDefinition table) {
        List<TableDefinition> parents = family.parents(table);
        if (parents.size() != 1) {
            return false;
        }
        List<ColumnDefinition> theirs = parents.get(0).columns();
        List<ColumnDefinition> ours = table.columns();
        if (ours.size() != theirs.size()) {
            return false;
        }
        for (int i = 0; i < ours.size(); i++) {
            boolean sameName = ours.get(i).name().equals(theirs.get(i).name());
            if (!sameName
                    || !same(ours.get(i), theirs.get(i))
                    || ours.get(i).notNull() != theirs.get(i).notNull()) {
                return false;
            }
        }
        return true;
    }

    Identity parentIdentity(TableDefinition table, ColumnDefinition column) {
        return family.parents(table).stream()
                .flatMap(parent -> parent.columns().stream())
                .filter(c -> c.name().equals(column.name()))
                .map(ColumnDefinition::identity)
                .findFirst()
                .orElse(Identity.NO);
    }

    /** INHERITS puts the parents' columns first, in the parents' order, and takes over what the child does not say itself. */
    boolean childLikeParents(TableDefinition table) {
        Map<String, Expected> expected = new LinkedHashMap<>();
        for (TableDefinition parent : family.parents(table)) {
            for (ColumnDefinition column : parent.columns()) {
                boolean notNull = family.notNull(parent, column);
                expected.merge(
                        column.name(),
                        new Expected(column, notNull),
                        (first, other) -> new Expected(first.column(), first.notNull() || other.notNull()));
            }
        }
        List<String> order = new ArrayList<>(expected.keySet());
        table.columns().stream()
                .map(ColumnDefinition::name)
                .filter(name -> !expected.containsKey(name))
                .forEach(order::add);
        boolean sameOrder = order.equals(
                table.columns().stream().map(ColumnDefinition::name).toList());
        return sameOrder
                && table.columns().stream().allMatch(column -> {
                    Expected parents = expected.get(column.name());
                    return parents == null || comesOut(column, parents);
                });
    }

    private static boolean comesOut(ColumnDefinition column, Expected parents) {
        if (column.local()) {
            boolean noWeakerDefault =
                    column.defaultExpression() != null || parents.column().defaultExpression() == null;
            return noWeakerDefault && (column.notNull() || !parents.notNull());
        }
        return same(column, parents.column())
                && column.identity() == Identity.NO
                && column.notNull() == parents.notNull();
    }

    private static boolean same(ColumnDefinition a, ColumnDefinition b) {
        return a.type().equals(b.type())
                && Objects.equals(a.collation(), b.collation())
                && Objects.equals(a.defaultExpression(), b.defaultExpression())
                && a.generated() == b.generated();
    }
}
