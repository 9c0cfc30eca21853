package io.penstock.postgres.expression;

import static java.util.stream.Collectors.joining;

import io.penstock.core.name.Identifiers;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.TableMapping;
import java.util.Objects;

/** What tells a table's rows from those that others bring into the same destination table, as pure text. */
public final class Label {
    private Label() {}

    /**
     * True for the table's own rows.
     *
     * @param table that has a label
     * @param alias of the destination's table
     */
    public static String condition(TableMapping table, String alias) {
        return rule(table).labels().stream()
                .map(e -> alias + "." + Identifiers.quote(e.column()) + " = " + value(rule(table), e))
                .collect(joining(" and "));
    }

    /** The value of a label's column. */
    public static String value(RowRule rule, RowRule.Expression label) {
        return "(" + label.sql() + ")::" + rule.there(label.type());
    }

    private static RowRule rule(TableMapping table) {
        return Objects.requireNonNull(table.rule(), "the table has no rule");
    }
}
