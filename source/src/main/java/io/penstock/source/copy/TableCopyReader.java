package io.penstock.source.copy;

import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.Chunk;
import io.penstock.core.port.ChunkReader;
import io.penstock.core.port.CopyFormat;
import io.penstock.core.port.TableCopy;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.Picture;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.snapshot.TableSnapshot;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import io.penstock.postgres.expression.RowSelect;
import io.penstock.source.snapshot.Snapshots;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.core.BaseConnection;

/**
 * Tables held open under one snapshot: the session that took it stays in its transaction until {@link #close}, readers join by its
 * exported name. {@link #read} may be called by several threads.
 */
final class TableCopyReader implements TableCopy {
    private final PgConnector connector;
    private final BaseConnection holder;
    /** The tables' oids. */
    private final String locked;

    private final TableSnapshot snapshot;
    private final String exportedName;
    private final Catalog definitions;
    private final List<Chunk> chunks;

    // Long because all of it is found out while the session is opened.
    private TableCopyReader(
            PgConnector connector,
            BaseConnection holder,
            List<TableDefinition> tables,
            Picture picture,
            String exportedName,
            List<Chunk> chunks) {
        this.locked = tables.stream()
                .map(t -> Long.toString(Integer.toUnsignedLong(t.oid())))
                .collect(Collectors.joining(", "));
        this.connector = connector;
        this.holder = holder;
        this.snapshot = picture.moment();
        this.exportedName = exportedName;
        this.definitions = picture.catalog();
        this.chunks = chunks;
    }

    /** Empty when a table has another name by now, or is gone. */
    static Optional<TableCopy> open(
            TableCopies copies, List<TableDefinition> tables, long chunkBytes, BooleanSupplier stop) {
        PgConnector connector = copies.connector();
        BaseConnection holder = connector.open(SessionSettings.source());
        String what = tables.size() == 1 ? tables.get(0).name().toString() : tables.size() + " tables";
        List<Integer> oids = tables.stream().map(TableDefinition::oid).toList();
        TableCopyReader copy = null;
        try {
            Picture picture =
                    copies.snapshots().choose(holder, stop).begin(holder, tables, reader -> reader.readTables(oids));
            if (named(tables, picture.catalog())) {
                copy = new TableCopyReader(
                        connector, holder, tables, picture, export(holder), chunks(holder, tables, chunkBytes));
            }
            return Optional.ofNullable(copy);
        } catch (SQLException e) {
            if (SqlErrors.isGone(e)) {
                return Optional.empty();
            }
            throw SqlErrors.wrap(e, "open " + what + " for copying", connector.describe());
        } finally {
            if (copy == null) {
                closeQuietly(holder);
            }
        }
    }

    private static List<Chunk> chunks(BaseConnection holder, List<TableDefinition> tables, long chunkBytes)
            throws SQLException {
        List<Chunk> chunks = new ArrayList<>();
        for (TableDefinition table : tables) {
            chunks.addAll(new ChunkPlanner(holder).chunks(table, chunkBytes));
        }
        return chunks;
    }

    /** The name that was locked may have become another table's. */
    private static boolean named(List<TableDefinition> tables, Catalog definitions) {
        Map<Integer, QualifiedName> names = new HashMap<>();
        definitions.tables().forEach(t -> names.put(t.oid(), t.name()));
        return tables.stream().allMatch(t -> t.name().equals(names.get(t.oid())));
    }

    /** The name by which readers join. */
    private static String export(BaseConnection holder) throws SQLException {
        try (Statement statement = holder.createStatement();
                ResultSet row = statement.executeQuery("select pg_export_snapshot()")) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public Catalog definitions() {
        return definitions;
    }

    @Override
    public TableSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public synchronized boolean inTheWay() {
        // Only what excludes every reader conflicts with the lock that is held.
        String sql = """
                select exists (select from pg_locks
                                where locktype = 'relation' and not granted and mode = 'AccessExclusiveLock'
                                  and database = (select oid from pg_database where datname = current_database())
                                  and relation in (%s))""".formatted(locked);
        try (Statement statement = holder.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getBoolean(1);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "look who waits for a table", connector.describe());
        }
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
            Snapshots.join(statement, exportedName);
            return CopyChunkReader.start(reader, copySql(chunk, mapping, format), connector.describe());
        } catch (SQLException e) {
            closeQuietly(reader);
            throw SqlErrors.wrap(e, "copy " + chunk.table(), connector.describe());
        } catch (RuntimeException e) {
            closeQuietly(reader);
            throw e;
        }
    }

    static String copySql(Chunk chunk, TableMapping mapping, CopyFormat format) {
        return "copy (" + rows(chunk, mapping) + ") to stdout"
                + (format == CopyFormat.BINARY ? " with (format binary)" : "");
    }

    private static String rows(Chunk chunk, TableMapping mapping) {
        String from = "only " + chunk.table() + (chunk.condition().isEmpty() ? "" : " where " + chunk.condition());
        if (mapping.rule() != null) {
            int[] written = IntStream.range(0, mapping.columns().size())
                    .filter(i -> mapping.columns().get(i).written())
                    .toArray();
            return RowSelect.atSource(mapping).rows(new RowSelect.Rows(from, i -> name(mapping, i)), written);
        }
        String columns = mapping.writtenColumns().stream()
                .map(c -> Identifiers.quote(c.sourceName()))
                .collect(Collectors.joining(", "));
        return "select " + columns + " from " + from;
    }

    private static String name(TableMapping mapping, int position) {
        return Identifiers.quote(mapping.columns().get(position).sourceName());
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
