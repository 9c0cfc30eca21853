package io.penstock.core.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the shortest beginning of a primary key that spreads the rows of a table evenly. Pure. */
public final class KeyPrefix {
    /** A hundred values for each of a hundred segments: then the fullest has some ten per cent more than its share. */
    private static final double ENOUGH_VALUES = 10_000;

    /** A small table is spread well enough when almost every row has values of its own. */
    private static final double ALMOST_UNIQUE = 0.9;

    /** Rows with one value lie together: no more than a tenth of what each of a hundred segments holds. */
    private static final double MOST_OF_ONE_VALUE = 0.001;

    private KeyPrefix() {}

    /**
     * Empty when the whole key is needed, or when nothing is known of a column.
     *
     * @param statistics by column
     * @return {@code attnum} of the columns, in the order of the key
     */
    public static Optional<List<Integer>> of(TableDefinition table, Map<String, ColumnStatistics> statistics) {
        List<String> key = table.constraints().stream()
                .filter(c -> c.kind() == ConstraintDefinition.Kind.PRIMARY_KEY)
                .findFirst()
                .map(ConstraintDefinition::columns)
                .orElse(List.of());
        double rows = table.estimatedRows();
        double values = 1;
        double mostCommon = 1;
        List<Integer> prefix = new ArrayList<>();
        for (String name : key.subList(0, Math.max(0, key.size() - 1))) {
            ColumnStatistics column = statistics.get(name);
            if (column == null || rows <= 0) {
                return Optional.empty();
            }
            values = Math.min(rows, values * column.distinct(rows));
            mostCommon = Math.min(mostCommon, column.mostCommon());
            prefix.add(number(table, name));
            if (spreads(rows, values, mostCommon)) {
                return Optional.of(prefix);
            }
        }
        return Optional.empty();
    }

    private static boolean spreads(double rows, double values, double mostCommon) {
        return values >= rows * ALMOST_UNIQUE || values >= ENOUGH_VALUES && mostCommon <= MOST_OF_ONE_VALUE;
    }

    private static int number(TableDefinition table, String name) {
        return table.columns().stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow()
                .number();
    }
}
