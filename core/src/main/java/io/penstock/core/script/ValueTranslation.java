package io.penstock.core.script;

import io.penstock.core.name.Identifiers;
import java.util.ArrayList;
import java.util.List;

/** Translates the parts of a script that give values. One thread. */
final class ValueTranslation {
    /**
     * UTF-16 units of SQL for one value. A condition, a new value and the old one that all read the column they set make the text three times
     * as long: six such steps in a row on one column pass. Steps that do not read it add to its length only, and the server's parser,
     * whose stack is bounded, takes a thousand of them.
     */
    static final int MAX_LENGTH = 65_536;

    private final Context context;

    ValueTranslation(Context context) {
        this.context = context;
    }

    /** {@link Value#BROKEN} when it could not be translated, which is reported then. */
    Value value(Node node, Row row) {
        try {
            Value value = translated(node, row);
            checkLength(value, node.offset());
            return value;
        } catch (Untranslatable e) {
            context.problems().add(e);
            return Value.BROKEN;
        }
    }

    static void checkLength(Value value, int offset) {
        if (value.sql().length() > MAX_LENGTH) {
            throw new Untranslatable(
                    offset,
                    "the SQL of this grows beyond " + MAX_LENGTH
                            + " characters, because each step repeats what the column held before; use e_switch for cases that exclude each other");
        }
    }

    /** What a column holds now. */
    Value column(Node.Column column, Row row) {
        Value set = row.set().get(column.name());
        String type = context.table().columns().get(column.name());
        if (set != null) {
            return set;
        }
        if (type == null) {
            String table = context.table().name().toString();
            throw new Untranslatable(
                    column.offset(),
                    table + " has no column `" + column.name()
                            + "`; a step for other tables only goes into e_if(op_eq(__TB__, '...'), ...)"
                            + NearestName.hint(
                                    column.name(), context.table().columns().keySet(), "`"));
        }
        return read(column.name(), type);
    }

    static Value read(String column, String type) {
        return Value.typed(Identifiers.quoteAlways(column), type);
    }

    private Value translated(Node node, Row row) {
        if (node instanceof Node.Call call) {
            return call(call, row);
        }
        if (node instanceof Node.Choice choice) {
            return choice(choice, row);
        }
        if (node instanceof Node.Column column) {
            return column(column, row);
        }
        return node instanceof Node.Name name ? Variables.value(name, context) : constant(node);
    }

    private static Value constant(Node node) {
        if (node instanceof Node.Text text) {
            return Value.text(text.value());
        }
        if (node instanceof Node.Whole whole) {
            return Value.whole(whole.value());
        }
        if (node instanceof Node.Decimal decimal) {
            return Value.decimal(decimal.value());
        }
        if (node instanceof Node.Truth truth) {
            return Value.truth(truth.value());
        }
        if (node instanceof Node.Nothing) {
            return Value.NULL;
        }
        throw new Untranslatable(node.offset(), "a list stands only in op_in(value, [...])");
    }

    private Value call(Node.Call call, Row row) {
        int problems = context.problems().size();
        int notes = context.notes().size();
        List<Node> nodes = new ArrayList<>();
        List<Value> values = new ArrayList<>();
        for (Node argument : call.arguments()) {
            if (!(argument instanceof Node.Named)) {
                boolean list = call.name().equals("op_in") && nodes.size() == 1;
                nodes.add(argument);
                values.add(list ? Value.NULL : value(argument, row));
            }
        }
        if (LogicFunctions.decides(call.name(), values)) {
            context.problems().backTo(problems);
            context.notes().backTo(notes);
        } else if (values.stream().anyMatch(Value::isBroken)) {
            return Value.BROKEN;
        }
        Function function = Functions.ALL.get(call.name());
        if (function == null) {
            throw new Untranslatable(call.offset(), "unknown function " + call.name());
        }
        return function.body().translate(new Arguments(call, nodes, values, context));
    }

    private Value choice(Node.Choice choice, Row row) {
        Value condition = value(choice.condition(), row);
        if (condition.isBroken()) {
            return Value.BROKEN;
        }
        condition = LogicFunctions.condition(condition, choice.condition().offset());
        if (condition.constant() != null) {
            return value(condition.is(true) ? choice.yes() : choice.no(), row);
        }
        List<Value> values = List.of(value(choice.yes(), row), value(choice.no(), row));
        if (values.stream().anyMatch(Value::isBroken)) {
            return Value.BROKEN;
        }
        try {
            return Alternatives.choose(
                    List.of(condition), values, context.table().zone());
        } catch (IllegalArgumentException e) {
            throw new Untranslatable(choice.offset(), String.valueOf(e.getMessage()));
        }
    }
}
