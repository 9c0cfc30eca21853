package io.penstock.core.change;

import io.penstock.core.relation.TableMapping;
import io.penstock.core.task.DmlKind;

/**
 * The changes of one table in one batch, compacted as they come in. Those that the task does not follow are counted and nothing else. Tuples are kept as slices of the stream's messages; a message
 * lives as long as a slice of it is needed.
 *
 * <p>Not thread-safe: one thread fills it, then hands it over whole.
 */
public sealed interface TableChanges permits KeyedChanges, KeylessChanges {
    TableMapping table();

    /** @param tuple offset of the new tuple in the message */
    void insert(byte[] message, int tuple);

    /**
     * @param oldTuple offset of the old tuple, meaningless for {@link OldTuple#NONE}
     * @param newTuple offset of the new tuple
     */
    void update(OldTuple kind, byte[] message, int oldTuple, int newTuple);

    void delete(OldTuple kind, byte[] message, int oldTuple);

    /** Bytes of messages held, with a flat charge per row; never less than what the heap really holds by more than a third. */
    long bytes();

    /** Rows held; at most the number of changes seen. */
    int size();

    ChangeCounts counts();

    /** Counts a change that the task does not follow. */
    default void skip(DmlKind kind) {
        counts().skipped(kind);
    }

    static TableChanges of(TableMapping table) {
        return table.keyless() ? new KeylessChanges(table) : new KeyedChanges(table);
    }
}
