package io.penstock.core.change;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.relation.KeyColumns;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TupleFormat;
import io.penstock.core.task.DmlKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Net changes of a table with a key. Each row is a pair: the <em>base</em>, the key under which the row stood at the destination
 * when the batch began (none if it was born in the batch), and the <em>image</em>, its final content (none if it died). However
 * often a row changes, moves to another key or changes places with another row, what remains is at most one delete of the base and
 * one final image; and since all deletes of a table precede its writes, keys may be swapped freely.
 *
 * <p>A row that stayed because its DELETE is not followed gives way to one that comes under its key, but not to one that the table's
 * filter leaves out, and what the filter says is not known here. So the changes from there on are kept apart ({@link #next}), to be
 * written after these.
 */
public final class KeyedChanges implements TableChanges {
    /** Flat charge per row for the arrays and the index, in bytes. */
    private static final int ROW_OVERHEAD = 64;

    private final TableMapping table;
    private final KeyColumns key;
    private final KeyIndex index = new KeyIndex();
    private final ChangeCounts counts;
    // Asked for every change.
    private final boolean followsInserts;
    private final boolean followsUpdates;
    private final boolean followsDeletes;
    private final boolean missesRows;
    private final boolean mayGiveWay;
    private final boolean[] takeFromKey;
    private final boolean[] takeAll;

    private byte[] @Nullable [] bases = new byte[16][];
    private int[] baseAt = new int[16];
    private byte[] @Nullable [] images = new byte[16][];
    private int[] imageAt = new int[16];
    private int size;
    private long bytes;
    private @Nullable KeyedChanges next;
    /** Where changes go now, and the bytes of all before it; meant for the first of them. */
    private KeyedChanges last = this;

    private long bytesBefore;

    KeyedChanges(TableMapping table) {
        this(table, new ChangeCounts());
    }

    private KeyedChanges(TableMapping table, ChangeCounts counts) {
        this.table = table;
        this.counts = counts;
        this.mayGiveWay = table.policy().meetsRows()
                && table.rule() != null
                && table.rule().where() != null;
        this.followsInserts = table.policy().follows(DmlKind.INSERT);
        this.followsUpdates = table.policy().follows(DmlKind.UPDATE);
        this.followsDeletes = table.policy().follows(DmlKind.DELETE);
        this.missesRows = table.policy().missesRows();
        int columns = table.columns().size();
        this.key = new KeyColumns(table.keyPositions(), columns);
        this.takeAll = new boolean[columns];
        this.takeFromKey = new boolean[columns];
        Arrays.fill(takeAll, true);
        for (int i = 0; i < columns; i++) {
            takeFromKey[i] = key.isKey(i);
        }
    }

    @Override
    public void insert(byte[] message, int tuple) {
        if (!followsInserts) {
            skip(DmlKind.INSERT);
            return;
        }
        counts.inserted();
        int hash = key.hash(message, tuple);
        keepApart(hash, message, tuple);
        last.come(hash, message, tuple);
    }

    private void come(int hash, byte[] message, int tuple) {
        giveWay(hash, message, tuple);
        int row = newRow();
        setImage(row, message, tuple);
        index.add(hash, row);
    }

    @Override
    public void update(OldTuple kind, byte[] message, int oldTuple, int newTuple) {
        if (!followsUpdates) {
            skip(DmlKind.UPDATE);
            return;
        }
        counts.updated();
        if (mayGiveWay && kind != OldTuple.NONE && !key.equal(message, oldTuple, message, newTuple)) {
            keepApart(key.hash(message, newTuple), message, newTuple);
        }
        last.change(kind, message, oldTuple, newTuple);
    }

    private void change(OldTuple kind, byte[] message, int oldTuple, int newTuple) {
        byte[] image = message;
        int at = newTuple;
        if (kind != OldTuple.NONE && TupleFormat.hasUnchanged(message, newTuple)) {
            boolean[] take = kind == OldTuple.FULL ? takeAll : takeFromKey;
            image = TupleFormat.fill(slice(message, newTuple), slice(message, oldTuple), take);
            at = 0;
        }
        int oldAt = kind == OldTuple.NONE ? at : oldTuple;
        byte[] old = kind == OldTuple.NONE ? image : message;
        if (key.anyUnchanged(image, at)) {
            throw diverged("an UPDATE without the value of a key column");
        }
        int hash = key.hash(old, oldAt);
        int row = find(hash, old, oldAt);
        boolean moved = kind != OldTuple.NONE && !key.equal(old, oldAt, image, at);
        int newHash = moved ? key.hash(image, at) : hash;
        if (row == KeyIndex.ABSENT && hasGone(hash, old, oldAt)) {
            return;
        }
        if (moved) {
            giveWay(newHash, image, at);
        }
        if (row == KeyIndex.ABSENT) {
            row = newRow();
            setBase(row, old, oldAt);
            setImage(row, image, at);
            index.add(newHash, row);
            remember(row, hash, moved);
            return;
        }
        byte[] before = images[row];
        if (before != null && TupleFormat.hasUnchanged(image, at)) {
            image = TupleFormat.fill(slice(image, at), slice(before, imageAt[row]), takeAll);
            at = 0;
        }
        setImage(row, image, at);
        if (moved) {
            index.add(newHash, row);
        }
    }

    @Override
    public void delete(OldTuple kind, byte[] message, int oldTuple) {
        if (!followsDeletes) {
            skip(DmlKind.DELETE);
            return;
        }
        counts.deleted();
        last.go(message, oldTuple);
    }

    private void go(byte[] message, int oldTuple) {
        int hash = key.hash(message, oldTuple);
        int row = find(hash, message, oldTuple);
        if (row != KeyIndex.ABSENT) {
            die(row);
        } else if (!hasGone(hash, message, oldTuple)) {
            int dead = newRow();
            setBase(dead, message, oldTuple);
            remember(dead, hash, true);
        }
    }

    private void keepApart(int hash, byte[] bytes, int tuple) {
        if (mayGiveWay && last.find(hash, bytes, tuple) != KeyIndex.ABSENT) {
            KeyedChanges fresh = new KeyedChanges(table, counts);
            bytesBefore += last.bytes;
            last.next = fresh;
            last = fresh;
        }
    }

    private void die(int row) {
        release(images[row], bases[row]);
        images[row] = null;
    }

    /** Where rows may be missing, one that the batch has taken from its place must be known as gone from there. */
    private void remember(int row, int hash, boolean leftItsPlace) {
        if (leftItsPlace && missesRows) {
            index.add(hash, row);
        }
    }

    /**
     * Whether the batch has taken the row from its place already, so that a change of it is one of a row the destination does not have.
     * Only where the row that came instead, or its move, is not followed; elsewhere that cannot be.
     */
    private boolean hasGone(int hash, byte[] bytes, int tuple) {
        return missesRows
                && index.find(hash, row -> {
                            byte[] base = bases[row];
                            return base != null && key.equal(base, baseAt[row], bytes, tuple);
                        })
                        != KeyIndex.ABSENT;
    }

    private int find(int hash, byte[] bytes, int tuple) {
        return index.find(hash, row -> {
            byte[] image = images[row];
            return image != null && key.equal(image, imageAt[row], bytes, tuple);
        });
    }

    /** A row that has the key already is one that the source no longer has there. */
    private void giveWay(int hash, byte[] bytes, int tuple) {
        int row = find(hash, bytes, tuple);
        if (row != KeyIndex.ABSENT && !table.policy().meetsRows()) {
            throw diverged("two rows with the same key at the same time");
        }
        if (row != KeyIndex.ABSENT) {
            die(row);
        }
    }

    private PenstockException diverged(String what) {
        return new PenstockException(
                ErrorKind.DIVERGED,
                "The stream brought " + what + " for table " + table.source()
                        + ". Either the key of the task is not the table's"
                        + " replica identity, or changes were applied twice; nothing of this batch was written. Compare the table,"
                        + " then copy it again.");
    }

    private static TupleFormat.Slice slice(byte[] bytes, int at) {
        return new TupleFormat.Slice(bytes, at);
    }

    private int newRow() {
        if (size == images.length) {
            int capacity = size * 2;
            bases = Arrays.copyOf(bases, capacity);
            baseAt = Arrays.copyOf(baseAt, capacity);
            images = Arrays.copyOf(images, capacity);
            imageAt = Arrays.copyOf(imageAt, capacity);
        }
        bytes += ROW_OVERHEAD;
        return size++;
    }

    private void setBase(int row, byte[] tuple, int at) {
        bases[row] = tuple;
        baseAt[row] = at;
        bytes += tuple.length;
    }

    private void setImage(int row, byte[] tuple, int at) {
        release(images[row], bases[row]);
        images[row] = tuple;
        imageAt[row] = at;
        if (tuple != bases[row]) {
            bytes += tuple.length;
        }
    }

    private void release(byte @Nullable [] image, byte @Nullable [] base) {
        if (image != null && image != base) {
            bytes -= image.length;
        }
    }

    @Override
    public TableMapping table() {
        return table;
    }

    @Override
    public long bytes() {
        return bytesBefore + last.bytes;
    }

    /** Changes that are to be written after these, null when there are none; the first knows the bytes and the counts of all. */
    public @Nullable KeyedChanges next() {
        return next;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public ChangeCounts counts() {
        return counts;
    }

    public KeyColumns key() {
        return key;
    }

    /** The tuple that holds the row's key at batch start, or null when the row was born in the batch. */
    public byte @Nullable [] base(int row) {
        return bases[row];
    }

    public int baseAt(int row) {
        return baseAt[row];
    }

    /** The row's final content, or null when the row died. */
    public byte @Nullable [] image(int row) {
        return images[row];
    }

    public int imageAt(int row) {
        return imageAt[row];
    }

    /** What has to be done for a row. Rows that were born and died in the batch need nothing. */
    public NetChange netChange(int row) {
        byte[] base = bases[row];
        byte[] image = images[row];
        if (image == null) {
            return base == null ? NetChange.NOTHING : NetChange.DELETE;
        }
        if (base == null) {
            return NetChange.INSERT;
        }
        boolean stays =
                base == image && baseAt[row] == imageAt[row] || key.equal(base, baseAt[row], image, imageAt[row]);
        return stays ? NetChange.UPDATE : NetChange.MOVE;
    }
}
