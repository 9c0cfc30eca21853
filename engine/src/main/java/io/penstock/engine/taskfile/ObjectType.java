package io.penstock.engine.taskfile;

import io.penstock.engine.taskfile.Node.Entry;
import io.penstock.engine.taskfile.Node.Mapping;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A mapping with a fixed set of keys.
 *
 * @param builder called only when every value is valid; may throw IllegalArgumentException when they do not go together
 */
record ObjectType<T>(List<Key<?>> keys, Function<Fields, T> builder) implements ValueType<T> {

    @Override
    public @Nullable T read(Node node, String path, Reading reading) {
        if (!(node instanceof Mapping mapping)) {
            reading.problem(node.line(), path, "must be a mapping with keys such as " + keys.get(0).name() + ", but is "
                    + node.noun());
            return null;
        }
        int problems = reading.problemCount();
        Map<Key<?>, Object> values = values(mapping, path, reading);
        reportMissing(mapping, path, reading);
        if (reading.problemCount() > problems) {
            return null;
        }
        try {
            return builder.apply(new Fields(values));
        } catch (IllegalArgumentException e) {
            reading.problem(node.line(), path, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private Map<Key<?>, Object> values(Mapping mapping, String path, Reading reading) {
        Map<Key<?>, Object> values = new IdentityHashMap<>();
        Map<String, Integer> firstLines = new HashMap<>();
        for (Entry entry : mapping.entries()) {
            String entryPath = Paths.child(path, entry.key());
            Integer first = firstLines.putIfAbsent(entry.key(), entry.line());
            Optional<Key<?>> key = key(entry.key());
            if (first != null) {
                reading.problem(entry.line(), entryPath, "is given twice, first on line " + first);
            } else if (key.isEmpty()) {
                reading.problem(entry.line(), entryPath, unknown(entry.key()));
            } else {
                reading.found(entryPath, entry.line());
                Object value = key.get().type().read(entry.value(), entryPath, reading);
                if (value != null) {
                    values.put(key.get(), value);
                }
            }
        }
        return values;
    }

    private void reportMissing(Mapping mapping, String path, Reading reading) {
        for (Key<?> key : keys) {
            boolean given = mapping.entries().stream().anyMatch(entry -> entry.key().equals(key.name()));
            if (key.required() && !given) {
                reading.problem(mapping.line(), Paths.child(path, key.name()), "is missing, but required");
            }
        }
    }

    private Optional<Key<?>> key(String name) {
        for (Key<?> key : keys) {
            if (key.name().equals(name)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    private String unknown(String name) {
        List<String> names = keys.stream().map(Key::name).toList();
        return Suggestions.closest(name, names)
                .map(closest -> "unknown key; did you mean " + closest + "?")
                .orElseGet(() -> "unknown key; known here: " + String.join(", ", names));
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> properties = new LinkedHashMap<>();
        keys.forEach(key -> properties.put(key.name(), key.schema()));
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        List<String> required = keys.stream().filter(Key::required).map(Key::name).toList();
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    @Override
    public Optional<Object> written(T value) {
        // Its keys show their own defaults.
        return Optional.empty();
    }
}
