package io.penstock.cli.sync;

import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.engine.run.RunProgress;
import io.penstock.testkit.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Holds the writer inside its first batch until the reader has read up to a position, so that all the rest becomes one batch. */
final class Gate implements FaultPoints {
    private final long position;
    private final AtomicReference<RunProgress> watch = new AtomicReference<>();
    private final CountDownLatch passed = new CountDownLatch(1);

    Gate(long position) {
        this.position = position;
    }

    void watch(RunProgress run) {
        watch.set(run);
    }

    @Override
    public void reached(FaultPoint point) {
        if (point != FaultPoint.MERGED || passed.getCount() == 0) {
            return;
        }
        RunProgress run = watch.get();
        if (run == null) {
            throw new IllegalStateException("the gate watches no run");
        }
        passed.countDown();
        Await.until(
                "everything is read",
                Duration.ofSeconds(30),
                () -> Long.compareUnsigned(run.receivedLsn(), position) >= 0);
    }
}
