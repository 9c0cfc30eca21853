package io.penstock.engine.stream;

import io.penstock.core.change.Batch;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bounded hand-over between the reader and the writer: at most one batch waits while one is being applied and one is being
 * filled, so at most three are in memory. Thread-safe.
 */
final class BatchExchange {
    /** About the last ten batches count. */
    private static final double IDLE_WEIGHT = 0.1;

    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Batch waiting;
    private boolean writing;
    private boolean measured;
    private boolean closed;
    private long busySince;
    private long busyChanges;
    private double nanosPerChange;
    private double idleShare;

    BatchExchange() {
        this(System::nanoTime);
    }

    BatchExchange(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether the writer has nothing to do and nothing waits for it. */
    boolean idle() {
        lock.lock();
        try {
            return waiting == null && !writing;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a batch to the writer; false when one waits already and still does after the time given. */
    boolean offer(Batch batch, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (waiting != null && !closed) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            if (closed) {
                return false;
            }
            waiting = batch;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The next batch for the writer, or null when the exchange is closed. The one before is done. */
    @Nullable
    Batch take() throws InterruptedException {
        lock.lock();
        try {
            long free = nanos.getAsLong();
            written(free);
            changed.signalAll();
            while (waiting == null && !closed) {
                changed.await();
            }
            Batch batch = waiting;
            if (closed || batch == null) {
                return null;
            }
            waiting = null;
            writing(batch.changes(), free);
            changed.signalAll();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** The batch is done, and the writer will rest before it takes another; to the reader it is still busy. */
    void rests() {
        lock.lock();
        try {
            measure(nanos.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    private void measure(long now) {
        if (writing && !measured) {
            nanosPerChange = (double) (now - busySince) / Math.max(1, busyChanges);
            measured = true;
        }
    }

    private void written(long now) {
        measure(now);
        writing = false;
    }

    private void writing(long changes, long freeSince) {
        long now = nanos.getAsLong();
        double idle = now - freeSince;
        double busy = nanosPerChange * busyChanges;
        idleShare += IDLE_WEIGHT * (idle / Math.max(1, idle + busy) - idleShare);
        writing = true;
        measured = false;
        busySince = now;
        busyChanges = changes;
    }

    /** What the writer needed for each change of the last batch; 0 before the first is written. */
    double nanosPerChange() {
        lock.lock();
        try {
            return nanosPerChange;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the writer has waited for the reader for most of its recent time. */
    boolean starved() {
        lock.lock();
        try {
            return idleShare > 0.5;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the writer wants another batch, at most this long. */
    void awaitIdle(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            if (waiting != null || writing) {
                changed.await(patience.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /** No batch is handed over any more; the one being applied is finished. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
