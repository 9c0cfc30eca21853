package io.penstock.cli.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Compares every row of every table of a schema in two databases that nobody writes to. */
final class RowComparison {
    private static final String TABLES = """
            select quote_ident(n.nspname) || '.' || quote_ident(c.relname),
                   (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
                     where attrelid = c.oid and attnum > 0 and not attisdropped)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname = ? and c.relkind = 'r' order by 1""";

    private RowComparison() {}

    /** @param different rows that only one of the two has, counted as often as they are there */
    record Result(String table, long sourceRows, long destinationRows, long different) {
        boolean equal() {
            return different == 0;
        }
    }

    /** The tables are the source's; one that the destination lacks is an error. */
    static List<Result> compare(String sourceUrl, String destinationUrl, String schema) throws SQLException {
        try (Connection source = open(sourceUrl);
                Connection destination = open(destinationUrl);
                PreparedStatement query = source.prepareStatement(TABLES)) {
            query.setString(1, schema);
            List<String[]> tables = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    tables.add(new String[] {rows.getString(1), rows.getString(2)});
                }
            }
            List<Result> results = new ArrayList<>();
            for (String[] table : tables) {
                results.add(compare(source, destination, table[0], table[1]));
            }
            return results;
        }
    }

    private static Connection open(String url) throws SQLException {
        Connection connection = DriverManager.getConnection(url);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set work_mem = '32MB'");
            statement.execute("set timezone = 'UTC'");
            statement.execute("set extra_float_digits = 3");
        }
        connection.setAutoCommit(false);
        return connection;
    }

    /** Both servers sort at the same time. */
    private static Result compare(Connection source, Connection destination, String table, String columns)
            throws SQLException {
        CompletableFuture<SortedRows> sorting =
                CompletableFuture.supplyAsync(() -> sorted(destination, table, columns));
        try (SortedRows left = new SortedRows(source, table, columns);
                SortedRows right = sorting.join()) {
            return merge(table, left, right);
        } catch (CompletionException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw sql;
            }
            throw e;
        }
    }

    private static Result merge(String table, SortedRows left, SortedRows right) throws SQLException {
        long different = 0;
        while (!left.ended() || !right.ended()) {
            int order = left.compareTo(right);
            different += order == 0 ? 0 : 1;
            if (order <= 0) {
                left.advance();
            }
            if (order >= 0) {
                right.advance();
            }
        }
        return new Result(table, left.count(), right.count(), different);
    }

    private static SortedRows sorted(Connection connection, String table, String columns) {
        try {
            return new SortedRows(connection, table, columns);
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }
}
