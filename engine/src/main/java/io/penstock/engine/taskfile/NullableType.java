package io.penstock.engine.taskfile;

import io.penstock.engine.taskfile.Node.Scalar;
import io.penstock.engine.taskfile.Node.ScalarKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A value that {@code null} switches off. */
record NullableType<T>(ValueType<T> inner) implements ValueType<Optional<T>> {

    @Override
    public @Nullable Optional<T> read(Node node, String path, Reading reading) {
        if (node instanceof Scalar scalar && scalar.kind() == ScalarKind.NULL) {
            return Optional.empty();
        }
        T value = inner.read(node, path, reading);
        return value == null ? null : Optional.of(value);
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("anyOf", List.of(inner.schema(), Map.of("type", "null")));
    }

    @Override
    public Optional<Object> written(Optional<T> value) {
        return Optional.empty();
    }
}
