package io.penstock.core.error;

/** What the engine does after a failure. */
public enum Reaction {
    /** Reconnect with backoff for up to {@code retry.connection}. */
    RETRY_CONNECTION,
    /** Start again from the last progress with backoff for up to {@code retry.other}. */
    RETRY_OTHER,
    /** Stop; a person must change something, then a plain {@code run} goes on. */
    ASK,
    /** Stop; the task can never go on by itself. */
    FATAL,
    /** Stop because it was asked to. */
    STOP
}
