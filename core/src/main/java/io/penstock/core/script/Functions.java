package io.penstock.core.script;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All functions by name. To add one: a method in the class of its family, a line in that class's table, a line in README.md. */
final class Functions {
    static final Map<String, Function> ALL = all();
    static final Map<String, Signature> SIGNATURES = ALL.entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, e -> e.getValue().signature()));

    private Functions() {}

    private static Map<String, Function> all() {
        Map<String, Function> all = new TreeMap<>();
        List.of(
                        LogicFunctions.ALL,
                        ComparisonFunctions.ALL,
                        NumberFunctions.ALL,
                        TextFunctions.ALL,
                        SearchFunctions.ALL,
                        TimeFunctions.ALL)
                .forEach(all::putAll);
        return Collections.unmodifiableMap(all);
    }
}
