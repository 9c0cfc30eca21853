package io.penstock.destination.apply;

import io.penstock.core.name.QualifiedName;
import io.penstock.destination.apply.StoredTable.Policy;
import io.penstock.postgres.server.ServerFacts;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks up how tables are stored, and remembers it for a while. One thread, in whatever transaction is open. */
final class StoredTables {
    /** Sizes change; a wrong guess costs time only. */
    private static final long MAX_AGE_NANOS = 60_000_000_000L;
    /** Looking one up again costs a millisecond. */
    private static final int MAX_TABLES = 4096;

    private static final String ACCESS_METHOD =
            "coalesce((select am.amname::text from pg_catalog.pg_am am where am.oid = c.relam), 'heap')";
    /** Before there were access methods for tables. */
    private static final String RELSTORAGE =
            "case c.relstorage when 'h' then 'heap' when 'a' then 'ao_row' when 'c' then 'ao_column' else 'other' end";

    private static final String TABLE = """
            select %s, p.policytype::text,
                   array(select a.attname::text
                           from unnest(p.distkey::int2[]) with ordinality k(attnum, place)
                           join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
                          order by k.place),
                   c.reltuples
              from pg_catalog.pg_class c left join pg_catalog.gp_distribution_policy p on p.localoid = c.oid
             where c.oid = pg_catalog.to_regclass(?::%s)""";

    private static final String INDEXES = """
            select array(select a.attname::text
                           from unnest(i.indkey::int2[]) with ordinality k(attnum, place)
                           join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
                          order by k.place)
              from pg_catalog.pg_index i
              join pg_catalog.pg_class x on x.oid = i.indexrelid
              join pg_catalog.pg_am m on m.oid = x.relam and m.amname = 'btree'
             where i.indrelid = pg_catalog.to_regclass(?::%s) and i.indisvalid and i.indpred is null and i.indexprs is null""";

    private final Connection connection;
    private final boolean parallel;
    private final boolean accessMethods;
    private final Map<QualifiedName, Known> known = new HashMap<>();

    private record Known(StoredTable table, long since) {}

    StoredTables(Connection connection, ServerFacts facts) {
        this.connection = connection;
        this.parallel = facts.family().isParallel();
        this.accessMethods = facts.version().atLeast(12);
    }

    /** Whether staging tables can be told their storage. */
    boolean namesStorages() {
        return accessMethods;
    }

    boolean parallel() {
        return parallel;
    }

    StoredTable of(QualifiedName table) throws SQLException {
        if (!parallel) {
            return StoredTable.PLAIN;
        }
        long now = System.nanoTime();
        Known found = known.get(table);
        if (found == null || now - found.since() > MAX_AGE_NANOS) {
            if (known.size() >= MAX_TABLES) {
                known.clear();
            }
            found = new Known(read(table), now);
            known.put(table, found);
        }
        return found.table();
    }

    /** Definitions are about to change. */
    void forget() {
        known.clear();
    }

    private StoredTable read(QualifiedName table) throws SQLException {
        // Before 9.6 the function takes a C string.
        String parameter = accessMethods ? "text" : "cstring";
        String sql = TABLE.formatted(accessMethods ? ACCESS_METHOD : RELSTORAGE, parameter);
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, table.toString());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    // The statement that writes it will tell.
                    return new StoredTable(StoredTable.HEAP, Policy.RANDOMLY, List.of(), List.of(), 0);
                }
                List<String> columns = texts(row.getArray(3));
                return new StoredTable(
                        row.getString(1),
                        policy(row.getString(2), columns),
                        columns,
                        indexes(table, parameter),
                        row.getDouble(4));
            }
        }
    }

    private static Policy policy(String type, List<String> columns) {
        if ("r".equals(type)) {
            return Policy.REPLICATED;
        }
        return columns.isEmpty() ? Policy.RANDOMLY : Policy.BY_COLUMNS;
    }

    private List<List<String>> indexes(QualifiedName table, String parameter) throws SQLException {
        List<List<String>> indexes = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(INDEXES.formatted(parameter))) {
            query.setString(1, table.toString());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    indexes.add(texts(rows.getArray(1)));
                }
            }
        }
        return indexes;
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
