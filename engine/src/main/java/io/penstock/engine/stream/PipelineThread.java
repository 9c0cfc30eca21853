package io.penstock.engine.stream;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import org.jspecify.annotations.Nullable;

/** A thread of the pipeline whose failure is kept for the thread that waits for it. */
final class PipelineThread {
    private final Thread thread;
    private volatile @Nullable Throwable failure;

    private PipelineThread(String name, Work work) {
        thread = new Thread(() -> run(work), name);
    }

    /** What the thread does. */
    interface Work {
        void run() throws InterruptedException;
    }

    static PipelineThread start(String name, Work work) {
        PipelineThread started = new PipelineThread(name, work);
        started.thread.start();
        return started;
    }

    private void run(Work work) {
        try {
            work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Kept and rethrown by the thread that waits; nothing is lost here.
            failure = e;
        }
    }

    boolean running() {
        return thread.isAlive();
    }

    boolean failed() {
        return failure != null;
    }

    /** Waits for the end; a thread that hangs is interrupted, and left when even that does not help: its connection gets cut. */
    void join(long millis) throws InterruptedException {
        thread.join(millis);
        if (thread.isAlive()) {
            thread.interrupt();
        }
    }

    boolean ended() {
        return !thread.isAlive();
    }

    void rethrow() {
        Throwable caught = failure;
        if (caught instanceof PenstockException e) {
            throw e;
        }
        if (caught instanceof Error e) {
            throw e;
        }
        if (caught != null) {
            throw new PenstockException(
                    ErrorKind.INTERNAL, "Thread " + thread.getName() + " failed: " + caught, caught);
        }
    }
}
