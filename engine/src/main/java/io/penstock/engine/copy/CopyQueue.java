package io.penstock.engine.copy;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is left to do. A table of a few parts belongs to the worker that opens it: its rows keep their order, and a key over rows in order
 * is built in a fraction of the time. A table of many parts is everybody's, so that its snapshot lives shortly. Who has nothing of his own
 * takes what is everybody's, then opens a table, and when none is left helps the one who has most to do. Nobody is sent home before the
 * last table is finished, because each may still have parts for several workers. Thread-safe; at most one entry per table, chunk and index
 * of the task.
 */
final class CopyQueue<T, P> {
    /** Parts that one worker copies alone: at the default chunk size 2 GB, a few minutes. */
    static final int MOST_ALONE = 8;

    private final Deque<T> tables = new ArrayDeque<>();
    private final Deque<P> everybodys = new ArrayDeque<>();
    private final Map<Integer, Deque<P>> own = new HashMap<>();
    private int unfinished;
    private boolean closed;

    CopyQueue(Collection<T> tables) {
        this.tables.addAll(tables);
    }

    /** A part, or a table to open, or null when nothing will come any more. */
    synchronized @Nullable Item<T, P> next(int worker) throws InterruptedException {
        while (true) {
            if (closed) {
                return null;
            }
            P part = part(worker);
            if (part != null) {
                return new Item<>(null, part);
            }
            T table = tables.poll();
            if (table != null) {
                unfinished++;
                return new Item<>(table, null);
            }
            P helped = mostLeft().poll();
            if (helped != null) {
                return new Item<>(null, helped);
            }
            if (unfinished == 0) {
                return null;
            }
            wait();
        }
    }

    private @Nullable P part(int worker) {
        P mine = ownOf(worker).poll();
        return mine != null ? mine : everybodys.poll();
    }

    private Deque<P> ownOf(int worker) {
        return own.computeIfAbsent(worker, w -> new ArrayDeque<>());
    }

    private Deque<P> mostLeft() {
        return own.values().stream().max(Comparator.comparingInt(Deque::size)).orElse(everybodys);
    }

    /** The table that the worker has taken by {@link #next} is open and these are its parts. */
    synchronized void opened(int worker, Collection<? extends P> itsParts) {
        (itsParts.size() > MOST_ALONE ? everybodys : ownOf(worker)).addAll(itsParts);
        notifyAll();
    }

    /** All parts of an open table are done; these remain, and any worker may do them. */
    synchronized void finished(Collection<? extends P> remaining) {
        everybodys.addAll(remaining);
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
