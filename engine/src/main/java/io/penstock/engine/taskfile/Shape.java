package io.penstock.engine.taskfile;

import java.util.LinkedHashMap;
import java.util.Map;

/** Pieces of JSON Schema with their keys in a fixed order, so that the schema is the same text on every run. */
final class Shape {
    private Shape() {}

    static Map<String, Object> of(String key1, Object value1, String key2, Object value2) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put(key1, value1);
        shape.put(key2, value2);
        return shape;
    }

    /** A whole number within bounds. */
    static Map<String, Object> integer(long min, long max) {
        Map<String, Object> shape = of("type", "integer", "minimum", min);
        shape.put("maximum", max);
        return shape;
    }

    static Map<String, Object> pattern(String regex) {
        return of("type", "string", "pattern", regex);
    }
}
