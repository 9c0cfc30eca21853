package io.penstock.source.copy;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.Chunk;
import io.penstock.core.port.ChunkReader;
import io.penstock.core.port.CopyFormat;
import io.penstock.core.port.TableCopy;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.snapshot.TableSnapshot;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.core.BaseConnection;

/**
 * Tables held open under one snapshot: the session that took it stays in its transaction until {@link #close}, readers join by its
 * exported name. {@link #read} may be called by several threads.
 */
final class TableCopyReader implements TableCopy {
    private final PgConnector connector;
    private final BaseConnection holder;
    private final TableSnapshot snapshot;
    private final String exportedName;
    private final List<Chunk> chunks;

    private TableCopyReader(
            PgConnector connector,
            BaseConnection holder,
            TableSnapshot snapshot,
            String exportedName,
            List<Chunk> chunks) {
        this.connector = connector;
        this.holder = holder;
        this.snapshot = snapshot;
        this.exportedName = exportedName;
        this.chunks = chunks;
    }

    static TableCopyReader open(PgConnector connector, List<TableDefinition> expected, long chunkBytes) {
        BaseConnection holder = connector.open(SessionSettings.source());
        String what = expected.size() == 1 ? expected.get(0).name().toString() : expected.size() + " tables";
        try (Statement statement = holder.createStatement()) {
            statement.execute("begin isolation level repeatable read read only");
            for (TableDefinition table : expected) {
                // Before the first query: LOCK takes no snapshot, and from now on nobody can rewrite the table. A
                // snapshot taken
                // first would see nothing of a table that somebody rewrites before the COPY.
                statement.execute("lock table only " + table.name() + " in access share mode");
            }
            String[] taken = takeSnapshot(statement);
            List<Chunk> chunks = new ArrayList<>();
            for (TableDefinition table : expected) {
                requireUnchanged(holder, table);
                chunks.addAll(new ChunkPlanner(holder).chunks(table, chunkBytes));
            }
            TableSnapshot snapshot =
                    TableSnapshot.parse(taken[0], Lsn.parse(taken[2]).value());
            return new TableCopyReader(connector, holder, snapshot, taken[1], chunks);
        } catch (SQLException e) {
            closeQuietly(holder);
            throw SqlErrors.wrap(e, "open " + what + " for copying", connector.describe());
        } catch (RuntimeException e) {
            closeQuietly(holder);
            throw e;
        }
    }

    /** Snapshot text, exported name, insert position; the position is read by a statement of its own, so surely afterwards. */
    private static String[] takeSnapshot(Statement statement) throws SQLException {
        String[] taken = new String[3];
        try (ResultSet row = statement.executeQuery("select txid_current_snapshot()::text, pg_export_snapshot()")) {
            row.next();
            taken[0] = row.getString(1);
            taken[1] = row.getString(2);
        }
        try (ResultSet row = statement.executeQuery("select pg_current_wal_insert_lsn()::text")) {
            row.next();
            taken[2] = row.getString(1);
        }
        return taken;
    }

    /** The definition was read earlier; under the lock it is compared with what the table is now. */
    private static void requireUnchanged(BaseConnection holder, TableDefinition table) throws SQLException {
        String sql = """
                select string_agg(attnum || ' ' || attname || ' ' || atttypid::bigint || ' ' || atttypmod, ',' order by attnum)
                  from pg_attribute
                 where attrelid = ? and attnum > 0 and not attisdropped""";
        String was = table.columns().stream().map(TableCopyReader::describe).collect(Collectors.joining(","));
        try (PreparedStatement query = holder.prepareStatement(sql)) {
            query.setLong(1, Integer.toUnsignedLong(table.oid()));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                String is = row.getString(1);
                if (!was.equals(is == null ? "" : is)) {
                    throw new PenstockException(
                            ErrorKind.DEFINITION_CHANGED,
                            "Table " + table.name()
                                    + " was changed on the source between the schema phase and its copy. Make the"
                                    + " same change to the destination table, or drop it there, and run again.");
                }
            }
        }
    }

    private static String describe(ColumnDefinition column) {
        return column.number() + " " + column.name() + " " + Integer.toUnsignedLong(column.typeOid()) + " "
                + column.typeModifier();
    }

    @Override
    public TableSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public List<Chunk> chunks() {
        return chunks;
    }

    @Override
    public ChunkReader read(Chunk chunk, TableMapping mapping, CopyFormat format) {
        BaseConnection reader = connector.open(SessionSettings.source());
        try (Statement statement = reader.createStatement()) {
            statement.execute("begin isolation level repeatable read read only");
            statement.execute("set transaction snapshot '" + exportedName + "'");
            return CopyChunkReader.start(reader, copySql(chunk, mapping, format), connector.describe());
        } catch (SQLException e) {
            closeQuietly(reader);
            throw SqlErrors.wrap(e, "copy " + chunk.table(), connector.describe());
        } catch (RuntimeException e) {
            closeQuietly(reader);
            throw e;
        }
    }

    private static String copySql(Chunk chunk, TableMapping mapping, CopyFormat format) {
        String columns = mapping.writtenColumns().stream()
                .map(c -> Identifiers.quote(c.sourceName()))
                .collect(Collectors.joining(", "));
        QualifiedName table = chunk.table();
        String where = chunk.condition().isEmpty() ? "" : " where " + chunk.condition();
        String options = format == CopyFormat.BINARY ? " with (format binary)" : "";
        return "copy (select " + columns + " from only " + table + where + ") to stdout" + options;
    }

    @Override
    public void close() {
        closeQuietly(holder);
    }

    /** A session whose only state is a read transaction needs no orderly end. */
    static void closeQuietly(BaseConnection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // It ends with the socket.
            return;
        }
    }
}
