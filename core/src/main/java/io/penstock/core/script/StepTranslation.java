package io.penstock.core.script;

import io.penstock.core.name.Identifiers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Walks through the steps of a script and follows what they do to a row, case by case. One thread, one script, one table. */
final class StepTranslation {
    private final Context context;
    private final ValueTranslation values;

    /** Cases that exclude each other, in order; there is one row more than conditions. */
    private record Cases(List<Value> conditions, List<Row> rows, int offset) {}

    StepTranslation(ScriptTable table, Problems notes, Problems problems) {
        context = new Context(table, notes, problems);
        values = new ValueTranslation(context);
    }

    /** To be used only when no problem was found. */
    ScriptRule rule(Node root) {
        Row row = step(root, Row.UNTOUCHED);
        Map<String, ScriptRule.Column> columns = new LinkedHashMap<>();
        row.set().forEach((name, value) -> {
            boolean unchanged = value.sql().equals(Identifiers.quoteAlways(name));
            if (!unchanged) {
                columns.put(name, column(name, value));
            }
        });
        return new ScriptRule(
                columns,
                row.keep().is(true) ? Optional.empty() : Optional.of(row.keep().sql()),
                context.notes().list(),
                context.dependsOn());
    }

    private ScriptRule.Column column(String name, Value value) {
        String type = context.table().columns().get(name);
        return type == null
                ? new ScriptRule.Column(value.sql(), value.type(), true)
                : new ScriptRule.Column(value.sql(), type, false);
    }

    private Row step(Node node, Row row) {
        if (!(node instanceof Node.Call call)) {
            throw new IllegalStateException("not a step: " + node);
        }
        try {
            return step(call, row);
        } catch (Untranslatable e) {
            context.problems().add(e);
            return row;
        }
    }

    private Row step(Node.Call call, Row row) {
        List<Node> arguments = call.arguments();
        return switch (call.name()) {
            case "e_compose" -> composed(arguments, row);
            case "e_set" -> set(call, row);
            case "e_keep" -> arguments.isEmpty() ? row : keep(arguments.get(0), row, true);
            case "e_drop" -> arguments.isEmpty() ? row.keeping(Value.FALSE) : keep(arguments.get(0), row, false);
            case "e_if", "e_if_else", "e_switch" -> cases(call, row);
            default -> throw new IllegalStateException("not a step: " + call.name());
        };
    }

    private Row composed(List<Node> steps, Row row) {
        Row now = row;
        for (Node step : steps) {
            now = step(step, now);
        }
        return now;
    }

    private Row keep(Node node, Row row, boolean wanted) {
        Value condition = values.value(node, row);
        if (condition.isBroken() || row.keep().is(false)) {
            return row;
        }
        condition = LogicFunctions.condition(condition, node.offset());
        if (condition.isNull() || condition.constant() != null) {
            return condition.is(wanted) ? row : row.keeping(Value.FALSE);
        }
        String sql = "(" + condition.sql() + (wanted ? " IS TRUE)" : " IS NOT TRUE)");
        Value kept = row.keep().is(true) ? sql(sql) : sql("(" + row.keep().sql() + " AND " + sql + ")");
        ValueTranslation.checkLength(kept, node.offset());
        return row.keeping(kept);
    }

    private static Value sql(String condition) {
        return Value.of(Kind.BOOLEAN, condition);
    }

    /** Conditions that are known now leave no trace, and neither do the steps behind those that are never true. */
    private Row cases(Node.Call call, Row row) {
        List<Value> conditions = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        List<Node> arguments = plain(call);
        for (int i = 0; i + 1 < arguments.size(); i += 2) {
            Value condition = condition(arguments.get(i), row);
            if (condition.is(true)) {
                rows.add(step(arguments.get(i + 1), row));
                return merged(new Cases(conditions, rows, call.offset()), row);
            }
            boolean never = condition.is(false);
            if (!never) {
                conditions.add(condition);
                rows.add(step(arguments.get(i + 1), row));
            }
        }
        rows.add(otherwise(call, row));
        return merged(new Cases(conditions, rows, call.offset()), row);
    }

    /** Conditions and steps in turns. */
    private static List<Node> plain(Node.Call call) {
        List<Node> plain = call.arguments().stream()
                .filter(argument -> !(argument instanceof Node.Named))
                .toList();
        return call.name().equals("e_if_else") ? plain.subList(0, 2) : plain;
    }

    private Row otherwise(Node.Call call, Row row) {
        if (call.name().equals("e_if_else")) {
            return step(call.arguments().get(2), row);
        }
        for (Node argument : call.arguments()) {
            if (argument instanceof Node.Named otherwise) {
                return step(otherwise.value(), row);
            }
        }
        return row;
    }

    /** A known condition comes back as TRUE or FALSE; what is NULL is never taken. */
    private Value condition(Node node, Row row) {
        Value condition = values.value(node, row);
        if (condition.isBroken()) {
            return condition;
        }
        try {
            return condition.isNull() ? Value.FALSE : LogicFunctions.condition(condition, node.offset());
        } catch (Untranslatable e) {
            context.problems().add(e);
            return Value.BROKEN;
        }
    }

    private Row merged(Cases cases, Row before) {
        if (cases.conditions().isEmpty()) {
            return cases.rows().get(0);
        }
        Set<String> columns = new LinkedHashSet<>(before.set().keySet());
        cases.rows().forEach(row -> columns.addAll(row.set().keySet()));
        Row merged = before;
        for (String column : columns) {
            merged = merged.with(column, merged(cases, column));
        }
        return merged.keeping(keep(cases));
    }

    private Value merged(Cases cases, String column) {
        List<Value> alternatives =
                cases.rows().stream().map(row -> held(column, row)).toList();
        if (alternatives.stream().anyMatch(Value::isBroken)) {
            return Value.BROKEN;
        }
        try {
            Value chosen = Alternatives.choose(
                    cases.conditions(), alternatives, context.table().zone());
            ValueTranslation.checkLength(chosen, cases.offset());
            return chosen;
        } catch (IllegalArgumentException e) {
            throw new Untranslatable(cases.offset(), "column `" + column + "`: " + e.getMessage());
        }
    }

    private Value held(String column, Row row) {
        Value set = row.set().get(column);
        String type = context.table().columns().get(column);
        if (set != null) {
            return set;
        }
        return type == null ? Value.NULL : ValueTranslation.read(column, type);
    }

    private Value keep(Cases cases) {
        List<Value> kept = cases.rows().stream().map(Row::keep).toList();
        boolean oneCase = cases.conditions().size() == 1;
        String condition = cases.conditions().get(0).sql();
        if (oneCase && kept.get(0).is(false) && kept.get(1).is(true)) {
            return sql("(" + condition + " IS NOT TRUE)");
        }
        if (oneCase && kept.get(0).is(true) && kept.get(1).is(false)) {
            return sql("(" + condition + " IS TRUE)");
        }
        Value chosen =
                Alternatives.choose(cases.conditions(), kept, context.table().zone());
        ValueTranslation.checkLength(chosen, cases.offset());
        return chosen;
    }

    private Row set(Node.Call call, Row row) {
        Node.Column target = (Node.Column) call.arguments().get(0);
        Value value = values.value(call.arguments().get(1), row);
        if (value.isBroken()) {
            return row.with(target.name(), Value.BROKEN);
        }
        String type = context.table().columns().get(target.name());
        try {
            Value fit = type == null ? added(call, value) : fit(call, value, type);
            ValueTranslation.checkLength(fit, call.offset());
            return row.with(target.name(), fit);
        } catch (IllegalArgumentException e) {
            throw new Untranslatable(call.arguments().get(1).offset(), String.valueOf(e.getMessage()));
        }
    }

    private Value fit(Node.Call call, Value value, String type) {
        if (call.arguments().size() == 3) {
            throw new Untranslatable(
                    call.arguments().get(2).offset(),
                    "the table has this column already, as " + type + "; a type is given to new columns only");
        }
        return ColumnFit.fit(value, type, context.table().zone());
    }

    private Value added(Node.Call call, Value value) {
        if (call.arguments().size() == 3) {
            return ColumnFit.fit(
                    value,
                    NewColumnType.sql(call.arguments().get(2)),
                    context.table().zone());
        }
        boolean asItIs = value.constant() == null && !value.isNull();
        return asItIs
                ? value
                : ColumnFit.fit(
                        value, SqlType.widest(value.kind()), context.table().zone());
    }
}
