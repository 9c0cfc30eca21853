package io.penstock.core.script;

import java.util.Map;

/** Arithmetic and casts. Whole numbers are computed in 64 bits; beyond them the server stops with an error. Stateless. */
final class NumberFunctions {
    static final Map<String, Function> ALL = Map.of(
            "op_sum", Function.of("op_sum(a, b)", 2, 2, a -> computed(a, "+")),
            "op_sub", Function.of("op_sub(a, b)", 2, 2, a -> computed(a, "-")),
            "op_mul", Function.of("op_mul(a, b)", 2, 2, a -> computed(a, "*")),
            "op_div_true", Function.of("op_div_true(a, b)", 2, 2, NumberFunctions::divided),
            "op_mod", Function.of("op_mod(a, b)", 2, 2, NumberFunctions::modulo),
            "cast_string_to_long", Function.of("cast_string_to_long(text)", 1, 1, NumberFunctions::toLong),
            "cast_long_to_string", Function.of("cast_long_to_string(number)", 1, 1, NumberFunctions::toText));

    private NumberFunctions() {}

    private static Value number(Arguments arguments, int i) {
        Value value = arguments.value(i);
        if (value.isNull()) {
            return new Value(Kind.INTEGER, SqlText.cast("NULL", SqlType.BIGINT), SqlType.BIGINT, null);
        }
        if (!value.kind().isNumber()) {
            throw arguments.wrong(
                    i,
                    arguments.call().name() + " wants a number here, not " + arguments.described(i)
                            + (value.kind() == Kind.TEXT
                                    ? "; write cast_string_to_long(...), and op_add to join text"
                                    : ""));
        }
        return value;
    }

    private static Kind wider(Value left, Value right) {
        if (left.kind() == Kind.DOUBLE || right.kind() == Kind.DOUBLE) {
            return Kind.DOUBLE;
        }
        return left.kind() == Kind.INTEGER && right.kind() == Kind.INTEGER ? Kind.INTEGER : Kind.NUMERIC;
    }

    private static Value computed(Arguments arguments, String operator) {
        Value left = number(arguments, 0);
        Value right = number(arguments, 1);
        Kind kind = wider(left, right);
        String first = left.sql();
        boolean narrow = !SqlType.base(left.type()).equals(SqlType.BIGINT)
                && !SqlType.base(right.type()).equals(SqlType.BIGINT);
        if (kind == Kind.INTEGER && narrow) {
            first = SqlText.cast(first, SqlType.BIGINT);
        } else if (kind == Kind.DOUBLE) {
            first = SqlText.cast(first, SqlType.DOUBLE);
        }
        return Value.of(kind, "(" + first + " " + operator + " " + right.sql() + ")");
    }

    private static Value divided(Arguments arguments) {
        Value left = number(arguments, 0);
        Value right = number(arguments, 1);
        if (right.is(0L)) {
            throw arguments.wrong(1, "division by zero");
        }
        Kind kind = wider(left, right) == Kind.NUMERIC ? Kind.NUMERIC : Kind.DOUBLE;
        String type = SqlType.widest(kind);
        return Value.of(kind, "(" + SqlText.cast(left.sql(), type) + " / " + SqlText.cast(right.sql(), type) + ")");
    }

    private static Value modulo(Arguments arguments) {
        if (arguments.value(1).is(0L)) {
            throw arguments.wrong(1, "division by zero");
        }
        for (int i = 0; i < 2; i++) {
            if (number(arguments, i).kind() == Kind.DOUBLE) {
                throw arguments.wrong(
                        i,
                        "op_mod wants whole or exact numbers; PostgreSQL has no remainder of "
                                + arguments.value(i).type());
            }
        }
        return computed(arguments, "%");
    }

    private static Value toLong(Arguments arguments) {
        return Value.of(Kind.INTEGER, SqlText.cast(arguments.text(0), SqlType.BIGINT));
    }

    private static Value toText(Arguments arguments) {
        Value value = number(arguments, 0);
        if (value.kind() != Kind.INTEGER) {
            throw arguments.wrong(0, "cast_long_to_string wants a whole number, not " + arguments.described(0));
        }
        return Value.of(Kind.TEXT, SqlText.cast(value.sql(), SqlType.TEXT));
    }
}
