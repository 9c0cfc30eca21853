package io.penstock.bench.database;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A plain session in autocommit, whose failures name the statement: data are made up, so nothing but a password is secret. One thread. */
public final class Session implements AutoCloseable {
    private static final int SHOWN = 200;

    /** In a list of name=value, whose values may be quoted, in the query of an address, or between user and host. */
    private static final Pattern PASSWORD =
            Pattern.compile("(password\\s*=\\s*|://[^:/@\\s]*:(?=[^/\\s]*@))('(?:[^'\\\\]|\\\\.)*'|[^\\s'&@]*)");

    private final Connection connection;

    private Session(Connection connection) {
        this.connection = connection;
    }

    public static Session open(String jdbcUrl) {
        try {
            return new Session(DriverManager.getConnection(jdbcUrl));
        } catch (SQLException e) {
            throw failed("connect", e);
        }
    }

    public Connection connection() {
        return connection;
    }

    /** Statements one by one, each committed on its own. */
    public Session run(List<String> statements) {
        statements.forEach(this::run);
        return this;
    }

    public Session run(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return this;
        } catch (SQLException e) {
            throw failed(sql, e);
        }
    }

    /** The first column of the first row as text; null when there is no row or it is NULL. */
    public @Nullable String one(String sql) {
        List<List<String>> rows = rows(sql);
        return rows.isEmpty() ? null : rows.get(0).get(0);
    }

    public long number(String sql) {
        String value = one(sql);
        return value == null ? 0 : Long.parseLong(value);
    }

    /** NULL is null inside the lists. */
    public List<List<String>> rows(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            int columns = rows.getMetaData().getColumnCount();
            List<List<String>> all = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>(columns);
                for (int i = 1; i <= columns; i++) {
                    row.add(rows.getString(i));
                }
                all.add(row);
            }
            return all;
        } catch (SQLException e) {
            throw failed(sql, e);
        }
    }

    public static PenstockException failed(String what, SQLException e) {
        String masked = masked(what);
        String shown = masked.length() > SHOWN ? masked.substring(0, SHOWN) + "..." : masked;
        return new PenstockException(
                ErrorKind.INTERNAL, "Benchmark: " + masked(String.valueOf(e.getMessage())) + " in: " + shown, e);
    }

    /** Connection strings stand in statements such as CREATE SUBSCRIPTION. */
    static String masked(String text) {
        return PASSWORD.matcher(text).replaceAll("$1***");
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed("close", e);
        }
    }
}
