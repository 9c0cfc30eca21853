package io.penstock.core.task;

/** How the case of names is carried over. */
public enum NameCase implements Word {
    /** As in the source. */
    SOURCE,
    LOWER,
    UPPER,
    /** Schema and table lower, columns as in the source. */
    DEFAULT
}
