package io.penstock.engine.mapping;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.RowRule.Expression;
import io.penstock.core.relation.RowRule.Input;
import io.penstock.core.relation.RuleText;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ExpressionText;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Binds what the user has written to the columns of one table: by name when the table becomes known, by number from then on, so that a
 * column that is renamed at the source is still the one that was meant. Pure.
 */
final class RuleBinding {
    private final TableDefinition table;
    private final List<ColumnDefinition> columns;

    RuleBinding(TableDefinition table) {
        this.table = table;
        this.columns = table.copiedColumns();
    }

    /**
     * What is known of a text.
     *
     * @param types of the added columns
     */
    record Known(RuleText text, Map<String, String> types, boolean exactWhere, boolean exactValues) {}

    /** For a table that comes under the rule by its name. */
    RowRule first(Known known) {
        RuleText text = known.text();
        List<Input> inputs = new ArrayList<>();
        for (String name :
                used(text, columns.stream().map(ColumnDefinition::name).toList())) {
            inputs.add(input(position(c -> c.name().equals(name)), name));
        }
        List<Expression> expressions = new ArrayList<>();
        text.set().forEach((name, sql) -> {
            int position = position(c -> c.name().equals(name));
            String type = position < 0 ? known.types().get(name) : bare(position);
            if (type == null) {
                throw refused("column " + name + ", which `columns.set` replaces, is not there");
            }
            boolean label = position < 0 && text.labels().contains(name);
            expressions.add(expression(position, name, sql, type, label));
        });
        return new RowRule(
                text.origin(),
                text.written(),
                text.where(),
                known.exactWhere(),
                known.exactValues(),
                wholeRows(text, columns),
                inputs,
                expressions,
                Map.of());
    }

    /** Whether old rows must be in the log: to know what the filter said of them, or for values that the log leaves out. */
    static boolean wholeRows(RuleText text, List<ColumnDefinition> columns) {
        Set<String> read =
                used(text, columns.stream().map(ColumnDefinition::name).toList());
        return text.where() != null
                || columns.stream().anyMatch(c -> read.contains(c.name()) && !TypeText.alwaysInRow(c.type()));
    }

    private static Set<String> used(RuleText text, Collection<String> names) {
        Set<String> used = new LinkedHashSet<>();
        if (text.where() != null) {
            used.addAll(ExpressionText.columns(text.where(), names));
        }
        text.set().values().forEach(sql -> used.addAll(ExpressionText.columns(sql, names)));
        return used;
    }

    /** For a table that was under the rule before. */
    RowRule again(RowRule before) {
        return bound(before, column -> c -> c.number() == column.number());
    }

    /** For a partition of a table that is under the rule. */
    RowRule inherited(RowRule parents, TableDefinition parent) {
        return bound(parents, column -> {
            String name = parent.columns().stream()
                    .filter(c -> c.number() == column.number())
                    .map(ColumnDefinition::name)
                    .findFirst()
                    .orElse("");
            return c -> c.name().equals(name);
        });
    }

    /** A column of the table under which the rule was bound. */
    private record Column(int number, String name) {}

    /** Finds a column of this table for one of the other. */
    private interface Match {
        Predicate<ColumnDefinition> of(Column column);
    }

    private RowRule bound(RowRule rule, Match match) {
        List<Input> inputs = new ArrayList<>();
        for (Input i : rule.inputs()) {
            int position = position(match.of(new Column(i.number(), i.name())));
            if (position < 0) {
                throw refused("column " + i.name() + ", which an expression reads, is not there any more");
            }
            inputs.add(input(position, i.name()));
        }
        List<Expression> expressions = new ArrayList<>();
        for (Expression e : rule.expressions()) {
            int position = e.added() ? -1 : position(match.of(new Column(e.number(), e.name())));
            if (!e.added() && position < 0) {
                throw refused("column " + e.name() + ", which `columns.set` replaces, is not there any more");
            }
            String type = e.added() ? e.type() : bare(position);
            expressions.add(expression(position, e.name(), e.sql(), type, e.label()));
        }
        requireInRow(rule, inputs);
        return new RowRule(
                rule.origin(),
                rule.written(),
                rule.where(),
                rule.exactWhere(),
                rule.exactValues(),
                rule.wholeRows(),
                inputs,
                expressions,
                rule.typesThere());
    }

    private void requireInRow(RowRule rule, List<Input> inputs) {
        Optional<Input> outside =
                inputs.stream().filter(i -> !TypeText.alwaysInRow(i.type())).findFirst();
        if (outside.isPresent() && !rule.wholeRows()) {
            throw refused("column " + outside.get().name() + ", which an expression reads, has become "
                    + outside.get().type()
                    + ", whose large values the source's log leaves out unless the table has REPLICA"
                    + " IDENTITY FULL");
        }
    }

    private int position(Predicate<ColumnDefinition> wanted) {
        for (int i = 0; i < columns.size(); i++) {
            if (wanted.test(columns.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private Input input(int position, String name) {
        ColumnDefinition c = columns.get(position);
        return new Input(c.number(), position, name, c.type(), c.collation());
    }

    private Expression expression(int position, String name, String sql, String type, boolean label) {
        boolean added = position < 0;
        if (added && table.columns().stream().anyMatch(c -> c.name().equals(name))) {
            throw refused("column " + name + ", which `columns.set` adds, is a column of the source now");
        }
        int number = added ? 0 : columns.get(position).number();
        return new Expression(number, position, name, name, sql, type, label);
    }

    private String bare(int position) {
        return TypeText.withoutModifier(columns.get(position).type());
    }

    private PenstockException refused(String what) {
        return new PenstockException(
                ErrorKind.REFUSED,
                "The task file's filter and expressions can no longer be evaluated for " + table.name() + ": " + what
                        + ". Nothing of the change is applied. Release the task, correct the task file, drop the destination table"
                        + " and start the task again.");
    }

    /** Why a bound rule cannot be followed for the table; empty when it can. */
    static Optional<String> objection(RowRule rule, TableDefinition table) {
        for (Expression e : rule.expressions()) {
            boolean key = !e.added()
                    && table.keyColumns()
                            .contains(table.copiedColumns().get(e.position()).name());
            if (key) {
                return Optional.of("`columns.set` may not replace column " + e.name()
                        + ": it belongs to the key by which rows are found at the destination. Add a column of another name"
                        + " instead, or give the source table another key.");
            }
        }
        boolean exact = rule.exactValues() && (rule.where() == null || rule.exactWhere());
        boolean keyless =
                table.kind() == TableDefinition.Kind.TABLE && table.keyColumns().isEmpty();
        if (keyless && !exact) {
            return Optional.of(
                    "the table has no key, so a row is found at the destination by computing it again, and that"
                            + " needs IMMUTABLE expressions. Give the source table a primary key, or leave out what changes by itself"
                            + " (now(), random(), conversions that depend on settings).");
        }
        return Optional.empty();
    }

    /** Whether rows that are there would be others under the new rule, though the source's rows have not changed. */
    static boolean changes(@Nullable RowRule before, @Nullable RowRule after) {
        if (before == null || after == null) {
            return before != after;
        }
        return !before.origin().equals(after.origin()) || !shape(before).equals(shape(after));
    }

    private static List<String> shape(RowRule rule) {
        List<String> shape = new ArrayList<>();
        rule.inputs().forEach(i -> shape.add(i.name() + " " + i.number() + " " + i.type() + " " + i.collation()));
        rule.expressions().forEach(e -> shape.add(e.name() + " " + e.number() + " " + e.type()));
        return shape;
    }
}
