package io.penstock.destination.apply;

import io.penstock.core.change.KeyedChanges;
import io.penstock.core.relation.TupleFormat;

/** The rows of a batch's table sorted by what has to be done with them; numbers of rows of {@link KeyedChanges}. */
final class RowLists {
    /** Rows whose base key is deleted. */
    final IntList deletes = new IntList();
    /** Rows updated in place. */
    final IntList updates = new IntList();
    /** Rows written whole. */
    final IntList writes = new IntList();
    /** Rows written after completing them with values of the row they replace, as far as there is one. */
    final IntList filled = new IntList();
    /** Whether some of {@link #updates} hold unchanged values. */
    boolean maskedUpdates;
    /** Whether a row that stands where one is written goes. */
    final boolean givesWay;

    private RowLists(boolean givesWay) {
        this.givesWay = givesWay;
    }

    static RowLists of(KeyedChanges changes, boolean inPlace, boolean givesWay) {
        RowLists lists = new RowLists(givesWay);
        for (int row = 0; row < changes.size(); row++) {
            lists.add(changes, row, inPlace);
        }
        return lists;
    }

    private void add(KeyedChanges changes, int row, boolean inPlace) {
        switch (changes.netChange(row)) {
            case NOTHING -> {}
            case DELETE -> deletes.add(row);
            case INSERT -> writes.add(row);
            case UPDATE -> {
                if (inPlace) {
                    updates.add(row);
                    maskedUpdates |= hasUnchanged(changes, row);
                } else {
                    replace(changes, row);
                }
            }
            case MOVE -> replace(changes, row);
        }
    }

    /** Where the old row may be missing the new one is written only if it is not. */
    private void replace(KeyedChanges changes, int row) {
        deletes.add(row);
        boolean needsOld =
                hasUnchanged(changes, row) || changes.table().policy().missesRows();
        (needsOld ? filled : writes).add(row);
    }

    static boolean hasUnchanged(KeyedChanges changes, int row) {
        byte[] image = changes.image(row);
        return image != null && TupleFormat.hasUnchanged(image, changes.imageAt(row));
    }

    /** Growing array of row numbers. */
    static final class IntList {
        private int[] values = new int[16];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = java.util.Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        int get(int i) {
            return values[i];
        }

        int size() {
            return size;
        }

        boolean isEmpty() {
            return size == 0;
        }
    }
}
