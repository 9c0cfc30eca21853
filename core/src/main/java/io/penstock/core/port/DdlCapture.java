package io.penstock.core.port;

/**
 * Whether changes of definitions at the source arrive in the stream.
 *
 * @param why one sentence; empty when active
 */
public record DdlCapture(State state, String why) {
    public static final DdlCapture ACTIVE = new DdlCapture(State.ACTIVE, "");

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
