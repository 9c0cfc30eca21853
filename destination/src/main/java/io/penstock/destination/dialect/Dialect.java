package io.penstock.destination.dialect;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.TableDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One kind and version of destination. Text and answers only, no connection. Immutable, any thread. */
public interface Dialect {
    /** As it reads in a sentence: {@code PostgreSQL 15.4}. */
    String describe();

    boolean can(Feature feature);

    /** A name as it must stand in a statement. */
    String quote(String name);

    default String quote(QualifiedName name) {
        return quote(name.schema()) + '.' + quote(name.table());
    }

    /** Names of the storages a table can have here, as the task file writes them. */
    Set<String> storages();

    /** Whether the rows of every table are distributed by a policy of its own. */
    boolean distributes();

    /** Whether rows can be distributed by values of the type. */
    boolean distributable(PlainType type);

    /** The same storage under its name, where the server can be asked for it by options as well. */
    Storage settled(Storage wished);

    /** The same dialect, knowing the layout of these tables by the oid they have at the source. */
    Dialect withLayouts(Map<Integer, TableLayout> layouts);

    /** The layout of a table; {@link TableLayout#DEFAULT} for one that it was not told of. */
    TableLayout layout(int table);

    /** What follows columns, parents and PARTITION BY in CREATE TABLE: USING and WITH; empty or beginning with a new line. */
    String storageClause(TableDefinition table);

    /** What follows that; a partition made by PARTITION OF has its parent's. */
    String distributionClause(TableDefinition table);

    /** Whether keys of the table can be checked late ({@code DEFERRABLE}). */
    boolean defersKeys(TableDefinition table);

    /** Why a unique key over these columns cannot exist on the table, null when it can. */
    @Nullable
    String uniqueObstacle(TableDefinition table, List<String> columns);

    /** The dialect a server needs. */
    static Dialect of(Capabilities capabilities) {
        return capabilities.family().isParallel()
                ? new GreenplumDialect(capabilities, Map.of())
                : new PostgresDialect(capabilities.version(), capabilities.storages(), Map.of());
    }
}
