package io.penstock.core.script;

/** What the result of a script depends on besides the row, so that it may differ between phases or between servers. */
public enum Dependence {
    /** {@code __OPERATION__}. */
    OPERATION,
    /** {@code __COMMIT_TIMESTAMP__}. */
    COMMIT_TIMESTAMP,
    /** The time at which a row is written. */
    NOW,
    /** What the database's LC_CTYPE takes for letters, and for the upper case of one. */
    CTYPE
}
