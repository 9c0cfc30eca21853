package io.penstock.engine.taskfile;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One key of a mapping of the file.
 *
 * @param defaultValue what holds when the key is absent; null for a required key and for one that may simply be absent
 */
record Key<T>(String name, ValueType<T> type, @Nullable T defaultValue, boolean required, String description) {

    static <T> Key<T> required(String name, ValueType<T> type, String description) {
        return new Key<>(name, type, null, true, description);
    }

    static <T> Key<T> optional(String name, ValueType<T> type, String description) {
        return new Key<>(name, type, null, false, description);
    }

    static <T> Key<T> of(String name, ValueType<T> type, T defaultValue, String description) {
        return new Key<>(name, type, defaultValue, false, description);
    }

    Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", description);
        schema.putAll(type.schema());
        if (defaultValue != null) {
            type.written(defaultValue).ifPresent(value -> schema.put("default", value));
        }
        return schema;
    }
}
