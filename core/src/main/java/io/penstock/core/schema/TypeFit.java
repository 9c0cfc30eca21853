package io.penstock.core.schema;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether every value of a type, written as text, is the same value in another one. Types as {@code format_type} writes them. Pure. */
public final class TypeFit {
    private static final Pattern MODIFIER = Pattern.compile("\\((-?[0-9]+)(?:,(-?[0-9]+))?\\)");
    private static final Set<String> TEXTS = Set.of("text", "character varying", "bpchar");

    /** What holds all of a type; numbers and texts of any size. */
    private static final Map<String, Set<String>> WIDER = Map.of(
            "smallint", Set.of("integer", "bigint", "numeric", "double precision"),
            "integer", Set.of("bigint", "numeric", "double precision"),
            "bigint", Set.of("numeric"),
            "real", Set.of("double precision"),
            "character varying", Set.of("text"),
            "text", Set.of("character varying"),
            "bpchar", Set.of("text", "character varying"),
            "\"bit\"", Set.of("bit varying"),
            "date", Set.of("timestamp without time zone"));

    private TypeFit() {}

    public static boolean into(String from, String to) {
        if (from.equals(to) || to.equals("text")) {
            return true;
        }
        if (from.endsWith("[]") && to.endsWith("[]")) {
            return into(from.substring(0, from.length() - 2), to.substring(0, to.length() - 2));
        }
        String bareFrom = TypeText.withoutModifier(from);
        String bareTo = TypeText.withoutModifier(to);
        boolean family = bareFrom.equals(bareTo)
                || WIDER.getOrDefault(bareFrom, Set.of()).contains(bareTo);
        if (!family) {
            return false;
        }
        List<Integer> room = modifier(to);
        if (room.isEmpty()) {
            return true;
        }
        List<Integer> size = modifier(from);
        boolean lengths = bareFrom.equals(bareTo) || TEXTS.contains(bareFrom) && TEXTS.contains(bareTo);
        if (size.isEmpty() || !lengths) {
            return false;
        }
        if (bareTo.equals("numeric")) {
            return size.get(1) <= room.get(1) && size.get(0) - size.get(1) <= room.get(0) - room.get(1);
        }
        return bareTo.equals("\"bit\"") ? size.equals(room) : size.get(0) <= room.get(0);
    }

    /** Length, or precision and scale; empty when the type has none. */
    private static List<Integer> modifier(String type) {
        Matcher found = MODIFIER.matcher(type);
        if (type.startsWith("\"") || !found.find()) {
            return List.of();
        }
        String scale = found.group(2);
        return List.of(Integer.parseInt(found.group(1)), scale == null ? 0 : Integer.parseInt(scale));
    }
}
