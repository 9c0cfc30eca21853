package io.penstock.core.script;

import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** The third argument of {@code e_set}. Stateless. */
final class NewColumnType {
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("STRING", SqlType.TEXT),
            Map.entry("INT", SqlType.BIGINT),
            Map.entry("LONG", SqlType.BIGINT),
            Map.entry("FLOAT", SqlType.DOUBLE),
            Map.entry("DOUBLE", SqlType.DOUBLE),
            Map.entry("BOOLEAN", SqlType.BOOLEAN),
            Map.entry("DATETIME", SqlType.TIMESTAMP));

    private NewColumnType() {}

    static void check(Node node, Problems problems) {
        if (!TYPES.containsKey(word(node))) {
            problems.add(
                    node.offset(), "a new column's type is one of " + String.join(", ", new TreeSet<>(TYPES.keySet())));
        }
    }

    static String sql(Node node) {
        return TYPES.getOrDefault(word(node), SqlType.TEXT);
    }

    private static String word(Node node) {
        if (node instanceof Node.Name name) {
            return name.name().toUpperCase(Locale.ROOT);
        }
        return node instanceof Node.Text text ? text.value().toUpperCase(Locale.ROOT) : "";
    }
}
