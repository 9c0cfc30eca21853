package io.penstock.core.task;

import java.util.Set;

/**
 * Schemas that belong to the server, to an extension of a PostgreSQL family member, or to Penstock, never to the user.
 */
public final class SystemSchemas {
    /**
     * PolarDB's helpers, Greenplum's and Cloudberry's toolkits, RDS's and TimescaleDB's own schemas, and Penstock's.
     */
    private static final Set<String> NAMES = Set.of(
            "information_schema",
            "penstock",
            "polar_feature_utils",
            "polar_catalog",
            "gp_toolkit",
            "rds_tools",
            "_timescaledb_cache",
            "_timescaledb_catalog",
            "_timescaledb_config",
            "_timescaledb_internal",
            "timescaledb_information",
            "timescaledb_experimental");

    private SystemSchemas() {}

    /** PostgreSQL reserves every name that begins with {@code pg_} (CREATE SCHEMA in its documentation). */
    public static boolean contains(String schema) {
        return schema.startsWith("pg_") || NAMES.contains(schema);
    }

    /** Those that do not begin with {@code pg_}. */
    public static Set<String> names() {
        return NAMES;
    }
}
