package io.penstock.core.task;

/** Which family the destination server belongs to. */
public enum DestinationKind implements Word {
    /** Ask the server. */
    AUTO,
    POSTGRESQL,
    GREENPLUM,
    CLOUDBERRY,
    ANALYTICDB
}
