package io.penstock.engine.stream;

import io.penstock.core.progress.TableProgress;
import io.penstock.core.schema.Picture;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where the reader and the thread that keeps house meet: the reader tells of events and asks for copies; whoever has copied or mended a table hands it back,
 * so that the changes held meanwhile are applied. Thread-safe.
 */
final class WaitingTables {
    /**
     * A table to copy.
     *
     * @param afterLsn may begin once everything before it is durable at the destination
     */
    record Copy(int oid, long afterLsn, boolean publish) {}

    /**
     * A table that can take changes again.
     *
     * @param definitions as it was copied, with all it is made of; null when it was not, so that the task's own are right
     */
    record Ready(TableProgress table, @Nullable Picture definitions) {}

    private final Queue<Copy> copies = new ConcurrentLinkedQueue<>();
    private final Queue<Ready> ready = new ConcurrentLinkedQueue<>();
    private volatile long lastEvent;
    private volatile boolean anyRefused;
    private final AtomicInteger unsettled = new AtomicInteger();

    void copy(Copy wanted) {
        unsettled.incrementAndGet();
        copies.add(wanted);
    }

    /** The next table to copy if it may begin, null otherwise. */
    @Nullable
    Copy takeCopy(long applied) {
        Copy first = copies.peek();
        boolean may = first != null && Long.compareUnsigned(applied, first.afterLsn()) >= 0;
        return may ? copies.poll() : null;
    }

    /** The copy that {@link #takeCopy} handed out is there. */
    void copied(Ready table) {
        ready.add(table);
    }

    /** A table whose rows need no copy. */
    void resumed(Ready table) {
        unsettled.incrementAndGet();
        ready.add(table);
    }

    /** What was held of a table is applied, or cannot be. */
    void settled() {
        unsettled.decrementAndGet();
    }

    /** Some table waits for a person. */
    void refused() {
        anyRefused = true;
    }

    boolean anyRefused() {
        return anyRefused;
    }

    /** An event of the source's log was read. */
    void eventRead(long id) {
        lastEvent = Math.max(lastEvent, id);
    }

    /** The highest number of an event that was read, 0 before the first. */
    long lastEvent() {
        return lastEvent;
    }

    /** Whether no table is being brought forward. */
    boolean allSettled() {
        return unsettled.get() == 0;
    }

    @Nullable
    Ready takeReady() {
        return ready.poll();
    }

    boolean anyReady() {
        return !ready.isEmpty();
    }
}
