package io.penstock.core.script;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A row as it is at one point of a script. Immutable.
 *
 * @param set what the columns hold that have been set so far
 * @param keep a condition that is never NULL
 */
record Row(Map<String, Value> set, Value keep) {
    static final Row UNTOUCHED = new Row(Map.of(), Value.TRUE);

    Row {
        set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
    }

    Row with(String column, Value value) {
        Map<String, Value> more = new LinkedHashMap<>(set);
        more.put(column, value);
        return new Row(more, keep);
    }

    Row keeping(Value condition) {
        return new Row(set, condition);
    }
}
