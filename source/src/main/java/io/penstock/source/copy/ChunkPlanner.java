package io.penstock.source.copy;

import io.penstock.core.name.Identifiers;
import io.penstock.core.port.Chunk;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.TableDefinition;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.postgresql.core.BaseConnection;

/**
 * Cuts a table into pieces of about equal size. From PostgreSQL 14 on the pieces are ranges of pages (TID range scans); before, a
 * condition on {@code ctid} would read the whole table for every piece, so integer primary keys are cut into ranges instead, and
 * other tables stay whole.
 */
final class ChunkPlanner {
    private static final int PG14 = 14;
    /** Pieces beyond it bring no balance and cost sessions. */
    private static final int MAX_CHUNKS = 100_000;

    private static final Set<String> INTEGER_TYPES = Set.of("smallint", "integer", "bigint");

    private final BaseConnection connection;

    ChunkPlanner(BaseConnection connection) {
        this.connection = connection;
    }

    List<Chunk> chunks(TableDefinition table, long chunkBytes) throws SQLException {
        long[] size = size(table);
        long pages = size[0];
        long pageBytes = size[1];
        long pagesPerChunk = Math.max(1, chunkBytes / pageBytes);
        long count = Math.min(MAX_CHUNKS, (pages + pagesPerChunk - 1) / pagesPerChunk);
        if (count <= 1) {
            return List.of(new Chunk(table.name(), 0, ""));
        }
        return connection.getMetaData().getDatabaseMajorVersion() >= PG14
                ? pageRanges(table, pages, count)
                : keyRanges(table, count);
    }

    /** Pages and their size, as of now: the lock does not stop the table from growing, the last range is open for that. */
    private long[] size(TableDefinition table) throws SQLException {
        String sql =
                "select pg_relation_size(?::oid) / s.bytes, s.bytes from (select current_setting('block_size')::bigint) s(bytes)";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setLong(1, Integer.toUnsignedLong(table.oid()));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return new long[] {row.getLong(1), row.getLong(2)};
            }
        }
    }

    static List<Chunk> pageRanges(TableDefinition table, long pages, long count) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String from = i == 0 ? "" : "ctid >= '(" + pages * i / count + ",0)'";
            String to = i == count - 1 ? "" : "ctid < '(" + pages * (i + 1) / count + ",0)'";
            String and = from.isEmpty() || to.isEmpty() ? "" : " and ";
            chunks.add(new Chunk(table.name(), i, from + and + to));
        }
        return chunks;
    }

    private List<Chunk> keyRanges(TableDefinition table, long count) throws SQLException {
        String key = integerKey(table);
        if (key.isEmpty()) {
            return List.of(new Chunk(table.name(), 0, ""));
        }
        try (PreparedStatement query = connection.prepareStatement(
                        "select min(%1$s)::bigint, max(%1$s)::bigint from only %2$s".formatted(key, table.name()));
                ResultSet row = query.executeQuery()) {
            row.next();
            long low = row.getLong(1);
            long high = row.getLong(2);
            return keyRanges(table, key, new long[] {low, high}, count);
        }
    }

    static List<Chunk> keyRanges(TableDefinition table, String key, long[] bounds, long count) {
        List<Chunk> chunks = new ArrayList<>();
        // As doubles: the span of a bigint key may exceed the range of long.
        double step = ((double) bounds[1] - bounds[0] + 1) / count;
        long previous = bounds[0];
        for (int i = 0; i < count; i++) {
            long next = i == count - 1 ? bounds[1] : Math.max(previous, (long) (bounds[0] + step * (i + 1)));
            String from = i == 0 ? "" : key + " >= " + previous;
            String to = i == count - 1 ? "" : key + " < " + next;
            String and = from.isEmpty() || to.isEmpty() ? "" : " and ";
            chunks.add(new Chunk(table.name(), i, from + and + to));
            previous = next;
        }
        return chunks;
    }

    /** The quoted name of the key when it is one NOT NULL integer column, else empty. */
    private static String integerKey(TableDefinition table) {
        if (table.keyColumns().size() != 1) {
            return "";
        }
        String name = table.keyColumns().get(0);
        boolean integer = table.columns().stream()
                .filter(c -> c.name().equals(name))
                .map(ColumnDefinition::type)
                .anyMatch(INTEGER_TYPES::contains);
        return integer ? Identifiers.quote(name) : "";
    }
}
