package io.penstock.engine.copy;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What is left to copy: chunks of tables that are open first, so that snapshots live shortly, then tables to open. Thread-safe; at
 * most one entry per table and chunk of the task.
 */
final class CopyQueue<T, C> {
    private final Deque<T> tables = new ArrayDeque<>();
    private final Deque<C> chunks = new ArrayDeque<>();
    private int opening;
    private boolean closed;

    CopyQueue(Collection<T> tables) {
        this.tables.addAll(tables);
    }

    /** A chunk, or a table to open, or null when nothing will come any more. */
    synchronized @Nullable Item<T, C> next() throws InterruptedException {
        while (true) {
            if (closed) {
                return null;
            }
            C chunk = chunks.poll();
            if (chunk != null) {
                return new Item<>(null, chunk);
            }
            T table = tables.poll();
            if (table != null) {
                opening++;
                return new Item<>(table, null);
            }
            if (opening == 0) {
                return null;
            }
            wait();
        }
    }

    /** The table taken by {@link #next} is open and these are its chunks. */
    synchronized void opened(Collection<C> itsChunks) {
        chunks.addAll(itsChunks);
        opening--;
        notifyAll();
    }

    /** Nothing more is handed out. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Exactly one of both is set. */
    record Item<T, C>(@Nullable T table, @Nullable C chunk) {}
}
