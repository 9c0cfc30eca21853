package io.penstock.engine.taskfile;

import io.penstock.engine.taskfile.Node.Scalar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A single word or something with a structure, such as {@code randomly} or a list of columns. */
record EitherType<T>(ValueType<? extends T> scalar, ValueType<? extends T> structure) implements ValueType<T> {

    @Override
    public @Nullable T read(Node node, String path, Reading reading) {
        return node instanceof Scalar ? scalar.read(node, path, reading) : structure.read(node, path, reading);
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("anyOf", List.of(scalar.schema(), structure.schema()));
    }

    @Override
    public Optional<Object> written(T value) {
        return Optional.empty();
    }
}
