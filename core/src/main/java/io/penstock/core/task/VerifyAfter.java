package io.penstock.core.task;

/** When the task compares source and destination by itself. */
public enum VerifyAfter implements Word {
    /** Once, after the full phase has been caught up with. */
    FULL,
    NEVER
}
