package io.penstock.cli.verb;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGINT, SIGTERM and SIGHUP, turned into a clean end. The process that gets a signal waits for its verb to end, then exits with 128 and
 * the signal's number. Any thread.
 */
public final class Interruption {
    /** The contract allows 60 seconds. Whatever still runs then ends with the process, as it would under kill -9. */
    private static final Duration PATIENCE = Duration.ofSeconds(55);

    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile @Nullable Runnable onSignal;

    private final boolean ownsProcess;
    private volatile OptionalInt exitCode = OptionalInt.empty();

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
        for (String name : List.of("INT", "TERM", "HUP")) {
            handle(name, signal -> interruption.exit(128 + signal.getNumber()));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::shutDown, "penstock-shutdown"));
        return interruption;
    }

    /** Like the virtual machine's own handlers, but the code is known to the verb while it ends. */
    private static void handle(String name, SignalHandler handler) {
        try {
            Signal.handle(new Signal(name), handler);
        } catch (IllegalArgumentException e) {
            // Started with -Xrs, which leaves the signal to the system, or a system that does not have it.
        }
    }

    /** The code with which the process ends because of a signal, whatever its verb returns; empty without one. */
    public OptionalInt exitCode() {
        return exitCode;
    }

    /** What ends the verb in its own time; without it a signal ends the process at once. */
    public void stopWith(Runnable stop) {
        onSignal = stop;
    }

    /**
     * For a verb that has work to do with its own resources after the signal: the first SIGINT or SIGTERM only asks it to end, a second
     * one ends the process.
     */
    public void stopFirstWith(Runnable stop) {
        if (!ownsProcess) {
            return;
        }
        AtomicBoolean asked = new AtomicBoolean();
        for (String name : List.of("INT", "TERM")) {
            handle(name, signal -> {
                if (asked.compareAndSet(false, true)) {
                    stop.run();
                } else {
                    exit(128 + signal.getNumber());
                }
            });
        }
    }

    /** In a thread of its own: exit waits for the shutdown hooks, and the handler of a signal should return. */
    private void exit(int code) {
        if (exitCode.isEmpty()) {
            exitCode = OptionalInt.of(code);
        }
        new Thread(() -> System.exit(code), "penstock-exit").start();
    }

    /** The verb has ended; the process may go. */
    public void finished() {
        finished.countDown();
    }

    private void shutDown() {
        Runnable stop = onSignal;
        if (stop == null) {
            return;
        }
        stop.run();
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
