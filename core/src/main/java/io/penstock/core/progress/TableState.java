package io.penstock.core.progress;

import java.util.Locale;

/** The states of one table of a task. */
public enum TableState {
    /** Known, nothing copied; set by the schema phase. */
    WAITING,
    /** A copy has begun; after a crash it begins again. */
    COPYING,
    /** All rows and the key are there; the stream has not passed the copy's position yet. */
    CATCHING_UP,
    /** Equal to the source as of the applied position. */
    READY,
    /** Needs a person. */
    ERRORED;

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static TableState of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }
}
