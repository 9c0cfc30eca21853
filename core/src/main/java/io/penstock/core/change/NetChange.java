package io.penstock.core.change;

/** What remains to be done for one row of a batch. */
public enum NetChange {
    NOTHING,
    INSERT,
    /** The key stays. */
    UPDATE,
    /** The row changes its key. */
    MOVE,
    DELETE
}
