package io.penstock.destination.dialect;

import io.penstock.core.name.Identifiers;
import io.penstock.core.schema.TableDefinition;
import io.penstock.postgres.server.ServerVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL, and PolarDB, which differs in nothing that is asked here.
 *
 * @param storages access methods for tables; before 12 there is but heap
 */
public record PostgresDialect(ServerVersion version, Set<String> storages, Map<Integer, TableLayout> layouts)
        implements Dialect {
    static final String HEAP = "heap";

    public PostgresDialect {
        storages = Set.copyOf(storages);
        layouts = Map.copyOf(layouts);
    }

    public PostgresDialect(ServerVersion version) {
        this(version, Set.of(HEAP), Map.of());
    }

    @Override
    public String describe() {
        return "PostgreSQL " + version;
    }

    /** The first major version that has it (release notes, appendix E of the documentation). */
    @Override
    public boolean can(Feature feature) {
        return version.atLeast(
                switch (feature) {
                    case EXCLUSION_CONSTRAINTS, ENFORCED_FOREIGN_KEYS, REDISTRIBUTION_OF_LARGE_VALUES -> 9;
                    case IDENTITY_COLUMNS, SEQUENCE_TYPES, DECLARATIVE_PARTITIONS -> 10;
                    case INCLUDED_COLUMNS -> 11;
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

    @Override
    public boolean distributes() {
        return false;
    }

    @Override
    public boolean distributable(PlainType type) {
        return false;
    }

    @Override
    public Storage settled(Storage wished) {
        return wished;
    }

    @Override
    public PostgresDialect withLayouts(Map<Integer, TableLayout> others) {
        return new PostgresDialect(version, storages, others);
    }

    @Override
    public TableLayout layout(int table) {
        return layouts.getOrDefault(table, TableLayout.DEFAULT);
    }

    /** A partitioned table has no storage of its own, and one that is not named is the server's default. */
    @Override
    public String storageClause(TableDefinition table) {
        if (table.kind() != TableDefinition.Kind.TABLE) {
            return "";
        }
        Storage storage = layout(table.oid()).storage();
        String using = storage.name()
                .filter(name -> version.atLeast(12))
                .map(name -> "\nUSING " + quote(name))
                .orElse("");
        return using + (storage.options().isEmpty() ? "" : "\nWITH (" + storage.optionList() + ")");
    }

    @Override
    public String distributionClause(TableDefinition table) {
        return "";
    }

    @Override
    public boolean defersKeys(TableDefinition table) {
        return true;
    }

    @Override
    public @Nullable String uniqueObstacle(TableDefinition table, List<String> columns) {
        return null;
    }
}
