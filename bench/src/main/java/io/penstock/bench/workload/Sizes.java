package io.penstock.bench.workload;

import java.util.List;

/**
 * How much of everything.
 *
 * @param scale branches, as in pgbench -s
 * @param accounts per branch
 * @param warmSeconds the same load before the latency is taken, for the compilers of the Java contenders
 * @param growthScale branches of the smallest size in the growth series
 * @param growthFactors multiples of it
 * @param growthTables numbers of tables
 */
public record Sizes(
        int scale,
        int accounts,
        int transactions,
        int events,
        int documents,
        int wideRows,
        Bulk bulk,
        int oneTransactionRows,
        int perSecond,
        int warmSeconds,
        int latencySeconds,
        int idleSeconds,
        int growthScale,
        List<Integer> growthFactors,
        List<Integer> growthTables) {
    /** @param rows there before the changes; inserts, updates and deletes are rows, beside the number of their transactions */
    public record Bulk(
            int rows,
            int inserts,
            int insertTransactions,
            int updates,
            int updateTransactions,
            int deletes,
            int deleteTransactions) {}

    public static final Sizes FULL = new Sizes(
            30,
            100_000,
            300_000,
            2_000_000,
            20_000,
            200_000,
            new Bulk(1_000_000, 1_000_000, 100, 500_000, 50, 250_000, 25),
            3_000_000,
            200,
            20,
            60,
            30,
            10,
            List.of(1, 4, 16),
            List.of(10, 100, 1000));

    /** Enough to see that everything works; its figures mean nothing. */
    public static final Sizes QUICK = new Sizes(
            2,
            1_000,
            400,
            2_000,
            20,
            200,
            new Bulk(2_000, 2_000, 4, 1_000, 2, 500, 1),
            5_000,
            100,
            1,
            2,
            1,
            1,
            List.of(1, 4),
            List.of(5, 20));
}
