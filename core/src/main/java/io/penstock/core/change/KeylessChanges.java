package io.penstock.core.change;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.relation.KeyColumns;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TupleFormat;
import io.penstock.core.task.DmlKind;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Net changes of a table without a key: a multiset. For every distinct row the batch keeps how many copies come or go; an UPDATE is
 * the old row going and the new one coming. Old rows are complete because such tables have REPLICA IDENTITY FULL; with REPLICA
 * IDENTITY NOTHING the source sends inserts only.
 */
public final class KeylessChanges implements TableChanges {
    private static final int ROW_OVERHEAD = 48;

    private final TableMapping table;
    private final KeyColumns all;
    private final boolean[] takeAll;
    private final KeyIndex index = new KeyIndex();
    private final ChangeCounts counts = new ChangeCounts();
    // Asked for every change.
    private final boolean followsInserts;
    private final boolean followsUpdates;
    private final boolean followsDeletes;

    private byte[] @Nullable [] rows = new byte[16][];
    private int[] rowAt = new int[16];
    private int[] copies = new int[16];
    private int size;
    private long bytes;

    KeylessChanges(TableMapping table) {
        this.table = table;
        this.followsInserts = table.policy().follows(DmlKind.INSERT);
        this.followsUpdates = table.policy().follows(DmlKind.UPDATE);
        this.followsDeletes = table.policy().follows(DmlKind.DELETE);
        int columns = table.columns().size();
        // Rows that differ in nothing the destination has, and in nothing that decides what it gets, are equal there.
        int[] told = IntStream.range(0, columns).filter(i -> tells(table, i)).toArray();
        this.all = new KeyColumns(told, columns);
        this.takeAll = new boolean[columns];
        Arrays.fill(takeAll, true);
    }

    private static boolean tells(TableMapping table, int column) {
        RowRule rule = table.rule();
        return table.columns().get(column).written() || rule != null && rule.reads(column);
    }

    @Override
    public void insert(byte[] message, int tuple) {
        if (!followsInserts) {
            skip(DmlKind.INSERT);
            return;
        }
        counts.inserted();
        count(message, tuple, 1);
    }

    @Override
    public void update(OldTuple kind, byte[] message, int oldTuple, int newTuple) {
        if (!followsUpdates) {
            skip(DmlKind.UPDATE);
            return;
        }
        counts.updated();
        requireFull(kind);
        count(message, oldTuple, -1);
        if (TupleFormat.hasUnchanged(message, newTuple)) {
            var newSlice = new TupleFormat.Slice(message, newTuple);
            var oldSlice = new TupleFormat.Slice(message, oldTuple);
            count(TupleFormat.fill(newSlice, oldSlice, takeAll), 0, 1);
        } else {
            count(message, newTuple, 1);
        }
    }

    @Override
    public void delete(OldTuple kind, byte[] message, int oldTuple) {
        if (!followsDeletes) {
            skip(DmlKind.DELETE);
            return;
        }
        counts.deleted();
        requireFull(kind);
        count(message, oldTuple, -1);
    }

    private void requireFull(OldTuple kind) {
        if (kind != OldTuple.FULL) {
            throw new PenstockException(
                    ErrorKind.DEFINITION_CHANGED,
                    "Table " + table.source()
                            + " has no key, and a change arrived without the whole old row: its replica identity is"
                            + " no longer FULL. Run ALTER TABLE " + table.source()
                            + " REPLICA IDENTITY FULL on the source and copy"
                            + " the table again.");
        }
    }

    private void count(byte[] message, int tuple, int by) {
        int hash = all.hash(message, tuple);
        int row = index.find(hash, r -> matches(r, message, tuple));
        if (row == KeyIndex.ABSENT) {
            row = newRow(message, tuple);
            index.add(hash, row);
        }
        copies[row] += by;
    }

    private boolean matches(int row, byte[] message, int tuple) {
        byte[] known = rows[row];
        return known != null && all.equal(known, rowAt[row], message, tuple);
    }

    private int newRow(byte[] message, int tuple) {
        if (size == rows.length) {
            int capacity = size * 2;
            rows = Arrays.copyOf(rows, capacity);
            rowAt = Arrays.copyOf(rowAt, capacity);
            copies = Arrays.copyOf(copies, capacity);
        }
        rows[size] = message;
        rowAt[size] = tuple;
        bytes += message.length + ROW_OVERHEAD;
        return size++;
    }

    @Override
    public TableMapping table() {
        return table;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public ChangeCounts counts() {
        return counts;
    }

    public byte[] row(int row) {
        byte[] bytesOfRow = rows[row];
        assert bytesOfRow != null : "row " + row + " of " + size;
        return bytesOfRow;
    }

    public int rowAt(int row) {
        return rowAt[row];
    }

    /** Copies that come (positive), go (negative), or neither (0). */
    public int copies(int row) {
        return copies[row];
    }
}
