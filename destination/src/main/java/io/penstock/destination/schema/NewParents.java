package io.penstock.destination.schema;

import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.destination.schema.Matched.Pair;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Parents that a table gets while it also gets columns from them: the server tells its own columns from inherited ones, so it has to have
 * the parent before the column comes. Pure.
 */
final class NewParents {
    private final DeltaTables tables;

    NewParents(DeltaTables tables) {
        this.tables = tables;
    }

    /** Those that it gets before columns are added; all others come when columns and constraints have their final shape. */
    List<Pair<TableDefinition>> beforeColumns(Pair<TableDefinition> child) {
        if (child.after().isPartition()) {
            return List.of();
        }
        return tables.pairs().stream()
                .filter(parent -> isNew(parent.after().oid(), child.after().oid()))
                .filter(parent -> givesColumns(parent, child) && accepts(parent, child))
                .toList();
    }

    private boolean isNew(int parent, int child) {
        return tables.oidsOfParentsAfter(child).contains(parent)
                && !tables.oidsOfParentsBefore(child).contains(parent);
    }

    private static boolean givesColumns(Pair<TableDefinition> parent, Pair<TableDefinition> child) {
        List<ColumnDefinition> added =
                Matched.columns(child.before(), child.after()).added();
        List<ColumnDefinition> both = Matched.columns(parent.before(), parent.after()).added().stream()
                .flatMap(c -> named(added, c.name()).stream())
                .toList();
        return !both.isEmpty() && both.stream().noneMatch(ColumnDefinition::local);
    }

    /** Whether the server lets the child have the parent as both are now: old columns and conditions are there and stay what they are. */
    private static boolean accepts(Pair<TableDefinition> parent, Pair<TableDefinition> child) {
        List<Pair<ColumnDefinition>> own =
                Matched.columns(child.before(), child.after()).pairs();
        boolean columns = Matched.columns(parent.before(), parent.after()).pairs().stream()
                .allMatch(theirs -> steady(theirs)
                        && own.stream()
                                .anyMatch(c ->
                                        c.after().name().equals(theirs.after().name()) && steady(c)));
        return columns && gainsNoCondition(parent) && gainsNoCondition(child);
    }

    private static boolean steady(Pair<ColumnDefinition> column) {
        ColumnDefinition before = column.before();
        ColumnDefinition after = column.after();
        return before.type().equals(after.type())
                && before.notNull() == after.notNull()
                && before.generated() == after.generated()
                && Objects.equals(before.defaultExpression(), after.defaultExpression());
    }

    /** Those that are gone have been dropped already. */
    private static boolean gainsNoCondition(Pair<TableDefinition> table) {
        return Matched.constraints(table.before(), table.after()).added().stream()
                .noneMatch(c -> c.kind() == ConstraintDefinition.Kind.CHECK);
    }

    private static Optional<ColumnDefinition> named(List<ColumnDefinition> columns, String name) {
        return columns.stream().filter(c -> c.name().equals(name)).findFirst();
    }
}
