package io.penstock.testkit;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The oracle: whether two tables hold the same rows, as multisets, whatever the versions of their servers. Columns are matched by name.
 * It shares nothing with the product. Types whose text holds floats are compared by their binary form, because their text changed in
 * PostgreSQL 12. Known limit: composite types that contain floats are compared as text.
 */
public final class TableComparison {
    private static final int MAX_REPORTED = 20;
    private static final int FETCH_ROWS = 2_000;

    private static final String SETTINGS = """
            select set_config('extra_float_digits', '3', true), set_config('TimeZone', 'UTC', true),
                   set_config('DateStyle', 'ISO, MDY', true), set_config('IntervalStyle', 'postgres', true),
                   set_config('bytea_output', 'hex', true), set_config('lc_monetary', 'C', true),
                   set_config('search_path', 'pg_catalog', true), set_config('row_security', 'off', true)
            """;

    /** Quoted name, and the SQL of a text that is equal exactly if the values are. */
    private static final String COLUMNS = """
            with recursive col(name, typid) as (
                select quote_ident(attname), atttypid from pg_attribute
                 where attrelid = cast(? as regclass) and attnum > 0 and not attisdropped
                union all
                select name, typbasetype from col join pg_type t on t.oid = typid where typtype = 'd'
            )
            select name, case
                     when typelem <> 0 and typlen = -1 and typelem::regtype::text = any(float_types)
                       then 'encode(array_send(' || name || '), ''hex'')'
                     when typid::regtype::text = any(float_types)
                       then 'encode(' || (select typsend::regproc::text from pg_type where oid = typid) || '(' || name || '), ''hex'')'
                     else name || '::text' end
              from (select name, typid, typelem, typlen,
                           '{real,double precision,point,line,lseg,box,path,polygon,circle}'::text[] as float_types
                      from col join pg_type t on t.oid = typid where typtype <> 'd') c
            """;

    private TableComparison() {}

    /**
     * Compares all rows; leaves transactions and settings of both connections as they were.
     *
     * @param firstTable quoted as in SQL and always with its schema, since nothing but pg_catalog is searched
     * @return what differs, empty if the tables are equal; at most some 20 rows and then how many more
     */
    public static List<String> differences(Connection first, String firstTable, Connection second, String secondTable)
            throws SQLException {
        return aside(first, () -> aside(second, () -> compare(first, firstTable, second, secondTable)));
    }

    private static List<String> compare(Connection first, String firstTable, Connection second, String secondTable)
            throws SQLException {
        Map<String, String> firstColumns = columns(first, firstTable);
        Map<String, String> secondColumns = columns(second, secondTable);
        if (!firstColumns.keySet().equals(secondColumns.keySet())) {
            return List.of("columns of " + firstTable + " are " + firstColumns.keySet() + ", of " + secondTable + " "
                    + secondColumns.keySet());
        }
        try (SortedRows left = new SortedRows(first, firstTable, firstColumns);
                SortedRows right = new SortedRows(second, secondTable, secondColumns)) {
            return merge(left, right, "columns " + firstColumns.keySet());
        }
    }

    private static List<String> merge(SortedRows left, SortedRows right, String heading) throws SQLException {
        List<String> found = new ArrayList<>();
        long count = 0;
        while (left.row != null || right.row != null) {
            int order = left.compareTo(right);
            if (order != 0) {
                count++;
                SortedRows only = order < 0 ? left : right;
                if (count <= MAX_REPORTED) {
                    found.add("only in " + (order < 0 ? "first " : "second ") + only.table + ": " + only.row);
                }
            }
            if (order <= 0) {
                left.advance();
            }
            if (order >= 0) {
                right.advance();
            }
        }
        if (count > 0) {
            found.add(0, count + " rows differ; " + heading + "; rows read: " + left.count + " and " + right.count);
        }
        return found;
    }

    private static Map<String, String> columns(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, table);
            Map<String, String> columns = new TreeMap<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.put(rows.getString(1), rows.getString(2));
                }
            }
            return columns;
        }
    }

    /** Runs a reading under the settings of the comparison, inside a transaction or savepoint that is rolled back. */
    private static <T> T aside(Connection connection, Reading<T> reading) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            statement.execute(SETTINGS);
            return reading.read();
        } finally {
            connection.rollback(before);
            if (autoCommit) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private interface Reading<T> {
        T read() throws SQLException;
    }

    /** All rows of a table, each one text (NULL and the empty string differ in an array's text), in byte order. */
    private static final class SortedRows implements AutoCloseable {
        private final String table;
        private final Statement statement;
        private final ResultSet rows;
        private @Nullable String row;
        private long count;

        SortedRows(Connection connection, String table, Map<String, String> columns) throws SQLException {
            this.table = table;
            String values = columns.values().stream().collect(Collectors.joining(", ", "array[", "]::text[]"));
            statement = connection.createStatement();
            statement.setFetchSize(FETCH_ROWS);
            rows = statement.executeQuery(
                    "select r collate \"C\" from (select " + values + "::text as r from " + table + ") s order by 1");
            advance();
        }

        void advance() throws SQLException {
            row = rows.next() ? rows.getString(1) : null;
            count += row == null ? 0 : 1;
        }

        /** The end comes after every row. Bytes, as the server sorts them; UTF-16 order differs beyond the basic plane. */
        int compareTo(SortedRows other) {
            String mine = row;
            String theirs = other.row;
            if (mine == null || theirs == null) {
                return mine == null ? 1 : -1;
            }
            return mine.equals(theirs) ? 0 : Arrays.compareUnsigned(utf8(mine), utf8(theirs));
        }

        private static byte[] utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws SQLException {
            statement.close();
        }
    }
}
