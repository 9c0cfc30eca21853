package io.penstock.destination.schema;

import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.schema.Matched.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the comments of what stays and of columns that were added; removed ones are removed. Everything has its new name. */
final class CommentDifference {
    private final Dialect dialect;
    private final DeltaTables tables;
    private final ConstraintDifference constraints;
    private final List<SchemaChange> out;

    CommentDifference(Dialect dialect, DeltaTables tables, ConstraintDifference constraints, List<SchemaChange> out) {
        this.dialect = dialect;
        this.tables = tables;
        this.constraints = constraints;
        this.out = out;
    }

    static String sql(String object, @Nullable String comment) {
        return "COMMENT ON " + object + " IS " + (comment == null ? "NULL" : ExistsSql.literal(comment));
    }

    void write() {
        for (Pair<TableDefinition> table : tables.pairs()) {
            List<String> statements = new ArrayList<>();
            String name = dialect.quote(table.after().name());
            add(
                    statements,
                    "TABLE " + name,
                    table.before().comment(),
                    table.after().comment());
            columns(statements, table, name);
            constraints(statements, table, name);
            indexes(statements, table);
            if (!statements.isEmpty()) {
                int oid = table.after().oid();
                out.add(tables.change(oid, DdlKind.COMMENT, "comments on " + tables.sourceName(oid), statements));
            }
        }
        sequences();
    }

    private static void add(List<String> statements, String object, @Nullable String before, @Nullable String after) {
        if (!Objects.equals(before, after)) {
            statements.add(sql(object, after));
        }
    }

    private void columns(List<String> statements, Pair<TableDefinition> table, String name) {
        Matched<ColumnDefinition> matched = Matched.columns(table.before(), table.after());
        for (Pair<ColumnDefinition> c : matched.pairs()) {
            add(
                    statements,
                    column(name, c.after()),
                    c.before().comment(),
                    c.after().comment());
        }
        matched.added().forEach(c -> add(statements, column(name, c), null, c.comment()));
    }

    private String column(String table, ColumnDefinition column) {
        return "COLUMN " + table + "." + dialect.quote(column.name());
    }

    private void constraints(List<String> statements, Pair<TableDefinition> table, String name) {
        for (Pair<ConstraintDefinition> c :
                Matched.constraints(table.before(), table.after()).pairs()) {
            String object = "CONSTRAINT " + dialect.quote(c.after().name()) + " ON " + name;
            if (constraints.exists(table.after(), c.after())) {
                add(statements, object, c.before().comment(), c.after().comment());
            }
        }
    }

    private void indexes(List<String> statements, Pair<TableDefinition> table) {
        String schema = dialect.quote(table.after().name().schema());
        for (Pair<IndexDefinition> i :
                Matched.indexes(table.before(), table.after()).pairs()) {
            if (i.after().valid()) {
                String object =
                        "INDEX " + schema + "." + dialect.quote(i.after().name());
                add(statements, object, i.before().comment(), i.after().comment());
            }
        }
    }

    private void sequences() {
        for (Pair<SequenceDefinition> pair : Matched.sequences(
                        tables.delta().before().sequences(),
                        tables.delta().after().sequences())
                .pairs()) {
            SequenceDefinition a = pair.after();
            if (!Objects.equals(pair.before().comment(), a.comment())) {
                String sql = sql("SEQUENCE " + dialect.quote(a.name()), a.comment());
                out.add(SchemaChange.of(
                        0, a.name(), Optional.of(DdlKind.COMMENT), "comment on sequence " + a.name(), List.of(sql)));
            }
        }
    }
}
