package io.penstock.core.task;

/** The phases of a task, in the order in which they run. */
public enum Phase implements Word {
    /** Creates the tables at the destination. */
    SCHEMA,
    /** Copies the rows that exist. */
    FULL,
    /** Follows the changes, from the slot's position on. */
    INCREMENTAL
}
