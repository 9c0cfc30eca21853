package io.penstock.core.check;

/**
 * The result of one check before the start.
 *
 * @param item stable name, such as {@code source.wal_level}
 * @param ignorable whether {@code --skip} may pass over it
 * @param why one sentence; empty when passed
 * @param fix what to do, with the SQL where there is one; empty when passed
 */
public record Finding(String item, State state, boolean ignorable, String why, String fix) {
    /** Worst last. */
    public enum State {
        PASSED,
        WARNING,
        FAILED
    }

    public static Finding passed(String item) {
        return new Finding(item, State.PASSED, false, "", "");
    }

    public static Finding warning(String item, String why, String fix) {
        return new Finding(item, State.WARNING, true, why, fix);
    }

    /** Fails, unless somebody who has read it passes over it. */
    public static Finding doubtful(String item, String why, String fix) {
        return new Finding(item, State.FAILED, true, why, fix);
    }

    public static Finding failed(String item, String why, String fix) {
        return new Finding(item, State.FAILED, false, why, fix);
    }
}
