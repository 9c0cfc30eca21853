package io.penstock.core.relation;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A map from 32 bit oids (never 0) to objects without boxing; used once per change. Not thread-safe. */
public final class OidMap<T> {
    private int[] keys = new int[64];
    private @Nullable Object[] values = new Object[64];
    private int size;

    @SuppressWarnings("unchecked")
    public @Nullable T get(int oid) {
        int at = find(oid);
        return keys[at] == oid ? (T) values[at] : null;
    }

    public void put(int oid, T value) {
        if (size * 2 >= keys.length) {
            grow();
        }
        int at = find(oid);
        if (keys[at] == 0) {
            keys[at] = oid;
            size++;
        }
        values[at] = value;
    }

    /** The oid's place stays taken, which is cheaper than moving others and as rare as DROP TABLE. */
    public void remove(int oid) {
        int at = find(oid);
        if (keys[at] == oid) {
            values[at] = null;
        }
    }

    @SuppressWarnings("unchecked")
    public void forEach(Consumer<T> action) {
        for (Object value : values) {
            if (value != null) {
                action.accept((T) value);
            }
        }
    }

    private int find(int oid) {
        int mask = keys.length - 1;
        int at = oid * 0x9E3779B1 >>> 8 & mask;
        while (keys[at] != 0 && keys[at] != oid) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        int[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        keys = new int[oldKeys.length * 2];
        values = Arrays.copyOf(new Object[0], keys.length);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }
}
