package io.penstock.cli.demo;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The rows of a table as text, in byte order, a few thousand in memory at a time. One thread. */
final class SortedRows implements AutoCloseable {
    private static final int FETCH_ROWS = 500;

    private final Statement statement;
    private final ResultSet rows;
    private byte @Nullable [] current;
    private long count;

    /**
     * Sorts the table at the server.
     *
     * @param connection in a transaction, else all rows would be fetched at once
     * @param columns in the order in which they are compared
     */
    SortedRows(Connection connection, String table, String columns) throws SQLException {
        statement = connection.createStatement();
        statement.setFetchSize(FETCH_ROWS);
        rows = statement.executeQuery("select r from (select row(" + columns + ")::text collate \"C\" as r from only "
                + table + ") s order by r");
        advance();
    }

    void advance() throws SQLException {
        current = rows.next() ? rows.getBytes(1) : null;
        count += current == null ? 0 : 1;
    }

    boolean ended() {
        return current == null;
    }

    /** Rows read so far. */
    long count() {
        return count;
    }

    /** The end comes after every row. */
    int compareTo(SortedRows other) {
        byte[] mine = current;
        byte[] theirs = other.current;
        if (mine == null || theirs == null) {
            return Boolean.compare(mine == null, theirs == null);
        }
        return Arrays.compareUnsigned(mine, theirs);
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
