package io.penstock.core.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What happens to the columns of one table. Names are exact, in file order.
 *
 * @param exclude source columns left out
 * @param rename source column to destination column
 * @param set column to SQL expression over the source row; an unknown name adds a column
 */
public record ColumnsSpec(List<String> exclude, Map<String, String> rename, Map<String, String> set) {
    /** Every column as it is. */
    public static final ColumnsSpec UNCHANGED = new ColumnsSpec(List.of(), Map.of(), Map.of());

    public ColumnsSpec {
        exclude = List.copyOf(exclude);
        rename = Collections.unmodifiableMap(new LinkedHashMap<>(rename));
        set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
    }
}
