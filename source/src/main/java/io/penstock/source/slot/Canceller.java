package io.penstock.source.slot;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cancels a statement at the server once somebody wants to stop. Closing it ends the watch, before the statement's connection is used again. */
final class Canceller implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Canceller.class);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Statement statement;
    private final BooleanSupplier stop;
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread watch;

    Canceller(Statement statement, BooleanSupplier stop) {
        this.statement = statement;
        this.stop = stop;
        this.watch = new Thread(this::watch, "penstock-cancel");
        watch.setDaemon(true);
        watch.start();
    }

    private void watch() {
        try {
            while (!done.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                if (stop.getAsBoolean()) {
                    statement.cancel();
                    return;
                }
            }
        } catch (SQLException e) {
            log.debug("could not cancel cause=\"{}\"", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        boolean interrupted = false;
        while (watch.isAlive()) {
            try {
                watch.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
