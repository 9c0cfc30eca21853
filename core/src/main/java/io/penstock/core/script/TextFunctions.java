package io.penstock.core.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Text made of text. Stateless. */
final class TextFunctions {
    private static final String TO_THE_END = "2147483647";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\}");
    private static final Pattern BRACE = Pattern.compile("[{}]");
    static final String CTYPE_NOTE =
            " depends on LC_CTYPE of the database for letters beyond ASCII; both databases should have the same";

    static final Map<String, Function> ALL = Map.of(
            "op_add", Function.of("op_add(text, text, ...)", 2, Signature.MANY, TextFunctions::added),
            "str_format",
                    Function.of("str_format('{} and {}', value, value)", 2, Signature.MANY, TextFunctions::formatted),
            "str_replace", Function.of("str_replace(text, old, new, count)", 3, 4, TextFunctions::replaced),
            "str_strip", Function.of("str_strip(text, characters)", 2, 2, TextFunctions::stripped),
            "str_lower", Function.of("str_lower(text)", 1, 1, a -> cased(a, "lower")),
            "str_upper", Function.of("str_upper(text)", 1, 1, a -> cased(a, "upper")),
            "str_mask", Function.of("str_mask(text, start, end, mask)", 4, 4, TextFunctions::masked));

    private TextFunctions() {}

    private static Value added(Arguments arguments) {
        List<Value> parts = IntStream.range(0, arguments.size())
                .mapToObj(arguments::textValue)
                .toList();
        return joined(parts);
    }

    private static Value joined(List<Value> parts) {
        if (parts.stream().allMatch(part -> part.constant() != null)) {
            return Value.text(parts.stream().map(Value::knownText).collect(Collectors.joining()));
        }
        return Value.of(Kind.TEXT, parts.stream().map(Value::sql).collect(Collectors.joining(" || ", "(", ")")));
    }

    private static Value formatted(Arguments arguments) {
        String format = arguments.literal(0);
        String[] between = PLACEHOLDER.split(format, -1);
        if (between.length != arguments.size()
                || BRACE.matcher(PLACEHOLDER.matcher(format).replaceAll("")).find()) {
            throw arguments.wrong(
                    0,
                    "str_format puts one value for each {}; here are " + (between.length - 1) + " {} and "
                            + (arguments.size() - 1) + " values, and no other braces may stand here");
        }
        List<Value> parts = new ArrayList<>();
        for (int i = 0; i < between.length; i++) {
            if (i > 0) {
                parts.add(shown(arguments, i));
            }
            if (!between[i].isEmpty()) {
                parts.add(Value.text(between[i]));
            }
        }
        return parts.size() == 1 ? parts.get(0).asText() : joined(parts);
    }

    private static Value shown(Arguments arguments, int i) {
        Value value = arguments.value(i);
        if (value.kind() == Kind.DATETIME) {
            throw arguments.wrong(i, "str_format leaves the form of a date open; write dt_str(..., format)");
        }
        if (value.kind() == Kind.OTHER && !SqlType.hasFixedText(value.type())) {
            throw arguments.wrong(
                    i, "the text of " + value.type() + " depends on settings of the session; use columns.set with SQL");
        }
        return value.asText();
    }

    /** The reference counts replacements from the left; PostgreSQL's replace does all of them. */
    private static Value replaced(Arguments arguments) {
        String text = arguments.text(0);
        String old = arguments.text(1);
        String by = arguments.text(2);
        if (arguments.value(1).is("")) {
            throw arguments.wrong(1, "str_replace needs something to look for");
        }
        int count = arguments.size() == 3 ? -1 : arguments.wholeLiteral(3, -1);
        if (count < 0) {
            return Value.of(Kind.TEXT, "replace(" + text + ", " + old + ", " + by + ")");
        }
        if (count == 0) {
            return arguments.textValue(0);
        }
        arguments.filledLiteral(1);
        String parts = "(string_to_array(" + text + ", " + old + "))";
        String first = "array_to_string(" + parts + "[1:" + (count + 1L) + "], " + by + ")";
        String rest = "array_to_string(" + parts + "[" + (count + 2L) + ":" + TO_THE_END + "], " + old + ")";
        String more = "cardinality(string_to_array(" + text + ", " + old + ")) > " + (count + 1L);
        return Value.of(
                Kind.TEXT, "(" + first + " || CASE WHEN " + more + " THEN " + old + " || " + rest + " ELSE '' END)");
    }

    private static Value stripped(Arguments arguments) {
        return Value.of(Kind.TEXT, "btrim(" + arguments.text(0) + ", " + arguments.text(1) + ")");
    }

    private static Value cased(Arguments arguments, String function) {
        String known = arguments.value(0).knownText();
        if (known != null && known.chars().allMatch(c -> c < 128)) {
            return Value.text(
                    function.equals("lower") ? known.toLowerCase(Locale.ROOT) : known.toUpperCase(Locale.ROOT));
        }
        arguments.note(Dependence.CTYPE, CTYPE_NOTE);
        return Value.of(Kind.TEXT, function + "(" + arguments.text(0) + ")");
    }

    /** Positions count from 0 and both ends are masked; a text that is shorter is masked as far as it goes. */
    private static Value masked(Arguments arguments) {
        String text = arguments.text(0);
        int start = arguments.wholeLiteral(1, 0);
        int end = arguments.wholeLiteral(2, 0);
        String mask = arguments.literal(3);
        if (end < start) {
            throw arguments.wrong(2, "the end of the mask lies before its start");
        }
        if (mask.codePointCount(0, mask.length()) != 1) {
            throw arguments.wrong(3, "the mask is one character, for instance '*'");
        }
        String hidden = "greatest(least(length(" + text + "), " + (end + 1L) + ") - " + start + ", 0)";
        return Value.of(
                Kind.TEXT,
                "(left(" + text + ", " + start + ") || repeat(" + SqlText.literal(mask) + ", " + hidden + ") || substr("
                        + text + ", " + Math.min(end + 2L, Integer.MAX_VALUE) + "))");
    }
}
