package io.penstock.destination.load;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.name.Identifiers;
import io.penstock.core.port.ChunkLoader;
import io.penstock.core.port.CopyFormat;
import io.penstock.core.relation.MixedTables;
import io.penstock.core.relation.TableMapping;
import io.penstock.destination.apply.ApplySession;
import io.penstock.destination.progress.OmissionRows;
import io.penstock.destination.progress.SharedTables;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.error.SqlErrors;
import io.penstock.postgres.expression.Label;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.core.BaseConnection;

/** Loads chunks through one session; the chunk's rows and its mark become durable together. One thread. */
public final class CopyLoader implements ChunkLoader {
    private static final String INSERT_MARK = "insert into penstock.progress_chunks values (?, ?, ?, ?)";
    private static final String FEATURE_NOT_SUPPORTED = "0A000";
    private static final String UNIQUE_VIOLATION = "23505";

    private final BaseConnection connection;
    private final boolean overridesIdentities;
    private final String endpoint;
    private final String task;
    private final FaultPoints faults;
    private final OmissionRows omissions;
    private @Nullable Open open;

    /** @param stage whether the rows wait beside the table until it is known which keys are free */
    private record Open(TableMapping table, int chunk, CopyIn copy, boolean stage) {}

    public CopyLoader(PgConnector connector, String task, FaultPoints faults) {
        ApplySession session = ApplySession.open(connector);
        this.connection = session.connection();
        this.overridesIdentities = session.overridesIdentities();
        this.endpoint = connector.describe();
        this.task = task;
        this.faults = faults;
        this.omissions = new OmissionRows(connection, task);
        try {
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            close();
            throw SqlErrors.wrap(e, "prepare a session", endpoint);
        }
    }

    @Override
    public void restart(TableMapping table) {
        try (Statement statement = connection.createStatement();
                PreparedStatement forget = connection.prepareStatement(
                        "delete from penstock.progress_chunks where task = ? and source = ?")) {
            if (table.mixed()) {
                requireNothingCopied(table);
            } else {
                requireOwn(table);
                if (table.labelled()) {
                    emptyOfOwn(statement, table);
                } else {
                    empty(statement, table);
                }
            }
            forget.setString(1, task);
            forget.setString(2, table.source().toString());
            forget.executeUpdate();
            omissions.forgetCopied(table.source());
            connection.commit();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "empty " + table.destination(), endpoint);
        }
    }

    /** A copy into such a table is one transaction, so what an interrupted one has done is gone already. */
    private void requireNothingCopied(TableMapping table) throws SQLException {
        if (hasBrought(table, "select exists (select 1 from penstock.progress_chunks where task = ? and source = ?)")) {
            throw new PenstockException(ErrorKind.REFUSED, MixedTables.copyAgain(table));
        }
    }

    private boolean hasBrought(TableMapping table, String query) throws SQLException {
        try (PreparedStatement marks = connection.prepareStatement(query)) {
            marks.setString(1, task);
            marks.setString(2, table.source().toString());
            try (ResultSet row = marks.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private void requireOwn(TableMapping table) throws SQLException {
        List<String> others = new SharedTables(connection, task).indistinct(table);
        if (!others.isEmpty()) {
            throw new PenstockException(
                    ErrorKind.REFUSED, MixedTables.copyAgain(table) + " They come from " + String.join(", ", others));
        }
    }

    /** Rows under the label that stood there when the first copy began are nobody's that is known. */
    private void emptyOfOwn(Statement statement, TableMapping table) throws SQLException {
        String own = table.destination() + " t where " + Label.condition(table, "t");
        boolean brought = hasBrought(table, """
                select exists (select 1 from penstock.progress_chunks c where c.task = t.task and c.source = t.source)
                       or rows_copied + inserts + updates + deletes > 0
                  from penstock.progress_tables t where t.task = ? and t.source = ?""");
        if (brought) {
            statement.execute("delete from only " + own);
            return;
        }
        try (ResultSet row = statement.executeQuery("select exists (select 1 from only " + own + ")")) {
            row.next();
            if (row.getBoolean(1)) {
                throw new PenstockException(
                        ErrorKind.REFUSED,
                        table.destination() + " holds rows with the label of " + table.source()
                                + " that the task has not brought. Nothing is changed. If they are of no use: DELETE FROM "
                                + own
                                + "; then run again. Otherwise give the table another label.");
            }
        }
    }

    /** A table that foreign keys refer to cannot be truncated alone. */
    private void empty(Statement statement, TableMapping table) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            statement.execute("truncate table only " + table.destination());
        } catch (SQLException e) {
            if (!FEATURE_NOT_SUPPORTED.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
            statement.execute("delete from only " + table.destination());
        }
    }

    @Override
    public void begin(TableMapping table, int chunk, CopyFormat format) {
        String columns =
                table.writtenNames().stream().map(Identifiers::quote).collect(Collectors.joining(", ", " (", ")"));
        // A table without columns, or with nothing but computed ones, has rows all the same.
        String list = table.writtenNames().isEmpty() ? "" : columns;
        String options = format == CopyFormat.BINARY ? " with (format binary)" : "";
        // Without a key no row is the same as another.
        boolean stage = table.mixed() && table.policy().overwrites() && !table.keyless();
        try {
            if (stage) {
                execute(KeptRows.stage(table));
            }
            String into = stage ? KeptRows.STAGE : table.destination() + list;
            CopyIn copy = connection.getCopyAPI().copyIn("copy " + into + " from stdin" + options);
            open = new Open(table, chunk, copy, stage);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "copy into " + table.destination(), endpoint);
        }
    }

    @Override
    public void write(byte[] data) {
        Open now = current();
        try {
            now.copy().writeToCopy(data, 0, data.length);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "copy into " + now.table().destination(), endpoint);
        }
    }

    @Override
    public long commit() {
        Open now = current();
        try (PreparedStatement mark = connection.prepareStatement(INSERT_MARK)) {
            long rows = now.copy().endCopy();
            if (now.stage()) {
                rows = insertFree(now.table());
            }
            open = null;
            faults.reached(FaultPoint.CHUNK_COPIED);
            mark.setString(1, task);
            mark.setString(2, now.table().source().toString());
            mark.setInt(3, now.chunk());
            mark.setLong(4, rows);
            mark.executeUpdate();
            omissions.addCopied(
                    now.table().source(),
                    now.chunk(),
                    rows * now.table().policy().missing());
            connection.commit();
            faults.reached(FaultPoint.CHUNK_COMMITTED);
            return rows;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "copy into " + now.table().destination(), endpoint);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long insertFree(TableMapping table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeLargeUpdate(KeptRows.insertFree(table, overridesIdentities));
        }
    }

    private Open current() {
        Open now = open;
        if (now == null) {
            throw new PenstockException(ErrorKind.INTERNAL, "A chunk is written that was not begun.");
        }
        return now;
    }

    /** Asks by writing: a COMMIT that is still under way is waited for, which a SELECT would not see. */
    @Override
    public boolean committed(TableMapping table, int chunk) {
        try {
            boolean found = !insertable(table, chunk);
            connection.rollback();
            return found;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read chunk marks of " + table.source(), endpoint);
        }
    }

    private boolean insertable(TableMapping table, int chunk) throws SQLException {
        try (PreparedStatement mark = connection.prepareStatement(INSERT_MARK)) {
            mark.setString(1, task);
            mark.setString(2, table.source().toString());
            mark.setInt(3, chunk);
            mark.setLong(4, 0);
            mark.executeUpdate();
            return true;
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    /** Cuts the connection: an open COPY ends at once and leaves nothing. */
    @Override
    public void close() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw new PenstockException(
                    ErrorKind.CONNECTION, "The session at " + endpoint + " could not be closed.", e);
        }
    }
}
