package io.penstock.postgres.server;

import java.util.Locale;

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

    /**
     * @param versionText the line of {@code select version()}
     * @param greenplumSettings the server has the setting gp_server_version
     * @param polarSettings the server has settings whose names begin with polar
     */
    static ServerFamily of(String versionText, boolean greenplumSettings, boolean polarSettings) {
        String text = versionText.toLowerCase(Locale.ROOT);
        // The later ones are descendants of Greenplum and name it too.
        if (text.contains("analyticdb") || text.contains("adbpg")) {
            return ANALYTICDB;
        }
        if (text.contains("cloudberry")) {
            return CLOUDBERRY;
        }
        if (text.contains("greenplum") || greenplumSettings) {
            return GREENPLUM;
        }
        return text.contains("polardb") || polarSettings ? POLARDB : POSTGRESQL;
    }
}
