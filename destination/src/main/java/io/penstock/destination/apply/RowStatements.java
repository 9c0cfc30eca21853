package io.penstock.destination.apply;

import io.penstock.core.change.KeyedChanges;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TupleFormat;
import io.penstock.destination.apply.Values.Side;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/**
 * A handful of changes as prepared statements: deletes, then updates, then inserts, each kind one round trip. The driver keeps the
 * statements by their text. One thread.
 */
final class RowStatements {
    private final BaseConnection connection;
    private final Values values;

    RowStatements(BaseConnection connection, Values values) {
        this.connection = connection;
        this.values = values;
    }

    void apply(KeyedChanges changes, RowLists lists, TableSql sql) throws SQLException {
        TableMapping table = changes.table();
        if (!lists.deletes.isEmpty()) {
            long deleted = delete(changes, lists.deletes, sql, Side.BASE);
            RowCounts.requireExisting(table, "DELETE", lists.deletes.size(), deleted);
        }
        if (lists.givesWay && !lists.writes.isEmpty()) {
            // What stands where a row is written gives way.
            delete(changes, lists.writes, sql, Side.IMAGE);
        }
        if (!lists.updates.isEmpty()) {
            update(changes, lists.updates, sql);
        }
        if (!lists.writes.isEmpty()) {
            try (PreparedStatement insert = connection.prepareStatement(sql.insertRow())) {
                for (int i = 0; i < lists.writes.size(); i++) {
                    int row = lists.writes.get(i);
                    bind(insert, Values.image(changes, row), changes.imageAt(row), sql.order());
                    insert.addBatch();
                }
                RowCounts.require(table, "INSERT", lists.writes.size(), sum(insert.executeBatch()));
            }
        }
    }

    /** One row written as often as it comes, for tables without a key. */
    void insert(TableMapping table, TableSql sql, byte[] row, int at, int copies) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql.insertRow())) {
            for (int i = 0; i < copies; i++) {
                bind(insert, row, at, sql.order());
                insert.addBatch();
            }
            RowCounts.require(table, "INSERT", copies, sum(insert.executeBatch()));
        }
    }

    private long delete(KeyedChanges changes, RowLists.IntList rows, TableSql sql, Side side) throws SQLException {
        int[] keys = changes.table().keyPositions();
        try (PreparedStatement delete = connection.prepareStatement(sql.deleteRow())) {
            for (int i = 0; i < rows.size(); i++) {
                int row = rows.get(i);
                bind(delete, Values.tuple(changes, row, side), Values.at(changes, row, side), keys);
                delete.addBatch();
            }
            return sum(delete.executeBatch());
        }
    }

    /** Grouped by the set of columns to write; nearly always one group: all columns but the key. */
    private void update(KeyedChanges changes, RowLists.IntList rows, TableSql sql) throws SQLException {
        Map<String, RowLists.IntList> groups = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.get(i);
            String statement = sql.updateRow(columnsToSet(changes, row));
            groups.computeIfAbsent(statement, s -> new RowLists.IntList()).add(row);
        }
        int[] keys = changes.table().keyPositions();
        for (Map.Entry<String, RowLists.IntList> group : groups.entrySet()) {
            try (PreparedStatement update = connection.prepareStatement(group.getKey())) {
                for (int i = 0; i < group.getValue().size(); i++) {
                    int row = group.getValue().get(i);
                    bindUpdate(update, changes, row, keys);
                    update.addBatch();
                }
                RowCounts.requireExisting(
                        changes.table(), "UPDATE", group.getValue().size(), sum(update.executeBatch()));
            }
        }
    }

    private static boolean[] columnsToSet(KeyedChanges changes, int row) {
        boolean[] set = new boolean[changes.table().columns().size()];
        byte[] image = Values.image(changes, row);
        int at = TupleFormat.firstColumn(changes.imageAt(row));
        for (int i = 0; i < set.length; i++) {
            set[i] = !changes.key().isKey(i)
                    && image[at] != TupleFormat.UNCHANGED
                    && changes.table().columns().get(i).written();
            at = TupleFormat.next(image, at);
        }
        return set;
    }

    private void bindUpdate(PreparedStatement update, KeyedChanges changes, int row, int[] keys) throws SQLException {
        boolean[] set = columnsToSet(changes, row);
        int[] columns = new int[set.length];
        int count = 0;
        for (int i = 0; i < set.length; i++) {
            if (set[i]) {
                columns[count++] = i;
            }
        }
        byte[] image = Values.image(changes, row);
        int tuple = changes.imageAt(row);
        bind(update, image, tuple, Arrays.copyOf(columns, count));
        int[] offsets = offsets(image, tuple);
        for (int i = 0; i < keys.length; i++) {
            set(update, count + i + 1, values.text(image, offsets[keys[i]]));
        }
    }

    private void bind(PreparedStatement statement, byte[] bytes, int tuple, int[] columns) throws SQLException {
        int[] offsets = offsets(bytes, tuple);
        for (int i = 0; i < columns.length; i++) {
            set(statement, i + 1, values.text(bytes, offsets[columns[i]]));
        }
    }

    private static int[] offsets(byte[] bytes, int tuple) {
        int[] offsets = new int[TupleFormat.columns(bytes, tuple)];
        int at = TupleFormat.firstColumn(tuple);
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = at;
            at = TupleFormat.next(bytes, at);
        }
        return offsets;
    }

    private static void set(PreparedStatement statement, int index, @Nullable String value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.OTHER);
        } else {
            statement.setObject(index, value, Types.OTHER);
        }
    }

    private static long sum(int[] counts) {
        long sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }
}
