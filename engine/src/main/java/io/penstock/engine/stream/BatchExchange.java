package io.penstock.engine.stream;

import io.penstock.core.change.Batch;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bounded hand-over between the reader and the writer: at most one batch waits while one is being applied and one is being
 * filled, so at most three are in memory. Thread-safe.
 */
final class BatchExchange {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Batch waiting;
    private boolean writing;
    private boolean closed;

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
            writing = false;
            changed.signalAll();
            while (waiting == null && !closed) {
                changed.await();
            }
            if (closed) {
                return null;
            }
            Batch batch = waiting;
            waiting = null;
            writing = true;
            changed.signalAll();
            return batch;
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
