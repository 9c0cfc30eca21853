package io.penstock.cli.watch;

import io.penstock.cli.text.LogLines;
import io.penstock.engine.run.RunProgress;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Polls a run and shows it, in a thread of its own, until closed. */
public final class Watcher implements AutoCloseable {
    /** Smooth enough for an eye, rare enough to cost nothing. */
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final RunProgress run;
    private final RunView view;
    private final LogLines.Diversion diversion;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private Watcher(RunProgress run, RunView view, PrintStream err) {
        this.run = run;
        this.view = view;
        this.diversion = LogLines.divert(line -> view.log(err, line));
        this.thread = new Thread(this::watch, "penstock-watch");
    }

    public static Watcher start(RunProgress run, RunView view, PrintStream err) {
        Watcher watcher = new Watcher(run, view, err);
        watcher.thread.setDaemon(true);
        watcher.thread.start();
        return watcher;
    }

    private void watch() {
        try {
            while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                show();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void show() {
        view.show(Observation.of(run, System.nanoTime(), ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now())));
    }

    /** Shows what there is a last time; the view is the caller's again. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
            show();
            view.leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        diversion.close();
    }
}
