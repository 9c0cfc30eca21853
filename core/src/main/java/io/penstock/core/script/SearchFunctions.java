package io.penstock.core.script;

import java.util.Map;

/** Looking into text. Stateless. */
final class SearchFunctions {
    private static final String TO_THE_END = "2147483647";

    static final Map<String, Function> ALL = Map.of(
            "str_count", Function.of("str_count(text, part)", 2, 2, SearchFunctions::count),
            "str_find", Function.of("str_find(text, part)", 2, 2, SearchFunctions::find),
            "str_isalpha", Function.of("str_isalpha(text)", 1, 1, SearchFunctions::isAlpha),
            "str_isdigit", Function.of("str_isdigit(text)", 1, 1, a -> matching(a.text(0), "^[0-9]+$")),
            "regex_match", Function.of("regex_match(text, pattern)", 2, 2, SearchFunctions::regexMatch),
            "substring_before", Function.of("substring_before(text, part)", 2, 2, SearchFunctions::before),
            "substring_after", Function.of("substring_after(text, part)", 2, 2, SearchFunctions::after),
            "substring_between", Function.of("substring_between(text, start, end)", 3, 3, SearchFunctions::between));

    private SearchFunctions() {}

    private static Value matching(String text, String pattern) {
        return Value.of(Kind.BOOLEAN, "(" + text + " ~ " + SqlText.literal(pattern) + ")");
    }

    /** The part is put behind the text, so that an empty text needs no case of its own and the text is computed once. */
    private static Value count(Arguments arguments) {
        String part = SqlText.literal(arguments.filledLiteral(1));
        String split = "string_to_array(" + arguments.text(0) + " || " + part + ", " + part + ")";
        return new Value(Kind.INTEGER, "(cardinality(" + split + ") - 2)", "integer", null);
    }

    private static Value find(Arguments arguments) {
        String known = arguments.value(0).knownText();
        String part = arguments.value(1).knownText();
        if (known != null && part != null && isAscii(known)) {
            return Value.whole(known.indexOf(part));
        }
        return new Value(
                Kind.INTEGER, "(strpos(" + arguments.text(0) + ", " + arguments.text(1) + ") - 1)", "integer", null);
    }

    /** Beyond it Java counts some characters as two. */
    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }

    private static Value isAlpha(Arguments arguments) {
        arguments.note(Dependence.CTYPE, TextFunctions.CTYPE_NOTE);
        return matching(arguments.text(0), "^[[:alpha:]]+$");
    }

    private static Value before(Arguments arguments) {
        String part = arguments.filledLiteral(1);
        String known = arguments.value(0).knownText();
        if (known != null) {
            return Value.text(known.contains(part) ? known.substring(0, known.indexOf(part)) : known);
        }
        return Value.of(Kind.TEXT, "split_part(" + arguments.text(0) + ", " + SqlText.literal(part) + ", 1)");
    }

    private static Value after(Arguments arguments) {
        String part = arguments.filledLiteral(1);
        String known = arguments.value(0).knownText();
        if (known != null) {
            return Value.text(known.contains(part) ? known.substring(known.indexOf(part) + part.length()) : "");
        }
        String quoted = SqlText.literal(part);
        String rest = "(string_to_array(" + arguments.text(0) + ", " + quoted + "))[2:" + TO_THE_END + "]";
        return Value.of(Kind.TEXT, "array_to_string(" + rest + ", " + quoted + ")");
    }

    private static Value between(Arguments arguments) {
        String pattern =
                RegexText.literal(arguments.filledLiteral(1)) + "(.*?)" + RegexText.literal(arguments.filledLiteral(2));
        return Value.of(Kind.TEXT, "substring(" + arguments.text(0) + " from " + SqlText.literal(pattern) + ")");
    }

    /**
     * The reference does not say whether a pattern has to match the whole value or a part of it. So a pattern is taken only where both are
     * the same: the value is known now and both agree, or the pattern is anchored at both ends.
     */
    private static Value regexMatch(Arguments arguments) {
        String pattern = arguments.literal(1);
        RegexText regex;
        try {
            regex = RegexText.of(pattern);
        } catch (IllegalArgumentException e) {
            throw arguments.wrong(1, String.valueOf(e.getMessage()));
        }
        String known = arguments.value(0).knownText();
        if (known != null) {
            boolean whole = regex.strict().matcher(known).matches();
            if (whole == regex.strict().matcher(known).find()) {
                return Value.truth(whole);
            }
        } else if (regex.anchored()) {
            return matching(arguments.text(0), regex.text());
        }
        throw arguments.wrong(1, "the whole value or a part of it? " + anchoredForms(pattern));
    }

    private static String anchoredForms(String pattern) {
        String written = pattern.replace("\\", "\\\\");
        String grouped = pattern.contains("|") ? "(?:" + written + ")" : written;
        boolean begins = grouped.startsWith("^");
        boolean ends = grouped.endsWith("$");
        return "Write the pattern '" + (begins ? "" : "^") + grouped + (ends ? "" : "$") + "' for the whole, '"
                + (begins ? "" : "^.*") + grouped + (ends ? "" : ".*$") + "' for a part";
    }
}
