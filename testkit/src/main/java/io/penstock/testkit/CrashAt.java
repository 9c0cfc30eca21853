package io.penstock.testkit;

import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Crashes when a fault point is reached for the n-th time. From then on every point crashes, in every thread: a dead process does
 * nothing more. Thread-safe.
 */
public final class CrashAt implements FaultPoints {
    private final FaultPoint point;
    private final int nth;
    private final AtomicInteger seen = new AtomicInteger();

    /** Crashes at the n-th time, counted from 1. */
    public CrashAt(FaultPoint point, int nth) {
        if (nth < 1) {
            throw new IllegalArgumentException("nth counts from 1: " + nth);
        }
        this.point = point;
        this.nth = nth;
    }

    @Override
    public void reached(FaultPoint reached) {
        int times = reached == point ? seen.incrementAndGet() : seen.get();
        if (times >= nth) {
            throw new SimulatedCrash(point, nth);
        }
    }

    /** Whether the crash happened; a test that expects one asserts it, lest it proves nothing. */
    public boolean crashed() {
        return seen.get() >= nth;
    }
}
