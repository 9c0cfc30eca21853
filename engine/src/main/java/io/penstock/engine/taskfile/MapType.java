package io.penstock.engine.taskfile;

import io.penstock.engine.taskfile.Node.Entry;
import io.penstock.engine.taskfile.Node.Mapping;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A mapping whose keys are the user's own names.
 *
 * @param noun what the keys are, for messages
 * @param key throws IllegalArgumentException with the reason; its result's toString is the key in paths
 */
record MapType<K, V>(String noun, Function<String, K> key, ValueType<V> value) implements ValueType<Map<K, V>> {

    @Override
    public @Nullable Map<K, V> read(Node node, String path, Reading reading) {
        if (!(node instanceof Mapping mapping)) {
            reading.problem(node.line(), path, "must be a mapping of " + noun + ", but is " + node.noun());
            return null;
        }
        int problems = reading.problemCount();
        Map<K, V> values = new LinkedHashMap<>();
        Map<K, Integer> firstLines = new LinkedHashMap<>();
        for (Entry entry : mapping.entries()) {
            K name = name(entry, path, reading);
            if (name == null) {
                continue;
            }
            Integer first = firstLines.putIfAbsent(name, entry.line());
            String entryPath = Paths.child(path, name.toString());
            if (first != null) {
                reading.problem(entry.line(), entryPath, "is given twice, first on line " + first);
                continue;
            }
            reading.found(entryPath, entry.line());
            V read = value.read(entry.value(), entryPath, reading);
            if (read != null) {
                values.put(name, read);
            }
        }
        return reading.problemCount() == problems ? values : null;
    }

    private @Nullable K name(Entry entry, String path, Reading reading) {
        try {
            return key.apply(entry.key());
        } catch (IllegalArgumentException e) {
            reading.problem(entry.line(), Paths.child(path, entry.key()), "the key " + e.getMessage());
            return null;
        }
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("type", "object", "additionalProperties", value.schema());
    }

    @Override
    public Optional<Object> written(Map<K, V> values) {
        return values.isEmpty() ? Optional.of(Map.of()) : Optional.empty();
    }
}
