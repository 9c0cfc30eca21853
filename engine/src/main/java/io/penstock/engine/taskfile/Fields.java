package io.penstock.engine.taskfile;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of one mapping, all of them valid. */
final class Fields {
    private final Map<Key<?>, Object> values;

    Fields(Map<Key<?>, Object> values) {
        this.values = values;
    }

    /** The value of a key that is required or has a default. */
    <T> T get(Key<T> key) {
        return find(key)
                .orElseThrow(() -> new IllegalStateException("key " + key.name() + " has neither a value nor a default"));
    }

    <T> Optional<T> find(Key<T> key) {
        return Optional.ofNullable(value(key));
    }

    // ObjectType puts under a key only what the key's own type has read.
    @SuppressWarnings("unchecked")
    private <T> @Nullable T value(Key<T> key) {
        T value = (T) values.get(key);
        return value == null ? key.defaultValue() : value;
    }
}
