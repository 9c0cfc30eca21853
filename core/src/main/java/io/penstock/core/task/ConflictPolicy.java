package io.penstock.core.task;

/** What to do when the destination already has a table of the same name. */
public enum ConflictPolicy implements Word {
    /** The precheck fails. */
    FAIL,
    /** The full phase keeps the destination's rows, the incremental phase overwrites them. */
    IGNORE
}
