package io.penstock.core.script;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Type names of PostgreSQL, as {@code format_type} writes them, seen from the script language. Pure. */
final class SqlType {
    static final String TEXT = "text";
    static final String BIGINT = "bigint";
    static final String NUMERIC = "numeric";
    static final String DOUBLE = "double precision";
    static final String BOOLEAN = "boolean";
    static final String TIMESTAMP = "timestamp without time zone";
    static final String TIMESTAMPTZ = "timestamp with time zone";
    static final String DATE = "date";

    private static final Pattern MODIFIER = Pattern.compile("\\([^)]*\\)");
    private static final Pattern CITEXT = Pattern.compile("(?:.*\\.)?citext");

    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry(TEXT, Kind.TEXT),
            Map.entry("character varying", Kind.TEXT),
            Map.entry("varchar", Kind.TEXT),
            Map.entry("character", Kind.TEXT),
            Map.entry("char", Kind.TEXT),
            Map.entry("bpchar", Kind.TEXT),
            Map.entry("\"char\"", Kind.TEXT),
            Map.entry("name", Kind.TEXT),
            Map.entry("smallint", Kind.INTEGER),
            Map.entry("integer", Kind.INTEGER),
            Map.entry("int", Kind.INTEGER),
            Map.entry(BIGINT, Kind.INTEGER),
            Map.entry(NUMERIC, Kind.NUMERIC),
            Map.entry("decimal", Kind.NUMERIC),
            Map.entry("real", Kind.DOUBLE),
            Map.entry(DOUBLE, Kind.DOUBLE),
            Map.entry(BOOLEAN, Kind.BOOLEAN),
            Map.entry("timestamp", Kind.DATETIME),
            Map.entry(TIMESTAMP, Kind.DATETIME),
            Map.entry("timestamptz", Kind.DATETIME),
            Map.entry(TIMESTAMPTZ, Kind.DATETIME),
            Map.entry(DATE, Kind.DATETIME));

    /** Their text depends on a setting of the session. */
    private static final Set<String> WITHOUT_FIXED_TEXT = Set.of("bytea", "interval", "money");

    private SqlType() {}

    static Kind kind(String type) {
        String base = base(type);
        return CITEXT.matcher(base).matches() ? Kind.TEXT : KINDS.getOrDefault(base, Kind.OTHER);
    }

    /** Without length, precision and spare blanks: {@code timestamp(3) with time zone} is {@code timestamp with time zone}. */
    static String base(String type) {
        String base = MODIFIER.matcher(type).replaceAll(" ").strip().replaceAll("\\s+", " ");
        return base.startsWith("\"") ? base : base.toLowerCase(Locale.ROOT);
    }

    /** Whether text functions take the value without a cast and mean the same by it. */
    static boolean isPlainText(String type) {
        return Set.of(TEXT, "character varying", "varchar").contains(base(type));
    }

    static boolean hasFixedText(String type) {
        return !WITHOUT_FIXED_TEXT.contains(base(type)) && !type.endsWith("]");
    }

    static boolean isZoned(String type) {
        return Set.of(TIMESTAMPTZ, "timestamptz").contains(base(type));
    }

    static boolean isTimestamp(String type) {
        return Set.of(TIMESTAMP, "timestamp").contains(base(type));
    }

    /** The type of a new column that takes values of this kind. */
    static String widest(Kind kind) {
        return switch (kind) {
            case INTEGER -> BIGINT;
            case NUMERIC -> NUMERIC;
            case DOUBLE -> DOUBLE;
            case BOOLEAN -> BOOLEAN;
            case DATETIME -> TIMESTAMP;
            case TEXT, NULL, OTHER -> TEXT;
        };
    }
}
