package io.penstock.core.error;

/**
 * What went wrong, as far as somebody has to act on it. Every kind has exactly one {@link Reaction}; the engine's retry loop and
 * the exit codes of the command line are derived from nothing else.
 */
public enum ErrorKind {
    /** The command line or the task file is wrong. */
    USAGE(Reaction.ASK),
    /** A database cannot be reached, or the connection broke. */
    CONNECTION(Reaction.RETRY_CONNECTION),
    /** A database refuses the login: password, role, pg_hba.conf. */
    LOGIN(Reaction.ASK),
    /** A requirement of the task is not met by a database: setting, right, object. */
    PRECHECK(Reaction.ASK),
    /** The task file uses a feature this version does not have yet. */
    NOT_YET(Reaction.ASK),
    /** The statement failed for a reason that may pass: lock timeout, deadlock, serialization, resources, disk full. */
    TRANSIENT(Reaction.RETRY_OTHER),
    /** The destination refuses data or a definition: constraint, type, missing table or column, missing right. */
    REFUSED(Reaction.ASK),
    /** The source's definition of a table differs from the one the task works with. */
    DEFINITION_CHANGED(Reaction.ASK),
    /** Source and destination are no longer equal: a row count did not match, a heartbeat is missing. */
    DIVERGED(Reaction.FATAL),
    /** The stream cannot be continued: slot lost, advanced by somebody, other server, other timeline. */
    POSITION_LOST(Reaction.FATAL),
    /** The slot keeps more of the source's log than the user allows; it is given up to save the source. */
    RETENTION_EXCEEDED(Reaction.FATAL),
    /** The replication protocol sent something unknown. */
    PROTOCOL(Reaction.FATAL),
    /** The thread was told to stop. */
    INTERRUPTED(Reaction.STOP),
    /** A defect of Penstock. */
    INTERNAL(Reaction.FATAL);

    private final Reaction reaction;

    ErrorKind(Reaction reaction) {
        this.reaction = reaction;
    }

    public Reaction reaction() {
        return reaction;
    }
}
