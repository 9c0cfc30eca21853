package io.penstock.engine.run;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The wish that something ends, set once by anybody. A child is also raised when its parent is, but not the other way. Thread-safe. */
public final class StopSignal {
    /** How late a waiting child may notice its parent. */
    private static final Duration PARENT_CHECK = Duration.ofMillis(50);

    private final CountDownLatch own = new CountDownLatch(1);
    private final @Nullable StopSignal parent;

    public StopSignal() {
        this.parent = null;
    }

    private StopSignal(StopSignal parent) {
        this.parent = parent;
    }

    public StopSignal child() {
        return new StopSignal(this);
    }

    public void raise() {
        own.countDown();
    }

    public boolean raised() {
        StopSignal above = parent;
        return own.getCount() == 0 || above != null && above.raised();
    }

    /** Returns early, and true, when the signal is raised. */
    public boolean await(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (!raised()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                boolean raisedHere = own.await(Math.min(left, PARENT_CHECK.toNanos()), TimeUnit.NANOSECONDS);
                if (raisedHere) {
                    return true;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(ErrorKind.INTERRUPTED, "Interrupted while waiting.", e);
        }
    }

    public void check() {
        if (raised()) {
            throw new PenstockException(ErrorKind.INTERRUPTED, "Stopped.");
        }
    }
}
