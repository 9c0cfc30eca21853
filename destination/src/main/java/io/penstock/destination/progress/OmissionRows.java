package io.penstock.destination.progress;

import io.penstock.core.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Rows of {@code penstock.progress_omitted}: what the task was told not to bring, counted. Written in whatever transaction is open. One
 * thread.
 */
public final class OmissionRows {
    /** Values of columns that the destination lacks. */
    public static final String VALUES = "values";

    private final Connection connection;
    private final String task;

    public OmissionRows(Connection connection, String task) {
        this.connection = connection;
        this.task = task;
    }

    /** Values of the rows of one chunk; a count of its own, because chunks are copied side by side. */
    public void addCopied(QualifiedName source, int chunk, long values) throws SQLException {
        add(source, VALUES + "." + chunk, values);
    }

    /** The table's copy begins anew. */
    public void forgetCopied(QualifiedName source) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "delete from penstock.progress_omitted where task = ? and source = ? and kind like '" + VALUES
                        + ".%'")) {
            delete.setString(1, task);
            delete.setString(2, source.toString());
            delete.executeUpdate();
        }
    }

    /** What a person is told the count is of. */
    static String shown(String kind) {
        return kind.startsWith(VALUES) ? VALUES : kind;
    }

    /**
     * Adds to a count.
     *
     * @param kind {@link #VALUES}, or the kind of a change of rows
     */
    public void add(QualifiedName source, String kind, long count) throws SQLException {
        if (count == 0) {
            return;
        }
        String update =
                "update penstock.progress_omitted set omitted = omitted + ? where task = ? and source = ? and kind = ?";
        // Counts of a table that was renamed or has left meanwhile belong to nobody.
        String insert = "insert into penstock.progress_omitted (omitted, task, source, kind)"
                + " select ?, t.task, t.source, x.kind"
                + "   from penstock.progress_tables t, (select ?::text as task, ?::text as source, ?::text as kind) x"
                + "  where t.task = x.task and t.source = x.source";
        if (run(update, source, kind, count) == 0) {
            run(insert, source, kind, count);
        }
    }

    private int run(String sql, QualifiedName source, String kind, long count) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, count);
            statement.setString(2, task);
            statement.setString(3, source.toString());
            statement.setString(4, kind);
            return statement.executeUpdate();
        }
    }
}
