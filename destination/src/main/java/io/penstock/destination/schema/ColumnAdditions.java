package io.penstock.destination.schema;

import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.schema.ColumnStates.State;
import io.penstock.destination.schema.Matched.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the statements that add columns. Defaults, NOT NULL and identities that cannot come with the column follow later. */
final class ColumnAdditions {
    private final Dialect dialect;
    private final DeltaTables tables;
    private final ColumnStates states;
    private final TableSteps steps;
    private final List<SchemaChange> out;

    ColumnAdditions(
            Dialect dialect, DeltaTables tables, ColumnStates states, TableSteps steps, List<SchemaChange> out) {
        this.dialect = dialect;
        this.tables = tables;
        this.states = states;
        this.steps = steps;
        this.out = out;
    }

    void add() {
        for (Pair<TableDefinition> table : tables.pairs()) {
            for (ColumnDefinition column :
                    Matched.columns(table.before(), table.after()).added()) {
                Optional<State> inherited = fromParent(table, column);
                if (inherited.isPresent()) {
                    inherit(table.after(), column, inherited.get());
                } else {
                    add(table.after(), column);
                }
            }
        }
    }

    /** What the parent's statement has made of it here. */
    private Optional<State> fromParent(Pair<TableDefinition> table, ColumnDefinition column) {
        List<Pair<TableDefinition>> parents =
                new ArrayList<>(tables.constantParents(table.after().oid()));
        parents.addAll(new NewParents(tables).beforeColumns(table));
        for (Pair<TableDefinition> parent : parents) {
            for (ColumnDefinition theirs :
                    Matched.columns(parent.before(), parent.after()).added()) {
                if (theirs.name().equals(column.name())) {
                    return states.of(parent.after(), theirs);
                }
            }
        }
        return Optional.empty();
    }

    private void inherit(TableDefinition table, ColumnDefinition column, State parents) {
        State state = State.added(column, parents.defaultExpression, parents.notNull);
        state.generated = parents.generated;
        states.put(table, column, state);
        if (needsCopy(table, column)) {
            out.add(tables.change(
                            table.oid(),
                            DdlKind.ADD_COLUMN,
                            "values of column " + column.name() + " of " + tables.sourceName(table.oid()),
                            List.of())
                    .withCopy(true));
        }
    }

    private void add(TableDefinition table, ColumnDefinition column) {
        List<String> notes = new ArrayList<>();
        List<String> statements = new ArrayList<>();
        String name = dialect.quote(table.name());
        String missing = missingValue(table, column);
        boolean generated = column.generated() != Generated.NO;
        boolean filled = missing != null || generated;
        boolean copy = tables.family(table.oid()).stream().anyMatch(t -> needsCopy(t, column));
        boolean notNull = column.notNull() && filled && everywhereNotNull(table, column);
        StringBuilder add = new StringBuilder("ALTER TABLE " + name + " ADD COLUMN " + dialect.quote(column.name()));
        add.append(' ').append(column.type()).append(TypeSteps.collate(column.collation()));
        if (generated) {
            add.append(steps.generated(column, notes));
        } else if (missing != null) {
            add.append(" DEFAULT ").append(ExistsSql.literal(missing));
        }
        if (notNull) {
            add.append(" NOT NULL");
        }
        if (copy && column.notNull() && !notNull && tables.mayEmpty(table.oid())) {
            statements.add(Emptying.of(dialect, tables.family(table.oid())));
        }
        statements.add(add.toString());
        SchemaChange.ByHand byHand = new SchemaChange.ByHand(
                List.of(add.toString()), ExistsSql.column(table.name(), column.name(), column.type()));
        String current = generated ? column.defaultExpression() : missing == null ? null : ExistsSql.literal(missing);
        states.put(table, column, State.added(column, current, notNull));
        out.add(tables.change(
                        table.oid(),
                        DdlKind.ADD_COLUMN,
                        "column " + column.name() + " of " + tables.sourceName(table.oid()),
                        statements)
                .withNotes(notes)
                .withByHand(byHand)
                .withCopy(copy && table.kind() == TableDefinition.Kind.TABLE && needsCopy(table, column)));
    }

    /**
     * Values that were computed row by row are known to the source alone; and a rewrite for whatever reason stores the others too, so that
     * they are no longer in the catalog.
     */
    private boolean needsCopy(TableDefinition table, ColumnDefinition column) {
        Optional<ColumnDefinition> own = added(table, column.name());
        return tables.delta().rewritten(table.oid(), SchemaDelta.ANY)
                && own.filter(c -> c.generated() == Generated.NO
                                && c.missingValue() == null
                                && (c.defaultExpression() != null || c.identity() != ColumnDefinition.Identity.NO))
                        .isPresent();
    }

    /**
     * The value of the rows that were there. A partitioned table has no rows and so none itself, but its partitions were added the same.
     */
    private @Nullable String missingValue(TableDefinition table, ColumnDefinition column) {
        return tables.family(table.oid()).stream()
                .flatMap(t -> added(t, column.name()).stream())
                .map(ColumnDefinition::missingValue)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private boolean everywhereNotNull(TableDefinition table, ColumnDefinition column) {
        return tables.family(table.oid()).stream()
                .flatMap(t -> added(t, column.name()).stream())
                .allMatch(ColumnDefinition::notNull);
    }

    /** A child that had the column already keeps what it had. */
    private Optional<ColumnDefinition> added(TableDefinition table, String name) {
        List<ColumnDefinition> columns = tables.before(table.oid())
                .map(before -> Matched.columns(before, table).added())
                .orElse(table.columns());
        return columns.stream().filter(c -> c.name().equals(name)).findFirst();
    }
}
