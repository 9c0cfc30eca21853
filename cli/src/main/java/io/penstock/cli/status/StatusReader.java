package io.penstock.cli.status;

import io.penstock.cli.status.TaskStatus.Lag;
import io.penstock.cli.status.TaskStatus.Positions;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.DdlCapture;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SlotState;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.progress.DdlEntry;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TaskProgress;
import io.penstock.core.progress.TaskState;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Reads both databases. The order makes the positions consistent although everything moves: what is confirmed is read before what is
 * applied, and that before the source's own position.
 */
public final class StatusReader {
    private final String task;
    private final SourceSessions source;
    private final DestinationSessions destination;
    private final Clock clock;
    private final List<PenstockException> failures = new ArrayList<>();

    public StatusReader(String task, SourceSessions source, DestinationSessions destination, Clock clock) {
        this.task = task;
        this.source = source;
        this.destination = destination;
        this.clock = clock;
    }

    /** Never throws for a database that cannot be read; see {@link #failure}. */
    public TaskStatus read() {
        Optional<Optional<SlotState>> slot = attempt(this::slot);
        Optional<Records> records = attempt(this::records);
        // One refusal tells enough about a server.
        Optional<Long> flushed = slot.isPresent() ? attempt(this::flushed) : Optional.empty();
        Optional<TaskProgress> progress = records.flatMap(Records::progress);
        Optional<String> error = Stream.concat(
                        progress.map(TaskProgress::error).stream(),
                        failures.stream().map(PenstockException::getMessage))
                .distinct()
                .reduce((first, next) -> first + " " + next);
        Positions positions = positions(slot, records, flushed);
        return new TaskStatus(
                task,
                records.map(Records::state),
                progress.map(TaskProgress::phase),
                error,
                positions,
                lag(positions, progress.map(TaskProgress::commitMicros).orElse(0L)),
                slot.map(s -> s.map(SlotState::retainedBytes).orElse(0L)),
                slot.flatMap(s -> s).isPresent() ? attempt(this::ddlCapture) : Optional.empty(),
                records.map(Records::tables).orElse(List.of()),
                records.flatMap(r -> attempt(this::definitions)));
    }

    /** Why the status is incomplete. */
    public Optional<PenstockException> failure() {
        return failures.stream().findFirst();
    }

    private <T> Optional<T> attempt(Supplier<T> reading) {
        try {
            return Optional.of(reading.get());
        } catch (PenstockException e) {
            failures.add(e);
            return Optional.empty();
        }
    }

    private Optional<SlotState> slot() {
        try (SlotControl slot = source.slot()) {
            return slot.state();
        }
    }

    private long flushed() {
        try (SourceSetup setup = source.setup()) {
            return setup.state().flushLsn();
        }
    }

    private DdlCapture ddlCapture() {
        try (SourceSetup setup = source.setup();
                DefinitionStore store = destination.definitions()) {
            return setup.ddlCapture(store.captureFailures());
        }
    }

    private Records records() {
        try (ProgressStore progress = destination.progress()) {
            // Asked first: a run that ends between the two questions has saved its last state.
            boolean running = progress.running();
            return new Records(running, progress.task(), progress.tables());
        }
    }

    private Map<DdlEntry.Result, Long> definitions() {
        try (DefinitionStore definitions = destination.definitions()) {
            return definitions.counts();
        }
    }

    /** What the destination knows. */
    private record Records(boolean running, Optional<TaskProgress> progress, List<TableProgress> all) {
        TaskState state() {
            if (progress.isEmpty()) {
                return running ? TaskState.PRECHECKING : TaskState.NOT_STARTED;
            }
            return shown(progress.get().state(), running);
        }

        List<TableProgress> tables() {
            return all.stream().filter(t -> t.mapping().holdsRows()).toList();
        }
    }

    /** A process that was killed could not write that it is gone. */
    static TaskState shown(TaskState recorded, boolean running) {
        return switch (recorded) {
            case PRECHECKING, PRECHECK_PASSED, INITIALIZING, SYNCHRONIZING, RETRYING, MODIFYING ->
                running ? recorded : TaskState.SUSPENDED;
            case NOT_STARTED, PRECHECK_FAILED, INITIALIZE_FAILED, SUSPENDED, FAILED, FINISHED, RELEASED -> recorded;
        };
    }

    private static Positions positions(
            Optional<Optional<SlotState>> slot, Optional<Records> records, Optional<Long> flushed) {
        Optional<Long> applied =
                records.map(r -> r.progress().map(TaskProgress::appliedLsn).orElse(0L));
        Optional<Long> confirmed = slot.map(s -> s.map(SlotState::confirmedLsn).orElse(0L));
        Optional<Long> sent = slot.map(s -> s.map(SlotState::sentLsn).orElse(0L));
        Optional<Long> received =
                Stream.of(applied, sent).flatMap(Optional::stream).reduce(Lsn::max);
        return new Positions(flushed, received, applied, confirmed);
    }

    private Optional<Lag> lag(Positions lsn, long commitMicros) {
        // Nothing applied yet is no position that anything could be behind.
        if (lsn.source().isEmpty() || lsn.applied().orElse(0L) == 0) {
            return Optional.empty();
        }
        long bytes =
                new Lsn(lsn.source().get()).bytesSince(new Lsn(lsn.applied().get()));
        if (bytes == 0) {
            return Optional.of(new Lag(0, Optional.of(0L)));
        }
        Optional<Long> millis =
                commitMicros == 0 ? Optional.empty() : Optional.of(Math.max(0, clock.millis() - commitMicros / 1000));
        return Optional.of(new Lag(bytes, millis));
    }
}
