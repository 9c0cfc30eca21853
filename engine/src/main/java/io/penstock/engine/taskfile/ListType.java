package io.penstock.engine.taskfile;

import io.penstock.engine.taskfile.Node.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A list of values of one type, each at most once.
 *
 * @param noun what the items are, for messages
 * @param minimum how many there must be at least
 */
record ListType<T>(ValueType<T> item, String noun, int minimum) implements ValueType<List<T>> {

    @Override
    public @Nullable List<T> read(Node node, String path, Reading reading) {
        if (!(node instanceof Sequence sequence)) {
            reading.problem(node.line(), path, "must be a list of " + noun + ", but is " + node.noun());
            return null;
        }
        int problems = reading.problemCount();
        List<T> values = new ArrayList<>();
        Set<T> seen = new HashSet<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            Node itemNode = sequence.items().get(i);
            T value = item.read(itemNode, Paths.item(path, i), reading);
            if (value != null && !seen.add(value)) {
                reading.problem(itemNode.line(), Paths.item(path, i), "is in the list twice");
            }
            if (value != null) {
                values.add(value);
            }
        }
        if (sequence.items().size() < minimum) {
            reading.problem(node.line(), path, "must not be empty");
        }
        return reading.problemCount() == problems ? List.copyOf(values) : null;
    }


    @Override
    public Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "array");
        schema.put("items", item.schema());
        schema.put("uniqueItems", true);
        if (minimum > 0) {
            schema.put("minItems", minimum);
        }
        return schema;
    }

    @Override
    public Optional<Object> written(List<T> values) {
        return Optional.of(
                values.stream().flatMap(value -> item.written(value).stream()).toList());
    }
}
