package io.penstock.cli.verb;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import sun.misc.Signal;

/**
 * SIGINT, SIGTERM and SIGHUP, turned into a clean end. The process that gets a signal waits for its verb to end, then exits with 128 and
 * the signal's number. Any thread.
 */
public final class Interruption {
    /** The contract allows 60 seconds. Whatever still runs then ends with the process, as it would under kill -9. */
    private static final Duration PATIENCE = Duration.ofSeconds(55);

    private final CountDownLatch finished = new CountDownLatch(1);
    private final AtomicReference<Optional<Runnable>> onSignal = new AtomicReference<>(Optional.empty());

    private final boolean ownsProcess;

    private Interruption(boolean ownsProcess) {
        this.ownsProcess = ownsProcess;
    }

    /** For verbs that run inside another program, whose signals are not theirs. */
    public static Interruption none() {
        return new Interruption(false);
    }

    /** Watches the signals of this process from now on. */
    public static Interruption ofThisProcess() {
        Interruption interruption = new Interruption(true);
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::shutDown, "penstock-shutdown"));
        return interruption;
    }

    /** What ends the verb in its own time; without it a signal ends the process at once. */
    public void stopWith(Runnable stop) {
        onSignal.set(Optional.of(stop));
    }

    /**
     * For a verb that has work to do with its own resources after the signal: the first SIGINT or SIGTERM only asks it to end, a second
     * one ends the process.
     */
    public void stopFirstWith(Runnable stop) {
        if (!ownsProcess) {
            return;
        }
        AtomicReference<Optional<Runnable>> first = new AtomicReference<>(Optional.of(stop));
        for (String name : new String[] {"INT", "TERM"}) {
            Signal.handle(new Signal(name), signal -> first.getAndSet(Optional.empty())
                    .ifPresentOrElse(
                            Runnable::run,
                            // Exits in a thread of its own, because exit waits for the hooks and handlers should
                            // return.
                            () -> new Thread(() -> System.exit(128 + signal.getNumber()), "penstock-exit").start()));
        }
    }

    /** The verb has ended; the process may go. */
    public void finished() {
        finished.countDown();
    }

    private void shutDown() {
        Optional<Runnable> stop = onSignal.get();
        if (stop.isEmpty()) {
            return;
        }
        stop.get().run();
        try {
            if (!finished.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("penstock: did not stop within " + PATIENCE.toSeconds()
                        + " s and was ended; the next run goes on from the last commit.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
