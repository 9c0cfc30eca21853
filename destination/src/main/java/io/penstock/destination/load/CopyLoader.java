package io.penstock.destination.load;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.name.Identifiers;
import io.penstock.core.port.ChunkLoader;
import io.penstock.core.port.CopyFormat;
import io.penstock.core.relation.TableMapping;
import io.penstock.destination.apply.ApplySession;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.error.SqlErrors;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
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
    private final String endpoint;
    private final String task;
    private final FaultPoints faults;
    private @Nullable Open open;

    private record Open(TableMapping table, int chunk, CopyIn copy) {}

    public CopyLoader(PgConnector connector, String task, FaultPoints faults) {
        this.connection = ApplySession.open(connector).connection();
        this.endpoint = connector.describe();
        this.task = task;
        this.faults = faults;
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
            empty(statement, table);
            forget.setString(1, task);
            forget.setString(2, table.source().toString());
            forget.executeUpdate();
            connection.commit();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "empty " + table.destination(), endpoint);
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
        String columns = table.writtenColumns().stream()
                .map(c -> Identifiers.quote(c.destinationName()))
                .collect(Collectors.joining(", ", " (", ")"));
        // A table without columns, or with nothing but computed ones, has rows all the same.
        String list = table.writtenColumns().isEmpty() ? "" : columns;
        String options = format == CopyFormat.BINARY ? " with (format binary)" : "";
        try {
            CopyIn copy =
                    connection.getCopyAPI().copyIn("copy " + table.destination() + list + " from stdin" + options);
            open = new Open(table, chunk, copy);
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
            open = null;
            faults.reached(FaultPoint.CHUNK_COPIED);
            mark.setString(1, task);
            mark.setString(2, now.table().source().toString());
            mark.setInt(3, now.chunk());
            mark.setLong(4, rows);
            mark.executeUpdate();
            connection.commit();
            faults.reached(FaultPoint.CHUNK_COMMITTED);
            return rows;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "copy into " + now.table().destination(), endpoint);
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
