package io.penstock.engine.copy;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What is left to do: parts of tables that are open first, so that snapshots live shortly, then tables to open. Nobody is sent home
 * before the last table is finished, because each may still have parts for several workers. Thread-safe; at most one entry per table,
 * chunk and index of the task.
 */
final class CopyQueue<T, P> {
    private final Deque<T> tables = new ArrayDeque<>();
    private final Deque<P> parts = new ArrayDeque<>();
    private int unfinished;
    private boolean closed;

    CopyQueue(Collection<T> tables) {
        this.tables.addAll(tables);
    }

    /** A part, or a table to open, or null when nothing will come any more. */
    synchronized @Nullable Item<T, P> next() throws InterruptedException {
        while (true) {
            if (closed) {
                return null;
            }
            P part = parts.poll();
            if (part != null) {
                return new Item<>(null, part);
            }
            T table = tables.poll();
            if (table != null) {
                unfinished++;
                return new Item<>(table, null);
            }
            if (unfinished == 0) {
                return null;
            }
            wait();
        }
    }

    /** The table taken by {@link #next} is open and these are its parts. */
    synchronized void opened(Collection<? extends P> itsParts) {
        parts.addAll(itsParts);
        notifyAll();
    }

    /** All parts of an open table are done; these remain, and any worker may do them. */
    synchronized void finished(Collection<? extends P> remaining) {
        parts.addAll(remaining);
        unfinished--;
        notifyAll();
    }

    /** Nothing more is handed out. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Exactly one of both is set. */
    record Item<T, P>(@Nullable T table, @Nullable P part) {}
}
