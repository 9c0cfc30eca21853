package io.penstock.destination.schema;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Casts that give the same result on every server, so that values need not be carried over again. Pure. */
final class SafeCast {
    private static final Pattern BASE = Pattern.compile("([a-z ]+?)(\\(\\d+(,-?\\d+)?\\))?");
    private static final List<String> INTEGERS = List.of("smallint", "integer", "bigint");
    private static final List<String> TEXTS = List.of("character varying", "character", "text");
    private static final List<String> BITS = List.of("bit", "bit varying");
    private static final Map<String, List<String>> FLOATS = Map.of(
            "smallint",
            List.of("real", "double precision"),
            "integer",
            List.of("double precision"),
            "real",
            List.of("double precision"));

    private SafeCast() {}

    /** @param from both as {@code format_type} writes them */
    static boolean between(String from, String to) {
        String a = base(from);
        String b = base(to);
        return (exact(a) && exact(b))
                || (TEXTS.contains(a) && TEXTS.contains(b))
                || (BITS.contains(a) && BITS.contains(b))
                || (a.equals(b) && (a.equals("real") || a.equals("double precision")))
                || FLOATS.getOrDefault(a, List.of()).contains(b);
    }

    private static boolean exact(String type) {
        return INTEGERS.contains(type) || type.equals("numeric");
    }

    private static String base(String type) {
        Matcher matcher = BASE.matcher(type);
        return matcher.matches() ? matcher.group(1) : "";
    }
}
