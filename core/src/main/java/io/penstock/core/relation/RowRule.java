package io.penstock.core.relation;

import io.penstock.core.name.QualifiedName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table are wanted and what becomes of their values: expressions of the databases' own SQL over the source's row, bound
 * to the columns of one table. The columns keep the names under which the expressions know them, whatever the source calls them later.
 *
 * @param origin the table of the task file; its name without the schema may stand before a column's in the expressions
 * @param written what the task file says, see {@link RuleText}
 * @param where rows for which it is not true are left out; null keeps all
 * @param exactWhere whether {@code where} says the same of a row at any time
 * @param exactValues whether every expression gives the same for a row at any time
 * @param wholeRows whether old rows must be in the log with all their columns (REPLICA IDENTITY FULL)
 * @param inputs the columns that expressions may read
 * @param expressions in the order in which added columns stand at the destination
 * @param typesThere what the destination calls types of the source, where it is something else
 */
public record RowRule(
        QualifiedName origin,
        String written,
        @Nullable String where,
        boolean exactWhere,
        boolean exactValues,
        boolean wholeRows,
        List<Input> inputs,
        List<Expression> expressions,
        Map<String, String> typesThere) {
    public RowRule {
        typesThere = Map.copyOf(typesThere);
        inputs = List.copyOf(inputs);
        expressions = List.copyOf(expressions);
    }

    /**
     * A column of the source's row.
     *
     * @param number {@code attnum}
     * @param position in the stream's tuples
     * @param name under which expressions know it
     * @param type at the source, as {@code format_type} writes it
     * @param collation qualified and quoted, null when it is the type's default
     */
    public record Input(
            int number,
            int position,
            String name,
            String type,
            @Nullable String collation) {}

    /**
     * A column whose value is computed.
     *
     * @param number {@code attnum} of the source's column that it replaces, 0 for one that is added
     * @param position of that column in the stream's tuples, -1 for one that is added
     * @param name in the task file
     * @param column name at the destination
     * @param type what the value is cast to, without a modifier such as a length: that is the column's matter
     * @param label whether the column is added with one value for all rows, and belongs to the destination's key, so that it tells these
     *     rows from those that other tables bring
     */
    public record Expression(
            int number, int position, String name, String column, String sql, String type, boolean label) {
        /** Not a label. */
        public Expression(int number, int position, String name, String column, String sql, String type) {
            this(number, position, name, column, sql, type, false);
        }

        public boolean added() {
            return number == 0;
        }
    }

    public RowRule withTypesThere(Map<String, String> types) {
        return new RowRule(origin, written, where, exactWhere, exactValues, wholeRows, inputs, expressions, types);
    }

    /** What the destination calls a type of the source, which may be an array. */
    public String there(String type) {
        return there(typesThere, type);
    }

    public static String there(Map<String, String> typesThere, String type) {
        String element = type.endsWith("[]") ? type.substring(0, type.length() - 2) : type;
        return typesThere.getOrDefault(element, element) + type.substring(element.length());
    }

    public boolean reads(int position) {
        return inputs.stream().anyMatch(i -> i.position() == position);
    }

    /** What tells the table's rows from others; empty when nothing does. */
    public List<Expression> labels() {
        return expressions.stream().filter(Expression::label).toList();
    }

    public boolean replaces(int position) {
        return expressions.stream().anyMatch(e -> e.position() == position);
    }
}
