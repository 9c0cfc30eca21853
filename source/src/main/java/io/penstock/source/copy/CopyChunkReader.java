package io.penstock.source.copy;

import io.penstock.core.port.ChunkReader;
import io.penstock.postgres.error.SqlErrors;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;

/** One running COPY TO STDOUT. Owns its connection. One thread. */
final class CopyChunkReader implements ChunkReader {
    private final BaseConnection connection;
    private final CopyOut copy;
    private final String endpoint;

    private CopyChunkReader(BaseConnection connection, CopyOut copy, String endpoint) {
        this.connection = connection;
        this.copy = copy;
        this.endpoint = endpoint;
    }

    static CopyChunkReader start(BaseConnection connection, String sql, String endpoint) throws SQLException {
        return new CopyChunkReader(connection, connection.getCopyAPI().copyOut(sql), endpoint);
    }

    @Override
    public byte @Nullable [] next() {
        try {
            return copy.readFromCopy();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read rows from the source", endpoint);
        }
    }

    /** Cuts the connection when rows are left: the server stops at its next write. */
    @Override
    public void close() {
        if (!copy.isActive()) {
            TableCopyReader.closeQuietly(connection);
            return;
        }
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            return;
        }
    }
}
