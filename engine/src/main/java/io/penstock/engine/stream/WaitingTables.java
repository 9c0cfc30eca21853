package io.penstock.engine.stream;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.TableProgress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
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
     * @param publish whether it may not be published yet, or not for as long as the oldest transaction lasts
     */
    record Copy(int oid, long afterLsn, boolean publish) {}

    /**
     * A table whose held changes can be brought forward.
     *
     * @param copied whether its rows were copied just now, as the record's snapshot says
     * @param settled opened when nothing of it is held any more
     */
    record Ready(TableProgress table, boolean copied, CountDownLatch settled) {
        Ready(TableProgress table, boolean copied) {
            this(table, copied, new CountDownLatch(1));
        }
    }

    private final Queue<Copy> copies = new ConcurrentLinkedQueue<>();
    private final Queue<Ready> ready = new ConcurrentLinkedQueue<>();
    /** Tables whose copy has to begin anew, and whether they are to be published before. */
    private final Map<Integer, Boolean> again = new ConcurrentHashMap<>();

    /** Tables that may not be published, and when that is tried again. */
    private final Map<Integer, Long> refusedCopies = new ConcurrentHashMap<>();

    private final Set<QualifiedName> awaitingPerson = ConcurrentHashMap.newKeySet();

    private volatile long applied;
    private volatile long lastEvent;
    private volatile boolean anyRefused;
    private final AtomicInteger holds = new AtomicInteger();
    private final AtomicInteger unsettled = new AtomicInteger();

    void copy(Copy wanted) {
        holds.incrementAndGet();
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

    /** A copy that has not ended yet would miss something of the table. */
    void copyAgain(int oid, boolean publish) {
        again.merge(oid, publish, Boolean::logicalOr);
    }

    boolean mustCopyAgain(int oid) {
        return again.containsKey(oid);
    }

    /** A copy that begins now misses nothing; returns whether the table is to be published before. */
    boolean takeAgain(int oid) {
        return Boolean.TRUE.equals(again.remove(oid));
    }

    /** Everything before it is durable at the destination. */
    void applied(long lsn) {
        applied = lsn;
    }

    boolean isApplied(long lsn) {
        return Long.compareUnsigned(applied, lsn) >= 0;
    }

    /** The copy that {@link #takeCopy} handed out is there. */
    void copied(Ready table) {
        ready.add(table);
    }

    /** A table of which something is held and that can take changes, or waits for a copy after them. */
    void resumed(Ready table) {
        unsettled.incrementAndGet();
        ready.add(table);
    }

    /** The same for several at once, of which some may have to go before others. */
    void resumed(List<Ready> tables) {
        unsettled.addAndGet(tables.size());
        ready.addAll(tables);
    }

    /** What was held of a table is applied, or cannot be. */
    void settled(Ready table) {
        unsettled.decrementAndGet();
        table.settled().countDown();
    }

    /** There is no table to copy any more. */
    void gone() {
        unsettled.decrementAndGet();
    }

    /** The copy that {@link #takeCopy} handed out waits for a person; it is tried again after a while. */
    void refusedCopy(int oid, Duration pause) {
        refusedCopies.put(oid, System.nanoTime() + pause.toNanos());
        unsettled.decrementAndGet();
        anyRefused = true;
    }

    /** Those whose time has come wait for their copy again. */
    void retryRefused() {
        long now = System.nanoTime();
        refusedCopies.forEach((oid, due) -> {
            if (now - due >= 0) {
                refusedCopies.remove(oid);
                copy(new Copy(oid, 0, true));
            }
        });
    }

    /**
     * Some table waits for a person.
     *
     * @param sources tables that somebody has resumed when they are recorded as catching up
     */
    void refused(Collection<QualifiedName> sources) {
        holds.incrementAndGet();
        awaitingPerson.addAll(sources);
        anyRefused = true;
    }

    /** Those that {@link #refused} has told since the last call. */
    List<QualifiedName> takeRefused() {
        List<QualifiedName> taken = List.copyOf(awaitingPerson);
        taken.forEach(awaitingPerson::remove);
        return taken;
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

    /** How often changes of some table have begun to be held. */
    int holds() {
        return holds.get();
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
