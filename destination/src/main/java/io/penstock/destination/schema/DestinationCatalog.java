package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.DestinationTable;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the destination's system catalog says. Each method is one query, whatever the number of objects. */
record DestinationCatalog(Connection connection) {
    /** Greenplum 6 is that old. */
    private boolean atLeast(int major) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() >= major;
    }

    /** A text as the argument of the {@code to_reg*} functions; before 9.6 they take C strings. */
    String name(String text) throws SQLException {
        return atLeast(10) ? text : text + "::cstring";
    }

    /** Makes one object of one row. */
    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private record Entry(String name, List<String> texts) {}

    /** The texts of the given list for which {@code condition}, a SQL expression over {@code x}, holds. */
    Set<String> where(String condition, Collection<String> texts) throws SQLException {
        String sql = "select x from unnest(?) given(x) where " + condition;
        return new LinkedHashSet<>(list(sql, array(texts), row -> row.getString(1)));
    }

    private <T> List<T> list(String sql, Object parameter, Row<T> row) throws SQLException {
        List<T> list = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setObject(1, parameter);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    list.add(row.read(rows));
                }
            }
        }
        return list;
    }

    private Map<String, List<String>> textsByName(String sql, Collection<QualifiedName> names) throws SQLException {
        Array given = array(names.stream().map(QualifiedName::toString).toList());
        Map<String, List<String>> map = new LinkedHashMap<>();
        list(sql, given, row -> new Entry(row.getString(1), texts(row.getArray(2))))
                .forEach(entry -> map.put(entry.name(), entry.texts()));
        return map;
    }

    boolean test(String condition) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select " + condition);
                ResultSet row = query.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    String text(String expression) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select " + expression);
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    /** What distinguishes one definition of a type from another, by name; see {@link TypeSignature}. Types that exist only. */
    Map<String, List<String>> typeSignatures(Collection<QualifiedName> names) throws SQLException {
        String sql = """
                select x, array[t.typtype::text] || case t.typtype
                         when 'e' then array(select enumlabel::text from pg_catalog.pg_enum where enumtypid = t.oid order by enumsortorder)
                         when 'd' then array[pg_catalog.format_type(t.typbasetype, t.typtypmod)]
                         when 'r' then array(select pg_catalog.format_type(rngsubtype, null)
                                               from pg_catalog.pg_range where rngtypid = t.oid)
                         when 'c' then array(select a.attname::text || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
                                               from pg_catalog.pg_attribute a
                                              where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
                                              order by a.attnum)
                         else '{}'::text[] end
                  from unnest(?) given(x)
                  join pg_catalog.pg_type t on t.oid = pg_catalog.to_regtype(%s)""".formatted(name("x"));
        return textsByName(sql, names);
    }

    /** Column names of the tables, by the table's name as {@link QualifiedName#toString} writes it. Tables that exist only. */
    Map<String, Set<String>> columns(Collection<QualifiedName> tables) throws SQLException {
        String sql = """
                select x, array(select a.attname::text from pg_catalog.pg_attribute a
                                 where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)
                  from unnest(?) given(x)
                  join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(%s) and c.relkind in ('r', 'p')""".formatted(name("x"));
        Map<String, Set<String>> columns = new LinkedHashMap<>();
        textsByName(sql, tables).forEach((table, names) -> columns.put(table, Set.copyOf(names)));
        return columns;
    }

    Optional<DestinationTable> table(QualifiedName name) throws SQLException {
        String sql = """
                select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), t.typcategory, %s,
                       %s, a.attnotnull
                  from pg_catalog.pg_class c
                  left join (pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid)
                         on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                 where c.oid = pg_catalog.to_regclass(%s) and c.relkind in ('r', 'p')
                 order by a.attnum""".formatted(
                        atLeast(10) ? "a.attidentity = 'a'" : "false",
                        atLeast(12) ? "a.attgenerated <> ''" : "false",
                        name("?"));
        // A table without columns is one row without a column.
        List<Optional<DestinationTable.Column>> rows = list(sql, name.toString(), DestinationCatalog::column);
        List<DestinationTable.Column> columns =
                rows.stream().flatMap(Optional::stream).toList();
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(new DestinationTable(name, columns, uniqueIndexes(name)));
    }

    private static Optional<DestinationTable.Column> column(ResultSet row) throws SQLException {
        if (row.getString(1) == null) {
            return Optional.empty();
        }
        return Optional.of(new DestinationTable.Column(
                row.getString(1),
                row.getString(2),
                row.getString(3).charAt(0),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6)));
    }

    private List<List<String>> uniqueIndexes(QualifiedName table) throws SQLException {
        String sql = """
                select case when i.indexprs is not null or i.indpred is not null then '{}'
                            else array(select a.attname::text
                                         from unnest(i.indkey::int2[]) with ordinality k(attnum, place)
                                         join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
                                        where k.place <= %s
                                        order by k.place) end
                  from pg_catalog.pg_index i
                 where i.indrelid = pg_catalog.to_regclass(%s) and i.indisunique
                 order by i.indexrelid""".formatted(atLeast(11) ? "i.indnkeyatts" : "i.indnatts", name("?"));
        return list(sql, table.toString(), row -> texts(row.getArray(1)));
    }

    private Array array(Collection<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
