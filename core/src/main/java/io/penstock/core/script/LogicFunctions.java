package io.penstock.core.script;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Conditions joined to conditions, and tests for null. Stateless. */
final class LogicFunctions {
    static final Map<String, Function> ALL = Map.of(
            "op_and",
                    Function.of("op_and(condition, condition)", 2, Signature.MANY, a -> joined(a, Value.TRUE, " AND ")),
            "op_or", Function.of("op_or(condition, condition)", 2, Signature.MANY, a -> joined(a, Value.FALSE, " OR ")),
            "op_not", Function.of("op_not(condition)", 1, 1, LogicFunctions::not),
            "op_is_null", Function.of("op_is_null(value)", 1, 1, a -> isNull(a, true)),
            "op_is_not_null", Function.of("op_is_not_null(value)", 1, 1, a -> isNull(a, false)));

    private LogicFunctions() {}

    /** Whether one known operand decides the whole, so that the others do not matter. */
    static boolean decides(String function, List<Value> operands) {
        return (function.equals("op_and") && operands.contains(Value.FALSE))
                || (function.equals("op_or") && operands.contains(Value.TRUE));
    }

    /** A condition as such; NULL counts as one that is never true. */
    static Value condition(Value value, int offset) {
        if (value.isNull()) {
            return new Value(Kind.BOOLEAN, SqlText.cast("NULL", SqlType.BOOLEAN), SqlType.BOOLEAN, null);
        }
        if (value.kind() != Kind.BOOLEAN) {
            throw new Untranslatable(
                    offset,
                    "a condition is expected here, for instance op_eq(a, b), not "
                            + value.kind().shown());
        }
        return value;
    }

    static Value not(Value condition) {
        if (condition.constant() instanceof Boolean known) {
            return Value.truth(!known);
        }
        return Value.of(Kind.BOOLEAN, "(NOT " + condition.sql() + ")");
    }

    private static Value joined(Arguments arguments, Value neutral, String word) {
        if (decides(arguments.call().name(), arguments.values())) {
            return not(neutral);
        }
        List<String> operands = IntStream.range(0, arguments.size())
                .mapToObj(i -> condition(arguments.value(i), arguments.node(i).offset()))
                .filter(operand -> !operand.equals(neutral))
                .map(Value::sql)
                .toList();
        if (operands.isEmpty()) {
            return neutral;
        }
        return Value.of(
                Kind.BOOLEAN,
                operands.size() == 1 ? operands.get(0) : operands.stream().collect(Collectors.joining(word, "(", ")")));
    }

    private static Value not(Arguments arguments) {
        return not(condition(arguments.value(0), arguments.node(0).offset()));
    }

    private static Value isNull(Arguments arguments, boolean wanted) {
        Value value = arguments.value(0);
        if (value.isNull() || value.constant() != null) {
            return Value.truth(value.isNull() == wanted);
        }
        return Value.of(Kind.BOOLEAN, "(" + value.sql() + (wanted ? " IS NULL)" : " IS NOT NULL)"));
    }
}
