package io.penstock.core.task;

/** What happens when the destination lacks a column of the source. */
public enum OnMissingColumn implements Word {
    /** The task stops before a value is lost. */
    ERROR,
    /** The values are left out, and counted. */
    IGNORE
}
