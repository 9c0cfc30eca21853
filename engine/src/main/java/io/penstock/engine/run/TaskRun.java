package io.penstock.engine.run;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.error.Reaction;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.progress.TaskState;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.stream.RetentionGuard;
import io.penstock.engine.stream.Until;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one task: attempt after attempt until it is finished, stopped, or cannot go on. Every attempt begins with what the
 * destination knows, so it makes no difference whether an earlier attempt, an earlier process or nobody worked on the task before.
 *
 * <p>{@link #run} belongs to one thread; {@link #stop} and {@link #watch} to any.
 */
public final class TaskRun {
    private static final Logger log = LoggerFactory.getLogger(TaskRun.class);
    /** An attempt that lasted this long has made progress; the next failure begins a new series of tries. */
    private static final Duration SUCCESS = Duration.ofMinutes(1);

    private static final int DROP_TRIES = 50;

    /** An orderly end takes less even when the last batch is large; then a database hangs, and the sessions are cut. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(40);

    /** Later, the state is not saved any more: a login that hangs would take too long. */
    private static final Duration SAVE_PATIENCE = Duration.ofSeconds(20);

    private final TaskSpec spec;
    private final SourceSessions source;
    private final DestinationSessions destination;
    private final Options options;
    private final RunProgress watch = new RunProgress();
    private final StopSignal stop = new StopSignal();
    private final StopSignal ended = new StopSignal();
    private volatile long stopAsked;
    private final RetentionGuard retention;

    /**
     * How this run differs from another of the same task.
     *
     * @param skip ignorable findings of the checks that the user has read and passes over
     */
    public record Options(Until until, Set<String> skip, FaultPoints faults) {
        public static final Options DEFAULT = new Options(Until.NEVER, FaultPoints.NONE);

        public Options(Until until, FaultPoints faults) {
            this(until, Set.of(), faults);
        }
    }

    public TaskRun(TaskSpec spec, SourceSessions source, DestinationSessions destination, Options options) {
        this.spec = spec;
        this.source = source;
        this.destination = destination;
        this.options = options;
        this.retention = new RetentionGuard(spec.wal());
    }

    /** Asks the run to end cleanly; it does within a minute, even when a database hangs. */
    public void stop() {
        if (!stop.raised()) {
            stopAsked = System.nanoTime();
            stop.raise();
            Thread watchdog = new Thread(this::cutWhenLate, "penstock-stop");
            watchdog.setDaemon(true);
            watchdog.start();
        }
    }

    private void cutWhenLate() {
        if (!ended.await(STOP_PATIENCE)) {
            log.warn("a database does not answer, its sessions are cut");
            source.cut();
            destination.cut();
        }
    }

    public RunProgress watch() {
        return watch;
    }

    /**
     * Returns when the task is finished, when {@link Options#until} is reached, or after {@link #stop}.
     *
     * @throws PenstockException when the task cannot go on; its state is saved if the destination can be reached
     */
    public void run() {
        try {
            attempts();
        } finally {
            ended.raise();
        }
    }

    private void attempts() {
        Backoff backoff = new Backoff(ThreadLocalRandom.current());
        boolean connected = false;
        long firstFailure = 0;
        while (true) {
            long begun = System.nanoTime();
            long applied = watch.appliedLsn();
            Attempt attempt = new Attempt(spec, source, destination, new Attempt.Surroundings(options, watch, stop));
            try {
                attempt.run();
                return;
            } catch (PenstockException e) {
                if (stop.raised() && endsWithStop(e.kind())) {
                    saveStopped();
                    return;
                }
                connected |= attempt.connected();
                boolean lasted = System.nanoTime() - begun > SUCCESS.toNanos();
                if (watch.appliedLsn() != applied && e.kind() == ErrorKind.CONNECTION) {
                    // It worked, so it may work at once again.
                    backoff.reset();
                }
                if (lasted || firstFailure == 0) {
                    firstFailure = System.nanoTime();
                    backoff.reset();
                }
                Duration failingFor = Duration.ofNanos(System.nanoTime() - firstFailure);
                if (!connected || !mayRetry(e, failingFor)) {
                    giveUp(e);
                    throw e;
                }
                waitToRetry(e, backoff.next());
                if (stop.raised()) {
                    saveStopped();
                    return;
                }
            }
        }
    }

    /** What would be tried again needs no report when nobody wants another try. */
    private static boolean endsWithStop(ErrorKind kind) {
        return switch (kind.reaction()) {
            case STOP, RETRY_CONNECTION, RETRY_OTHER -> true;
            case ASK, FATAL -> false;
        };
    }

    private void saveStopped() {
        if (System.nanoTime() - stopAsked < SAVE_PATIENCE.toNanos()) {
            save(TaskState.SUSPENDED, null);
        }
    }

    private boolean mayRetry(PenstockException e, Duration failingFor) {
        Reaction reaction = e.kind().reaction();
        return switch (reaction) {
            case RETRY_CONNECTION -> failingFor.compareTo(spec.retry().connection()) < 0;
            case RETRY_OTHER -> failingFor.compareTo(spec.retry().other()) < 0;
            case ASK, FATAL, STOP -> false;
        };
    }

    private void waitToRetry(PenstockException e, Duration pause) {
        log.warn("tries again in {} ms cause=\"{}\"", pause.toMillis(), e.getMessage());
        watch.enter(watch.phase(), TaskState.RETRYING);
        watch.note(e.getMessage());
        save(TaskState.RETRYING, e.getMessage());
        guardSource();
        stop.await(pause);
    }

    /** The slot goes on keeping log while the destination is away. */
    private void guardSource() {
        try (SlotControl slot = source.slot()) {
            retention.check(slot);
        } catch (PenstockException e) {
            if (e.kind() == ErrorKind.RETENTION_EXCEEDED) {
                giveUp(e);
                throw e;
            }
            log.debug("cannot look at the slot cause=\"{}\"", e.getMessage());
        }
    }

    private void giveUp(PenstockException e) {
        if (e.kind() == ErrorKind.RETENTION_EXCEEDED) {
            // First of all: the destination, where the state is saved, may hang.
            dropSlot();
        }
        boolean initializing = watch.state() == TaskState.INITIALIZING;
        TaskState state = initializing ? TaskState.INITIALIZE_FAILED : TaskState.FAILED;
        if (watch.begun()) {
            save(e.kind() == ErrorKind.CONNECTION ? TaskState.SUSPENDED : state, e.getMessage());
        }
    }

    /** The server may need a moment to notice that nobody reads the slot any more. */
    private void dropSlot() {
        try (SlotControl slot = source.slot()) {
            for (int tries = 1; tries <= DROP_TRIES; tries++) {
                boolean free = slot.state().map(s -> s.activePid() == 0).orElse(true);
                if (free) {
                    slot.drop();
                    log.warn("slot dropped to save the source slot={}", slot.name());
                    return;
                }
                stop.await(Duration.ofMillis(200));
            }
            log.error("slot could not be dropped, it is still being read slot={}", slot.name());
        } catch (PenstockException e) {
            log.error("slot could not be dropped cause=\"{}\"", e.getMessage());
        }
    }

    /** As far as the destination can be reached: this is what status shows, nothing depends on it. */
    private void save(TaskState state, @Nullable String error) {
        watch.enter(watch.phase(), state);
        watch.note(error);
        try (ProgressStore progress = destination.progress()) {
            // Another process may have taken the task over meanwhile; its state is not ours to tell.
            progress.lock();
            progress.task().ifPresent(task -> progress.save(task.withState(state, task.phase(), error)));
        } catch (PenstockException e) {
            log.debug("state not saved state={} cause=\"{}\"", state, e.getMessage());
        }
    }
}
