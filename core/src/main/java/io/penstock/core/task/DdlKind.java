package io.penstock.core.task;

/** The changes of definition a task can follow. */
public enum DdlKind implements Word {
    CREATE_TABLE,
    DROP_TABLE,
    TRUNCATE_TABLE,
    RENAME_TABLE,
    ADD_COLUMN,
    ALTER_COLUMN_TYPE,
    DROP_COLUMN,
    RENAME_COLUMN,
    ADD_CONSTRAINT,
    DROP_CONSTRAINT,
    ALTER_COLUMN_DEFAULT,
    ALTER_COLUMN_NULL,
    CREATE_INDEX,
    DROP_INDEX,
    ATTACH_PARTITION,
    DETACH_PARTITION,
    COMMENT
}
