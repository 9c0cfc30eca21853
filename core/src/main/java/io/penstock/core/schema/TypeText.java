package io.penstock.core.schema;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Types as {@code format_type} writes them. Pure. */
public final class TypeText {
    private static final Pattern MODIFIER = Pattern.compile("\\([0-9, -]+\\)");

    /** Types whose values are always in the row itself, so that the log never leaves one out. */
    private static final Set<String> FIXED = Set.of(
            "boolean",
            "\"char\"",
            "smallint",
            "integer",
            "bigint",
            "real",
            "double precision",
            "money",
            "oid",
            "uuid",
            "date",
            "time without time zone",
            "time with time zone",
            "timestamp without time zone",
            "timestamp with time zone",
            "interval");

    private TypeText() {}

    /** The same type for values of any length and precision. */
    public static String withoutModifier(String type) {
        // A name in quotes may hold anything, and the server's own types with a modifier need none.
        if (type.indexOf('"') >= 0) {
            return type;
        }
        Matcher modifier = MODIFIER.matcher(type);
        String bare = modifier.replaceFirst("");
        if (bare.equals(type)) {
            return type;
        }
        // Written without a length these two would mean the length 1.
        if (type.startsWith("character(")) {
            return bare.replaceFirst("^character", "bpchar");
        }
        return type.startsWith("bit(") ? bare.replaceFirst("^bit", "\"bit\"") : bare;
    }

    /** Whether the log always holds a value of the type: it is never moved out of the row. What is not known for sure is not. */
    public static boolean alwaysInRow(String type) {
        return FIXED.contains(withoutModifier(type));
    }
}
