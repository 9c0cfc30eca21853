package io.penstock.engine.taskfile;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What may stand at one place of the file: reads it, and describes it in the terms of JSON Schema. Immutable. */
interface ValueType<T> {
    /** The value, or null after the problem has been reported. */
    @Nullable T read(Node node, String path, Reading reading);

    /** The JSON Schema of the place. */
    Map<String, Object> schema();

    /** The value as the file would write it, where it is short enough to show as a default. */
    Optional<Object> written(T value);

    /**
     * The same text, another type.
     *
     * @param forward may throw IllegalArgumentException with the reason, which becomes the problem
     */
    default <R> ValueType<R> as(Function<T, R> forward, Function<R, T> back) {
        return new Converted<>(this, forward, back);
    }

    /** See {@link #as}. */
    record Converted<S, T>(ValueType<S> inner, Function<S, T> forward, Function<T, S> back) implements ValueType<T> {
        @Override
        public @Nullable T read(Node node, String path, Reading reading) {
            S value = inner.read(node, path, reading);
            if (value == null) {
                return null;
            }
            try {
                return forward.apply(value);
            } catch (IllegalArgumentException e) {
                reading.problem(node.line(), path, String.valueOf(e.getMessage()));
                return null;
            }
        }

        @Override
        public Map<String, Object> schema() {
            return inner.schema();
        }

        @Override
        public Optional<Object> written(T value) {
            return inner.written(back.apply(value));
        }
    }
}
