package io.penstock.core.task;

/** The row changes a task can follow. */
public enum DmlKind implements Word {
    INSERT,
    UPDATE,
    DELETE,
    TRUNCATE
}
