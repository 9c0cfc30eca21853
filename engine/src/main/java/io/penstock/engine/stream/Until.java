package io.penstock.engine.stream;

import io.penstock.core.lsn.Lsn;

/**
 * When the incremental phase ends by itself.
 *
 * @param position used by {@link Kind#POSITION} only
 */
public record Until(Kind kind, Lsn position) {
    public static final Until NEVER = new Until(Kind.NEVER, Lsn.NONE);
    public static final Until CAUGHT_UP = new Until(Kind.CAUGHT_UP, Lsn.NONE);

    /** What ends it. */
    public enum Kind {
        NEVER,
        /** The source's insert position of the moment when the phase began is applied. */
        CAUGHT_UP,
        POSITION
    }

    public static Until position(Lsn lsn) {
        return new Until(Kind.POSITION, lsn);
    }
}
