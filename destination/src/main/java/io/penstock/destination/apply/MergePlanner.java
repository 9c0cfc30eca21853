package io.penstock.destination.apply;

import io.penstock.core.relation.TableMapping;

/**
 * Chooses how the net changes of one table reach it. The thresholds are measured on plain PostgreSQL (changes per second by batch
 * size and method); another kind of destination brings another instance. Pure.
 *
 * @param maxStatementRows up to here prepared statements beat the fixed cost of arrays and COPY
 * @param maxStatementBytes larger rows would be held several times over as parameters; COPY sends them piece by piece
 * @param maxArrayKeys up to here keys travel as arrays; above, a staging table lets the planner choose its join by real size
 */
record MergePlanner(int maxStatementRows, long maxStatementBytes, int maxArrayKeys) {
    static final MergePlanner POSTGRESQL = new MergePlanner(50, 1 << 20, 10_000);

    /** What the planner decides from. */
    record Question(TableMapping table, int rows, long bytes, int updates, int filledMoves, int deletes, boolean arrayable) {}

    /** One statement per row, in JDBC batches, or set by set. */
    enum Method {
        STATEMENTS,
        SETS
    }

    /**
     * @param inPlace whether rows whose key stays are updated; otherwise they are deleted and written again
     * @param mayCollide whether updates in place may meet another unique index half-way, so that they need a way back
     * @param arrays whether keys to delete travel as arrays
     */
    record Plan(Method method, boolean inPlace, boolean mayCollide, boolean arrays, String why) {}

    Plan plan(Question q) {
        boolean inPlace = q.table().updatable();
        boolean mayCollide = inPlace && q.table().uniqueBesidesKey() && q.updates() > 1;
        boolean arrays = q.arrayable() && q.deletes() <= maxArrayKeys;
        if (few(q.rows(), q.bytes()) && !mayCollide && inPlace && q.filledMoves() == 0) {
            return new Plan(Method.STATEMENTS, true, false, arrays, q.rows() + " rows: statements");
        }
        String why = q.rows() + " rows: sets, updates " + (inPlace ? "in place" : "as delete and copy")
                + (mayCollide ? " if no other unique index objects" : "") + ", keys "
                + (arrays ? "as arrays" : "staged");
        return new Plan(Method.SETS, inPlace, mayCollide, arrays, why);
    }

    /** Whether prepared statements are the better way to write so many rows. */
    boolean few(long rows, long bytes) {
        return rows <= maxStatementRows && bytes <= maxStatementBytes;
    }
}
