package io.penstock.destination.schema;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Feature;
import io.penstock.destination.schema.ColumnStates.State;
import io.penstock.destination.schema.Matched.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Writes the statements that bring columns from their present state to the wanted one; tables and columns have their new names. Parents
 * come first, and what their statements do to children is taken into account.
 */
final class ColumnAlterations {
    private final Dialect dialect;
    private final DeltaTables tables;
    private final ColumnStates states;
    private final TableSteps steps;
    private final List<SchemaChange> out;

    ColumnAlterations(
            Dialect dialect, DeltaTables tables, ColumnStates states, TableSteps steps, List<SchemaChange> out) {
        this.dialect = dialect;
        this.tables = tables;
        this.states = states;
        this.steps = steps;
        this.out = out;
    }

    /** A column at work. */
    private record Column(TableDefinition table, ColumnDefinition wanted, State state) {}

    private List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        for (Pair<TableDefinition> table : tables.pairs()) {
            for (ColumnDefinition column : table.after().columns()) {
                states.of(table.after(), column)
                        .ifPresent(state -> columns.add(new Column(table.after(), column, state)));
            }
        }
        return columns;
    }

    private SchemaChange change(Column c, DdlKind kind, String what, List<String> statements) {
        String object = what + "column " + c.wanted().name() + " of "
                + tables.sourceName(c.table().oid());
        return tables.change(c.table().oid(), kind, object, statements);
    }

    private String alter(Column c, boolean only) {
        return "ALTER TABLE " + (only ? "ONLY " : "") + dialect.quote(c.table().name()) + " ALTER COLUMN "
                + dialect.quote(c.wanted().name());
    }

    void retype() {
        List<Column> all = columns();
        List<Column> retyped = all.stream().filter(ColumnAlterations::differs).toList();
        for (Column c : retyped) {
            if (inherits(c, retyped)) {
                if (refilled(c)) {
                    out.add(change(c, DdlKind.ALTER_COLUMN_TYPE, "values of ", List.of())
                            .withCopy(true));
                }
            } else {
                retype(c);
            }
        }
        retyped.forEach(c -> {
            c.state().type = c.wanted().type();
            c.state().collation = c.wanted().collation();
            c.state().retyped = true;
        });
    }

    private static boolean differs(Column c) {
        return !c.state().type.equals(c.wanted().type())
                || !Objects.equals(c.state().collation, c.wanted().collation());
    }

    private boolean inherits(Column c, List<Column> retyped) {
        return tables.constantParents(c.table().oid()).stream().anyMatch(parent -> retyped.stream()
                .anyMatch(r -> r.table() == parent.after()
                        && r.wanted().name().equals(c.wanted().name())));
    }

    /** Whether the source alone knows what became of the values. */
    private boolean refilled(Column c) {
        return c.state().generated == Generated.NO
                && tables.delta().rewritten(c.table().oid(), SchemaDelta.TYPE)
                && !castable(c);
    }

    private boolean castable(Column c) {
        return tables.delta().plainCast()
                && SafeCast.between(c.state().type, c.wanted().type());
    }

    /**
     * The column stays in its place among the others: instead of adding a new one, the rows, which are copied again anyway, are taken
     * out, and then any type can follow any other.
     */
    private void retype(Column c) {
        List<String> statements = new ArrayList<>();
        boolean refill =
                tables.family(c.table().oid()).stream().anyMatch(t -> refilled(new Column(t, c.wanted(), c.state())));
        boolean rowless = c.table().kind() == TableDefinition.Kind.PARTITIONED
                && tables.family(c.table().oid()).size() == 1;
        String type = c.wanted().type() + TypeSteps.collate(c.wanted().collation());
        String using = refill || rowless ? " USING NULL::" + c.wanted().type() : "";
        if (refill && !tables.mayEmpty(c.table().oid())) {
            throw notEmptied(c);
        }
        if (refill) {
            statements.add(Emptying.of(dialect, tables.family(c.table().oid())));
        }
        String plain = alter(c, false) + " TYPE " + type;
        statements.add(plain + (c.state().generated == Generated.NO ? using : ""));
        boolean typeAlone = Objects.equals(c.state().collation, c.wanted().collation());
        out.add(change(c, DdlKind.ALTER_COLUMN_TYPE, "", statements)
                // What is said to a person must not lose a value, nor a row.
                .withByHand(new SchemaChange.ByHand(
                        List.of(plain),
                        typeAlone
                                ? ExistsSql.column(
                                        c.table().name(),
                                        c.wanted().name(),
                                        c.wanted().type())
                                : SchemaChange.NOT_DONE))
                .withCopy(refilled(c) && c.table().kind() == TableDefinition.Kind.TABLE));
    }

    private PenstockException notEmptied(Column c) {
        QualifiedName source = tables.sourceName(c.table().oid());
        return new PenstockException(
                ErrorKind.REFUSED,
                "The source has given column " + Identifiers.quote(c.wanted().name()) + " of " + source
                        + " another type, and only a copy can tell what became of its values; but "
                        + c.table().name() + " holds rows that the task has not brought, so it is not emptied for that."
                        + " Nothing is changed. Change the column there by hand as the source did, remove the rows of "
                        + source + ", then run `penstock release` and start the task again with conflicts: ignore.");
    }

    void expressions() {
        List<Column> all = columns();
        for (Column c : all) {
            boolean was = c.state().generated != Generated.NO;
            boolean is = c.wanted().generated() != Generated.NO;
            if (was && !is) {
                dropExpression(c);
            } else if (was
                    && !Objects.equals(c.state().defaultExpression, c.wanted().defaultExpression())) {
                setExpression(c);
            }
        }
    }

    private void dropExpression(Column c) {
        boolean withParent = tables.constantParents(c.table().oid()).stream()
                .flatMap(p -> p.after().columns().stream())
                .anyMatch(p -> p.name().equals(c.wanted().name()) && p.generated() == Generated.NO);
        if (!withParent) {
            boolean can = dialect.can(Feature.DROP_EXPRESSION);
            out.add(change(
                            c,
                            DdlKind.ALTER_COLUMN_DEFAULT,
                            "expression of ",
                            can ? List.of(alter(c, false) + " DROP EXPRESSION") : replaced(c))
                    .unlessDoneByHand(
                            can
                                    ? ExistsSql.plainColumn(
                                            c.table().name(), c.wanted().name())
                                    : SchemaChange.NOT_DONE)
                    .withNotes(can ? List.of() : List.of("made anew, and so the last column here")));
        }
        c.state().generated = Generated.NO;
        c.state().defaultExpression = null;
    }

    /** Before 13 an ordinary column takes over the values. */
    private List<String> replaced(Column c) {
        String name = dialect.quote(c.table().name());
        String column = dialect.quote(c.wanted().name());
        String old = "penstock_" + c.wanted().number();
        return List.of(
                "ALTER TABLE " + name + " RENAME COLUMN " + column + " TO " + old,
                "ALTER TABLE " + name + " ADD COLUMN " + column + " "
                        + c.wanted().type() + TypeSteps.collate(c.wanted().collation()),
                "UPDATE " + name + " SET " + column + " = " + old,
                "ALTER TABLE " + name + " DROP COLUMN " + old);
    }

    /** Older servers can only make the column anew, at the end of the row; its values are computed, so that nothing is lost. */
    private void setExpression(Column c) {
        boolean virtual = c.wanted().generated() == Generated.VIRTUAL && dialect.can(Feature.VIRTUAL_COLUMNS);
        if (dialect.can(Feature.SET_EXPRESSION)) {
            String sql = alter(c, true) + " SET EXPRESSION AS (" + c.wanted().defaultExpression() + ")";
            out.add(change(c, DdlKind.ALTER_COLUMN_DEFAULT, "expression of ", List.of(sql)));
        } else if (tables.constantParents(c.table().oid()).isEmpty()) {
            List<String> notes = new ArrayList<>();
            String table = "ALTER TABLE " + dialect.quote(c.table().name());
            String name = dialect.quote(c.wanted().name());
            List<String> statements = List.of(
                    table + " DROP COLUMN " + name,
                    table + " ADD COLUMN " + name + " " + c.wanted().type()
                            + TypeSteps.collate(c.wanted().collation()) + steps.generated(c.wanted(), notes));
            notes.add("made anew, and so the last column here");
            out.add(change(c, DdlKind.ALTER_COLUMN_DEFAULT, "expression of ", statements)
                    .withNotes(notes));
            c.state().notNull = false;
        }
        c.state().generated = virtual ? Generated.VIRTUAL : Generated.STORED;
        c.state().defaultExpression = c.wanted().defaultExpression();
    }

    /** Table by table: children may have defaults of their own. */
    void defaults() {
        for (Column c : columns()) {
            String now = c.state().defaultExpression;
            String wanted = c.wanted().defaultExpression();
            if (c.wanted().generated() == Generated.NO && !Objects.equals(now, wanted)) {
                String sql = alter(c, true) + (wanted == null ? " DROP DEFAULT" : " SET DEFAULT " + wanted);
                out.add(change(c, kind(c, DdlKind.ALTER_COLUMN_DEFAULT), "default of ", List.of(sql)));
                c.state().defaultExpression = wanted;
            }
        }
    }

    private static DdlKind kind(Column c, DdlKind otherwise) {
        if (c.state().added) {
            return DdlKind.ADD_COLUMN;
        }
        return c.state().retyped ? DdlKind.ALTER_COLUMN_TYPE : otherwise;
    }

    void notNull() {
        for (Column c : columns()) {
            if (c.state().notNull != c.wanted().notNull()) {
                DdlKind kind = c.state().added ? DdlKind.ADD_COLUMN : DdlKind.ALTER_COLUMN_NULL;
                String sql = c.wanted().notNull() ? setNotNull(c) : dropNotNull(c);
                out.add(change(c, kind, "NOT NULL of ", List.of(sql)));
                c.state().notNull = c.wanted().notNull();
            }
        }
    }

    /** It reaches the children, unless one of them allows NULL. */
    private String setNotNull(Column c) {
        List<Column> below = below(c);
        boolean all = below.stream().allMatch(b -> b.wanted().notNull());
        if (all) {
            below.forEach(b -> b.state().notNull = true);
        }
        return alter(c, !all) + " SET NOT NULL";
    }

    /**
     * Partitions cannot be left out, and what becomes of theirs depends on the server's version; so each is set or dropped again. Other
     * children keep theirs.
     */
    private String dropNotNull(Column c) {
        boolean partitioned = c.table().kind() == TableDefinition.Kind.PARTITIONED;
        if (partitioned) {
            below(c).forEach(b -> b.state().notNull = !b.wanted().notNull());
        }
        return alter(c, !partitioned) + " DROP NOT NULL";
    }

    /** The same column of all the tables below that stay there. */
    private List<Column> below(Column c) {
        List<TableDefinition> family = tables.family(c.table().oid());
        return columns().stream()
                .filter(b -> b.table() != c.table()
                        && family.contains(b.table())
                        && !tables.constantParents(b.table().oid()).isEmpty()
                        && b.wanted().name().equals(c.wanted().name()))
                .toList();
    }

    void identity() {
        for (Column c : columns()) {
            List<String> notes = new ArrayList<>();
            String text = c.wanted().identity() == Identity.NO ? "" : steps.identity(c.table(), c.wanted(), notes);
            if (!text.isEmpty() && c.state().identity != c.wanted().identity()) {
                boolean comes = c.state().identity == Identity.NO;
                String sql = comes
                        ? alter(c, false) + " ADD" + text
                        : alter(c, false) + " SET GENERATED "
                                + (c.wanted().identity() == Identity.ALWAYS ? "ALWAYS" : "BY DEFAULT");
                out.add(change(c, kind(c, DdlKind.ALTER_COLUMN_DEFAULT), "identity of ", List.of(sql))
                        .unlessDoneByHand(
                                comes
                                        ? ExistsSql.identity(
                                                c.table().name(), c.wanted().name())
                                        : SchemaChange.NOT_DONE)
                        .withNotes(notes));
                c.state().identity = c.wanted().identity();
            }
        }
    }
}
