package io.penstock.core.script;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Comparisons. Text is ordered by the codes of its characters ({@code COLLATE "C"}), as the reference does and so that both servers agree;
 * a string constant beside a date, a time or a number is read as one. Stateless.
 */
final class ComparisonFunctions {
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,1000}(\\.\\d{1,1000})?");

    static final Map<String, Function> ALL = Map.of(
            "op_eq", Function.of("op_eq(a, b)", 2, 2, a -> compared(a, "=")),
            "op_gt", Function.of("op_gt(a, b)", 2, 2, a -> compared(a, ">")),
            "op_lt", Function.of("op_lt(a, b)", 2, 2, a -> compared(a, "<")),
            "op_ge", Function.of("op_ge(a, b)", 2, 2, a -> compared(a, ">=")),
            "op_le", Function.of("op_le(a, b)", 2, 2, a -> compared(a, "<=")),
            "op_in", Function.of("op_in(value, ['a', 'b'])", 2, 2, ComparisonFunctions::in));

    private ComparisonFunctions() {}

    /** Two values, and where the second one stands. */
    private record Pair(String function, Value left, Value right, int offset) {
        boolean ordered() {
            return !function.equals("op_eq") && !function.equals("op_in");
        }

        Pair with(Value newLeft, Value newRight) {
            return new Pair(function, newLeft, newRight, offset);
        }

        Untranslatable wrong() {
            return new Untranslatable(
                    offset, function + " cannot compare " + shown(left) + " with " + shown(right) + advice());
        }

        private String advice() {
            if (left.kind() == right.kind()) {
                return "";
            }
            boolean text = left.kind() == Kind.TEXT || right.kind() == Kind.TEXT;
            if (text && (left.kind() == Kind.INTEGER || right.kind() == Kind.INTEGER)) {
                return "; write the constant in the other form, or use cast_string_to_long or cast_long_to_string";
            }
            return text && (left.kind() == Kind.DATETIME || right.kind() == Kind.DATETIME) ? "; use dt_strptime" : "";
        }

        private static String shown(Value value) {
            return value.kind() == Kind.OTHER
                    ? "a value of type " + value.type()
                    : value.kind().shown();
        }
    }

    private static Value compared(Arguments arguments, String operator) {
        for (int i = 0; i < 2; i++) {
            if (arguments.value(i).isNull()) {
                throw arguments.wrong(i, "nothing compares with null; write op_is_null(a) or op_is_not_null(a)");
            }
        }
        Pair pair = alike(
                new Pair(
                        arguments.call().name(),
                        arguments.value(0),
                        arguments.value(1),
                        arguments.node(1).offset()),
                arguments.context().table().zone());
        Boolean known = known(pair, operator);
        if (known != null) {
            return Value.truth(known);
        }
        String collation = pair.ordered() && pair.left().kind() == Kind.TEXT ? " COLLATE \"C\" " : " ";
        return Value.of(
                Kind.BOOLEAN,
                "(" + pair.left().sql() + collation + operator + " "
                        + pair.right().sql() + ")");
    }

    private static @Nullable Boolean known(Pair pair, String operator) {
        if (pair.left().constant() instanceof Long a && pair.right().constant() instanceof Long b) {
            return holds(a.compareTo(b), operator);
        }
        boolean equality = operator.equals("=");
        if (equality && pair.left().constant() != null && pair.right().constant() != null) {
            return pair.left().is(Objects.requireNonNull(pair.right().constant()));
        }
        return null;
    }

    private static boolean holds(int order, String operator) {
        return switch (operator) {
            case "=" -> order == 0;
            case ">" -> order > 0;
            case "<" -> order < 0;
            case ">=" -> order >= 0;
            default -> order <= 0;
        };
    }

    /** Both in one form that the server compares as the language means it. */
    private static Pair alike(Pair pair, ZoneId zone) {
        Kind left = pair.left().kind();
        Kind right = pair.right().kind();
        if (left.isNumber() || right.isNumber()) {
            return numbers(pair);
        }
        if (left == Kind.DATETIME || right == Kind.DATETIME) {
            return times(pair, zone);
        }
        if (left == Kind.BOOLEAN && right == Kind.BOOLEAN && !pair.ordered()) {
            return pair;
        }
        if (left == Kind.TEXT && right == Kind.TEXT) {
            return pair.with(pair.left().asText(), pair.right().asText());
        }
        boolean comparable = isText(pair.left()) && isText(pair.right()) && !pair.ordered();
        if (!comparable) {
            throw pair.wrong();
        }
        return pair.with(pair.left().asText(), pair.right().asText());
    }

    private static boolean isText(Value value) {
        return value.kind() == Kind.TEXT || (value.kind() == Kind.OTHER && SqlType.hasFixedText(value.type()));
    }

    private static Pair numbers(Pair pair) {
        Value left = number(pair.left());
        Value right = number(pair.right());
        if (!left.kind().isNumber() || !right.kind().isNumber()) {
            throw pair.wrong();
        }
        return pair.with(left, right);
    }

    private static Value number(Value value) {
        String known = value.knownText();
        if (known == null || !NUMBER.matcher(known).matches()) {
            return value;
        }
        try {
            return known.contains(".") ? Value.decimal(known) : Value.whole(Long.parseLong(known));
        } catch (NumberFormatException e) {
            return Value.decimal(known);
        }
    }

    private static Pair times(Pair pair, ZoneId zone) {
        boolean sameInstantType = SqlType.isZoned(pair.left().type())
                && SqlType.isZoned(pair.right().type());
        return sameInstantType ? pair : pair.with(time(pair.left(), pair, zone), time(pair.right(), pair, zone));
    }

    private static Value time(Value value, Pair pair, ZoneId zone) {
        String known = value.knownText();
        if (known == null && value.kind() != Kind.DATETIME) {
            throw pair.wrong();
        }
        return Value.of(
                Kind.DATETIME,
                known == null ? Timestamps.local(value, zone) : Timestamps.constant(known, pair.offset()));
    }

    private static Value in(Arguments arguments) {
        List<Node> items = ListArgument.items(arguments.node(1));
        Value value = arguments.value(0);
        if (value.isNull()) {
            throw arguments.wrong(0, "nothing is among values when it is null; write op_is_null(a)");
        }
        ZoneId zone = arguments.context().table().zone();
        List<String> alternatives = new ArrayList<>();
        String left = "";
        for (Node item : items) {
            Pair pair = alike(new Pair("op_in", value, ListArgument.constant(item), item.offset()), zone);
            Boolean known = known(pair, "=");
            if (Boolean.TRUE.equals(known)) {
                return Value.TRUE;
            }
            if (known == null) {
                left = pair.left().sql();
                alternatives.add(pair.right().sql());
            }
        }
        return alternatives.isEmpty()
                ? Value.FALSE
                : Value.of(Kind.BOOLEAN, "(" + left + " IN (" + String.join(", ", alternatives) + "))");
    }
}
