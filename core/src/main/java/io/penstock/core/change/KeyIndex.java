package io.penstock.core.change;

import java.util.Arrays;

/**
 * Open addressing from hash to row number. It only ever gains entries: a row that died or moved stays behind and is told from a
 * live one by comparing keys, so nothing is ever removed and no probe chain breaks.
 */
final class KeyIndex {
    /** Candidate test: is this row alive and does its current key equal the one searched for. */
    interface Match {
        boolean test(int row);
    }

    static final int ABSENT = -1;

    private int[] slots = new int[64];
    private int[] hashes = new int[64];
    private int used;

    int find(int hash, Match match) {
        int mask = slots.length - 1;
        for (int at = hash & mask; slots[at] != 0; at = at + 1 & mask) {
            if (hashes[at] == hash && match.test(slots[at] - 1)) {
                return slots[at] - 1;
            }
        }
        return ABSENT;
    }

    void add(int hash, int row) {
        if (used * 2 >= slots.length) {
            grow();
        }
        place(hash, row + 1);
        used++;
    }

    private void place(int hash, int slot) {
        int mask = slots.length - 1;
        int at = hash & mask;
        while (slots[at] != 0) {
            at = at + 1 & mask;
        }
        slots[at] = slot;
        hashes[at] = hash;
    }

    private void grow() {
        int[] oldSlots = slots;
        int[] oldHashes = hashes;
        slots = new int[oldSlots.length * 2];
        hashes = Arrays.copyOf(new int[0], slots.length);
        for (int i = 0; i < oldSlots.length; i++) {
            if (oldSlots[i] != 0) {
                place(oldHashes[i], oldSlots[i]);
            }
        }
    }
}
