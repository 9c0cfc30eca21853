package io.penstock.destination.dialect;

import io.penstock.core.name.Identifiers;
import io.penstock.postgres.server.ServerVersion;

/** PostgreSQL, and PolarDB, which differs in nothing that is asked here. */
public record PostgresDialect(ServerVersion version) implements Dialect {
    @Override
    public String describe() {
        return "PostgreSQL " + version;
    }

    /** The first major version that has it (release notes, appendix E of the documentation). */
    @Override
    public boolean can(Feature feature) {
        return version.atLeast(
                switch (feature) {
                    case GENERATED_COLUMNS -> 12;
                    case DROP_EXPRESSION -> 13;
                    case MULTIRANGES -> 14;
                    case NULLS_NOT_DISTINCT, REFERENTIAL_ACTION_COLUMNS -> 15;
                    case EXCLUSION_ON_PARTITIONED_TABLES, PARTITIONS_SHARE_IDENTITY, SET_EXPRESSION -> 17;
                    case VIRTUAL_COLUMNS,
                            TEMPORAL_CONSTRAINTS,
                            NOT_NULL_OF_PARENTS_ALONE,
                            UNENFORCED_CONSTRAINTS,
                            UNVALIDATED_KEYS_ON_PARTITIONED_TABLES -> 18;
                });
    }

    @Override
    public String quote(String name) {
        return Identifiers.quote(name);
    }
}
