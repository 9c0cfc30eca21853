package io.penstock.postgres.expression;

import static java.util.stream.Collectors.joining;

import io.penstock.core.name.Identifiers;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.RowRule.Expression;
import io.penstock.core.relation.RowRule.Input;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TableMapping.MappedColumn;
import io.penstock.core.schema.TypeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Queries over source rows by a table's rule, as pure text: the same at the source, over the table, and at the destination, over a
 * staging table. An inner query gives the columns the names under which the expressions know them, and hides everything else, such as
 * system columns, so that an expression can see nothing but one row.
 */
public final class RowSelect {
    private final TableMapping table;
    private final RowRule rule;
    private final String prefix;
    private final boolean atDestination;

    private RowSelect(TableMapping table, boolean atDestination) {
        this.table = table;
        this.rule = Objects.requireNonNull(table.rule(), "the table has no rule");
        this.atDestination = atDestination;
        this.prefix = free();
    }

    /** Gives values as the source's columns have them. */
    public static RowSelect atSource(TableMapping table) {
        return new RowSelect(table, false);
    }

    /** Gives values as the destination's columns take them. */
    public static RowSelect atDestination(TableMapping table) {
        return new RowSelect(table, true);
    }

    /** A prefix that no column of an expression has. */
    private String free() {
        String wanted = "penstock_";
        while (begins(wanted)) {
            wanted = "x" + wanted;
        }
        return wanted;
    }

    private boolean begins(String name) {
        return rule.inputs().stream().anyMatch(i -> i.name().startsWith(name));
    }

    /**
     * Where the rows come from.
     *
     * @param from what follows FROM, with a condition perhaps
     * @param column how a column of the stream's tuples, by its position, is written there
     */
    public record Rows(String from, IntFunction<String> column) {}

    /**
     * The rows that are wanted: the columns in the given order, then those that are added.
     *
     * @param order positions in the stream's tuples
     */
    public String rows(Rows rows, int[] order) {
        return "select " + withAdded(order) + " " + source(rows, passed(order), "");
    }

    /**
     * The same, each row as one text {@code row_text} in the types of the destination's columns, and beside it {@code copies}.
     *
     * @param copies a column of the rows
     * @param addedTypes types of the added columns at the destination
     */
    public String texts(Rows rows, int[] order, String copies, List<String> addedTypes) {
        List<String> outputs = new ArrayList<>();
        IntStream.of(order)
                .mapToObj(i -> output(i) + "::" + table.columns().get(i).type())
                .forEach(outputs::add);
        List<Expression> added =
                rule.expressions().stream().filter(Expression::added).toList();
        for (int i = 0; i < added.size(); i++) {
            outputs.add(value(added.get(i)) + "::" + addedTypes.get(i));
        }
        return "select row(" + String.join(", ", outputs) + ")::text as row_text, " + prefix + "copies as copies "
                + source(rows, passed(order), ", " + copies + " as " + prefix + "copies");
    }

    /** Every wanted row as often as its copies say. */
    public String copied(Rows rows, int[] order, String copies) {
        String series = ", pg_catalog.generate_series(1, " + copies + ") as " + prefix + "copies";
        return "select " + withAdded(order) + " " + source(rows, passed(order), series);
    }

    /**
     * Keys of the rows that are wanted, to be compared with those of the table.
     *
     * @param keys positions in the stream's tuples; no expression replaces such a column
     */
    public String keys(Rows rows, int[] keys) {
        String outputs =
                IntStream.of(keys).mapToObj(i -> compared(prefix + i, i)).collect(joining(", "));
        return "select " + outputs + " " + source(rows, keys, "");
    }

    /** Keys of all rows, whether they are wanted or not. */
    public String allKeys(Rows rows, int[] keys) {
        return IntStream.of(keys)
                .mapToObj(i -> compared(rows.column().apply(i), i))
                .collect(joining(", ", "select ", " from " + rows.from()));
    }

    /** A collation of the source's column would contradict that of the table's; the default one gives way. */
    private String compared(String value, int position) {
        for (Input i : rule.inputs()) {
            if (i.position() == position) {
                String neutral = i.collation() == null ? value : "(" + value + " collate pg_catalog.\"default\")";
                return converted(neutral, i.type(), position);
            }
        }
        return value;
    }

    /** How many of the rows are wanted. */
    public String count(Rows rows) {
        return "select count(*) " + source(rows, new int[0], "");
    }

    /** How many copies of rows are wanted. */
    public String sum(Rows rows, String copies) {
        return "select coalesce(sum(" + prefix + "copies), 0) "
                + source(rows, new int[0], ", " + copies + " as " + prefix + "copies");
    }

    private String withAdded(int[] order) {
        return Stream.concat(
                        IntStream.of(order).mapToObj(this::output),
                        rule.expressions().stream().filter(Expression::added).map(this::value))
                .collect(joining(", "));
    }

    private int[] passed(int[] order) {
        return IntStream.of(order).filter(i -> !rule.replaces(i)).toArray();
    }

    private String source(Rows rows, int[] passed, String more) {
        Stream<String> inputs = rule.inputs().stream()
                .map(i -> rows.column().apply(i.position()) + " as " + Identifiers.quoteAlways(i.name()));
        Stream<String> others = IntStream.of(passed).mapToObj(i -> rows.column().apply(i) + " as " + prefix + i);
        String columns = Stream.concat(inputs, others).collect(joining(", "));
        String list =
                columns.isEmpty() ? (more.isEmpty() ? "1 as " + prefix + "row" : more.substring(2)) : columns + more;
        String where = rule.where() == null ? "" : " where (" + rule.where() + "\n)";
        return "from (select " + list + " from " + rows.from() + ") as "
                + Identifiers.quoteAlways(rule.origin().table()) + where;
    }

    private String output(int position) {
        for (Expression e : rule.expressions()) {
            if (e.position() == position) {
                return converted(value(e), e.type(), position);
            }
        }
        for (Input i : rule.inputs()) {
            if (i.position() == position) {
                return converted(prefix + position, i.type(), position);
            }
        }
        return prefix + position;
    }

    /** The line break ends a comment. */
    private String value(Expression e) {
        return "(" + e.sql() + "\n)::" + type(e.type());
    }

    private String type(String ofSource) {
        return atDestination ? rule.there(ofSource) : ofSource;
    }

    /** A value of another type travels as text, as it does in a copy. */
    private String converted(String value, String type, int position) {
        MappedColumn column = table.columns().get(position);
        boolean same = TypeText.withoutModifier(type(type)).equals(TypeText.withoutModifier(column.type()));
        return !atDestination || same ? value : value + "::text::" + column.type();
    }
}
