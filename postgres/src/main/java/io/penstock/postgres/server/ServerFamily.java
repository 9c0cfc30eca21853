package io.penstock.postgres.server;

/** Which product answers behind the PostgreSQL protocol. */
public enum ServerFamily {
    POSTGRESQL,
    POLARDB,
    GREENPLUM,
    CLOUDBERRY,
    ANALYTICDB;

    /** Rows live on segments: distribution, storage engines and Greenplum's thresholds apply. */
    public boolean isParallel() {
        return switch (this) {
            case GREENPLUM, CLOUDBERRY, ANALYTICDB -> true;
            case POSTGRESQL, POLARDB -> false;
        };
    }
}
