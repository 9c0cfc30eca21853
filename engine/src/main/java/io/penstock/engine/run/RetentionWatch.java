package io.penstock.engine.run;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.task.WalSpec;
import io.penstock.engine.stream.RetentionGuard;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at what the slot retains while something long runs that does not read it, such as a copy, and ends that in time. */
final class RetentionWatch {
    private static final Logger log = LoggerFactory.getLogger(RetentionWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(5);
    /** A source that hangs must not hold up the end. */
    private static final Duration END_PATIENCE = Duration.ofSeconds(2);

    private final SourceSessions source;
    private final RetentionGuard guard;
    private final StopSignal stop;
    private final StopSignal done = new StopSignal();
    private volatile @Nullable PenstockException exceeded;

    /** @param outer also ends the work */
    RetentionWatch(SourceSessions source, WalSpec spec, StopSignal outer) {
        this.source = source;
        this.guard = new RetentionGuard(spec);
        this.stop = outer.child();
    }

    /** What the work has to heed. */
    StopSignal stop() {
        return stop;
    }

    /** @throws PenstockException RETENTION_EXCEEDED when the work was ended for that, otherwise what the work throws */
    void during(Runnable work) {
        Thread watch = new Thread(this::watch, "penstock-retention");
        watch.setDaemon(true);
        watch.start();
        try {
            work.run();
        } catch (PenstockException e) {
            PenstockException why = exceeded;
            if (why == null) {
                throw e;
            }
            why.addSuppressed(e);
            throw why;
        } finally {
            end(watch);
        }
    }

    /** Its session is gone then. */
    private void end(Thread watch) {
        done.raise();
        try {
            watch.join(END_PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        while (!done.raised()) {
            try (SlotControl slot = source.slot()) {
                while (!done.await(LOOK)) {
                    guard.check(slot);
                }
            } catch (PenstockException e) {
                if (e.kind() == ErrorKind.RETENTION_EXCEEDED) {
                    exceeded = e;
                    stop.raise();
                    return;
                }
                log.debug("cannot look at the slot cause=\"{}\"", e.getMessage());
                done.await(LOOK);
            }
        }
    }
}
