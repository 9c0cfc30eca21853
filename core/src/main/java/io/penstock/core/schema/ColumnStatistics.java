package io.penstock.core.schema;

/**
 * What the source's planner believes of the values of a column.
 *
 * @param distinct {@code pg_stats.n_distinct}: how many different values there are, or, below zero, their number divided by that of the
 *     rows
 * @param mostCommon which part of the rows has the most common value, from 0 to 1; 0 when no value stands out
 */
public record ColumnStatistics(double distinct, double mostCommon) {
    double distinct(double rows) {
        return distinct < 0 ? -distinct * rows : distinct;
    }
}
