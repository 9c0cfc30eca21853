package io.penstock.destination.schema;

import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Feature;
import io.penstock.destination.schema.ColumnStates.State;
import io.penstock.destination.schema.Matched.Pair;
import io.penstock.destination.schema.RenameOrder.Rename;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Writes the statements that take away from columns, or name them anew; before them tables have their old names. What a parent's
 * statement does to its children is not repeated there.
 */
final class ColumnRemovals {
    private final Dialect dialect;
    private final DeltaTables tables;
    private final ColumnStates states;
    private final List<SchemaChange> out;

    ColumnRemovals(Dialect dialect, DeltaTables tables, ColumnStates states, List<SchemaChange> out) {
        this.dialect = dialect;
        this.tables = tables;
        this.states = states;
        this.out = out;
    }

    /** Defaults and identities go first: they hold sequences, and stand in the way of another type. */
    void clear() {
        for (Pair<TableDefinition> table : tables.pairs()) {
            Matched.columns(table.before(), table.after()).pairs().forEach(c -> clear(table, c));
        }
    }

    private void clear(Pair<TableDefinition> table, Pair<ColumnDefinition> column) {
        ColumnDefinition a = column.after();
        State state = states.of(table.after(), a).orElseThrow();
        String name = dialect.quote(table.before().name());
        String alter = " ALTER COLUMN " + dialect.quote(column.before().name());
        boolean retyped = !state.type.equals(a.type()) || !Objects.equals(state.collation, a.collation());
        if (state.generated == Generated.NO && state.defaultExpression != null && goes(state, a, retyped)) {
            String object = "default of column " + a.name() + " of " + tables.sourceName(a(table));
            DdlKind kind = retyped ? DdlKind.ALTER_COLUMN_TYPE : DdlKind.ALTER_COLUMN_DEFAULT;
            out.add(tables.change(
                    a(table), kind, object, List.of("ALTER TABLE ONLY " + name + alter + " DROP DEFAULT")));
            state.defaultExpression = null;
        }
        if (state.identity != Identity.NO && a.identity() == Identity.NO) {
            state.identity = Identity.NO;
            if (!identityOfParent(table)) {
                String object = "identity of column " + a.name() + " of " + tables.sourceName(a(table));
                out.add(tables.change(
                        a(table),
                        DdlKind.ALTER_COLUMN_DEFAULT,
                        object,
                        List.of("ALTER TABLE " + name + alter + " DROP IDENTITY IF EXISTS")));
            }
        }
    }

    private static int a(Pair<TableDefinition> table) {
        return table.after().oid();
    }

    private static boolean goes(State state, ColumnDefinition after, boolean retyped) {
        String now = String.valueOf(state.defaultExpression);
        boolean another = !now.equals(after.defaultExpression());
        return retyped || after.defaultExpression() == null || (another && now.contains("nextval("));
    }

    /** From 17 on a partition's identity columns are its parent's. */
    private boolean identityOfParent(Pair<TableDefinition> table) {
        return table.before().isPartition() && dialect.can(Feature.PARTITIONS_SHARE_IDENTITY);
    }

    /** Generated columns before those they are computed from. */
    void drop() {
        for (Pair<TableDefinition> table : tables.pairs()) {
            List<ColumnDefinition> gone = new ArrayList<>(
                    Matched.columns(table.before(), table.after()).gone());
            gone.sort(Comparator.comparing(c -> c.generated() == Generated.NO));
            for (ColumnDefinition column : gone) {
                if (column.local() || !droppedWithParent(table, column)) {
                    drop(table, column);
                }
            }
        }
    }

    private void drop(Pair<TableDefinition> table, ColumnDefinition column) {
        String only = keptByChildren(table, column) ? "ONLY " : "";
        out.add(tables.change(
                a(table),
                DdlKind.DROP_COLUMN,
                "column " + column.name() + " of " + tables.sourceName(a(table)),
                List.of("ALTER TABLE " + only + dialect.quote(table.before().name()) + " DROP COLUMN IF EXISTS "
                        + dialect.quote(column.name()))));
    }

    private boolean droppedWithParent(Pair<TableDefinition> table, ColumnDefinition column) {
        return tables.constantParents(a(table)).stream()
                .anyMatch(parent -> goneNamed(parent, column.name()) && !keptByChildren(parent, column));
    }

    private static boolean goneNamed(Pair<TableDefinition> table, String name) {
        return Matched.columns(table.before(), table.after()).gone().stream()
                .anyMatch(c -> c.name().equals(name));
    }

    /** As after {@code ALTER TABLE ONLY parent DROP COLUMN}: what was inherited is the child's own now. */
    private boolean keptByChildren(Pair<TableDefinition> parent, ColumnDefinition column) {
        return tables.constantChildren(a(parent)).stream()
                .flatMap(child -> Matched.columns(child.before(), child.after()).pairs().stream())
                .anyMatch(c -> c.before().name().equals(column.name())
                        && !c.before().local()
                        && c.after().local());
    }

    /** Tables have their new names already. */
    void rename() {
        for (Pair<TableDefinition> table : tables.pairs()) {
            List<Rename<ColumnDefinition, String>> renames = new ArrayList<>();
            for (Pair<ColumnDefinition> c :
                    Matched.columns(table.before(), table.after()).pairs()) {
                boolean other = !c.before().name().equals(c.after().name());
                if (other && !renamedWithParent(table, c)) {
                    renames.add(
                            new Rename<>(c.after(), c.before().name(), c.after().name()));
                }
            }
            RenameOrder.of(renames, r -> "penstock_" + r.what().number()).forEach(r -> rename(table, r));
        }
    }

    private void rename(Pair<TableDefinition> table, Rename<ColumnDefinition, String> rename) {
        out.add(tables.change(
                        a(table),
                        DdlKind.RENAME_COLUMN,
                        "column " + rename.to() + " of " + tables.sourceName(a(table)),
                        List.of("ALTER TABLE " + dialect.quote(table.after().name()) + " RENAME COLUMN "
                                + dialect.quote(rename.from()) + " TO " + dialect.quote(rename.to())))
                .unlessDoneByHand(ExistsSql.renamedColumn(table.after().name(), rename.from(), rename.to())));
    }

    private boolean renamedWithParent(Pair<TableDefinition> table, Pair<ColumnDefinition> column) {
        return tables.constantParents(a(table)).stream()
                .flatMap(parent -> Matched.columns(parent.before(), parent.after()).pairs().stream())
                .anyMatch(p -> p.before().name().equals(column.before().name())
                        && p.after().name().equals(column.after().name()));
    }
}
