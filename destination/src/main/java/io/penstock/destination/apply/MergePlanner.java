package io.penstock.destination.apply;

import io.penstock.core.relation.TableMapping;
import io.penstock.postgres.server.ServerFamily;

/**
 * Chooses how the net changes of one table reach it. The thresholds are measured (changes per second by batch size and method), on plain
 * PostgreSQL and on Greenplum. Pure.
 *
 * @param maxStatementRows up to here prepared statements beat the fixed cost of arrays and COPY
 * @param maxStatementBytes larger rows would be held several times over as parameters; COPY sends them piece by piece
 * @param maxArrayKeys up to here keys travel as arrays; above, a staging table lets the planner choose its join by real size
 * @param maxArrayRows up to here whole rows to update do so as well
 */
public record MergePlanner(int maxStatementRows, long maxStatementBytes, int maxArrayKeys, int maxArrayRows) {
    public static final MergePlanner POSTGRESQL = new MergePlanner(50, 1 << 20, 10_000, 2_000);
    /** Every statement is dispatched to segments, so fewer of them pay. */
    public static final MergePlanner GREENPLUM = new MergePlanner(10, 1 << 20, 1_000, 0);

    /** Of a heap's rows: up to here an index finds them in less time than reading all of them takes. */
    private static final double INDEX_SHARE_OF_HEAP = 0.1;
    /** Append-optimized rows are looked up through a map of blocks, which are decompressed whole. */
    private static final double INDEX_SHARE_OF_APPENDED = 0.002;
    /** A table of fewer rows, or of unknown size, is not worth a scan that must be waited for. */
    private static final int SMALL = 1_000;

    public static MergePlanner of(ServerFamily family) {
        return family.isParallel() ? GREENPLUM : POSTGRESQL;
    }

    /** What the planner decides from. */
    record Question(
            TableMapping table,
            StoredTable stored,
            int rows,
            long bytes,
            int updates,
            int filledMoves,
            int deletes,
            boolean arrayable,
            boolean rowsArrayable) {}

    /** One statement per row, in JDBC batches, or set by set. */
    enum Method {
        STATEMENTS,
        SETS
    }

    /** How the destination finds the rows to change. */
    enum Search {
        /** As its own planner thinks best. */
        PLANNER,
        /** One after the other through an index; Greenplum's planner does not do so by itself. */
        INDEX,
        /** By reading the table once. */
        SCAN
    }

    /**
     * @param inPlace whether rows whose key stays are updated; otherwise they are deleted and written again
     * @param mayCollide whether updates in place may meet another unique index half-way, so that they need a way back
     * @param arrays whether keys to delete travel as arrays
     * @param rowArrays whether whole rows to update do, unless some of their values are missing
     */
    record Plan(
            Method method,
            boolean inPlace,
            boolean mayCollide,
            boolean arrays,
            boolean rowArrays,
            Search search,
            String why) {
        /** The same with all keys in a staging table. */
        Plan staged() {
            return new Plan(method, inPlace, mayCollide, false, false, search, why);
        }
    }

    /** Whether rows whose key stays may be updated. */
    static boolean inPlace(TableMapping table, StoredTable stored) {
        return table.updatable() && stored.updatesInPlace();
    }

    Plan plan(Question q) {
        boolean inPlace = inPlace(q.table(), q.stored());
        boolean mayCollide = inPlace && q.table().uniqueBesidesKey() && q.updates() > 1;
        boolean arrays = q.arrayable() && q.deletes() <= maxArrayKeys;
        boolean rowArrays = q.rowsArrayable() && q.updates() <= maxArrayRows && q.bytes() <= maxStatementBytes;
        Search search = search(q);
        boolean single = inPlace && search != Search.SCAN;
        if (few(q.rows(), q.bytes()) && !mayCollide && single && q.filledMoves() == 0) {
            return new Plan(Method.STATEMENTS, true, false, arrays, rowArrays, search, q.rows() + " rows: statements");
        }
        String why = q.rows() + " rows: sets, updates " + (inPlace ? "in place" : "as delete and copy")
                + (mayCollide ? " if no other unique index objects" : "") + ", keys "
                + (arrays ? "as arrays" : "staged")
                + (q.updates() == 0 ? "" : rowArrays ? ", rows as arrays" : ", rows staged")
                + (search == Search.PLANNER ? "" : search == Search.INDEX ? ", found by index" : ", found by a scan");
        return new Plan(Method.SETS, inPlace, mayCollide, arrays, rowArrays, search, why);
    }

    private static Search search(Question q) {
        if (!q.stored().parallel()) {
            return Search.PLANNER;
        }
        if (!q.stored().findsByKey(q.table())) {
            return Search.SCAN;
        }
        double share = q.stored().updatesInPlace() ? INDEX_SHARE_OF_HEAP : INDEX_SHARE_OF_APPENDED;
        int sought = q.updates() + q.filledMoves() + q.deletes();
        return sought <= Math.max(SMALL, share * q.stored().rows()) ? Search.INDEX : Search.SCAN;
    }

    /** Whether prepared statements are the better way to write so many rows. */
    boolean few(long rows, long bytes) {
        return rows <= maxStatementRows && bytes <= maxStatementBytes;
    }
}
