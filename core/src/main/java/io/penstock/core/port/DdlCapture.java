package io.penstock.core.port;

/**
 * Whether changes of definitions at the source arrive in the stream.
 *
 * @param why one sentence; empty when active
 */
public record DdlCapture(State state, String why) {
    public static final DdlCapture ACTIVE = new DdlCapture(State.ACTIVE, "");

    /** What a task does that may not capture. */
    public static final String FALLBACK =
            "The role may not create event triggers and publications for all tables, so only columns that are added, dropped, renamed or"
                    + " given another type are followed: the next row of the table shows it, and the table is copied again. Not followed"
                    + " are new, renamed and dropped tables, defaults, NOT NULL, keys, constraints, indexes, types and comments, nor values that"
                    + " ALTER TABLE computes anew without changing the column's type.";

    /** Nobody sets it; it is found out. */
    public enum State {
        /** Every change is logged. */
        ACTIVE,
        /** The task began without the right to capture; only the tables it began with are published. */
        UNAVAILABLE,
        /** The task relies on it, and changes may have gone unnoticed. */
        BROKEN
    }

    public static DdlCapture unavailable(String why) {
        return new DdlCapture(State.UNAVAILABLE, why);
    }

    public static DdlCapture broken(String why) {
        return new DdlCapture(State.BROKEN, why);
    }
}
