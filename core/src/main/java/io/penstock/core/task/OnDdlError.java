package io.penstock.core.task;

/** What happens to a table whose change of definition the destination cannot do. */
public enum OnDdlError implements Word {
    /** The table waits for a person, the others go on. */
    QUARANTINE,
    /** The task stops. */
    STOP
}
