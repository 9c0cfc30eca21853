package io.penstock.engine.stream;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.DdlCapture;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has to be done beside reading and writing. One thread. */
final class Housekeeper {
    private static final Logger log = LoggerFactory.getLogger(Housekeeper.class);

    /** Tables that were emptied or vacuumed since are copied in vain when definitions have to be compared. */
    private static final Duration FILES_INTERVAL = Duration.ofMinutes(1);

    /** A writer inside a large transaction may wait for its reader, which must not wait for us. */
    private static final Duration WRITER_PATIENCE = Duration.ofMillis(50);

    private final SourceSetup setup;
    private final ProgressStore progress;
    private final Backlog backlog;
    private final IncrementalPhase.Environment environment;
    private final Definitions definitions;
    private @Nullable PipelineThread repair;
    private @Nullable PipelineThread validation;
    private int holds;
    private long purged;
    private long nextFiles = System.nanoTime();

    /** What is needed to find changes of definitions that went unnoticed. */
    record Definitions(CatalogCheck check, CaptureRepair repair, DefinitionStore store) {}

    Housekeeper(
            SourceSetup setup,
            ProgressStore progress,
            Definitions definitions,
            Backlog backlog,
            IncrementalPhase.Environment environment) {
        this.setup = setup;
        this.progress = progress;
        this.definitions = definitions;
        this.backlog = backlog;
        this.environment = environment;
    }

    /** Where all tables show one moment; 0 when what waits for that was defined by an earlier run. */
    static long consistentFrom(List<TableProgress> tables) {
        boolean caughtUp = tables.stream().noneMatch(t -> t.state() == TableState.CATCHING_UP);
        return caughtUp ? 0 : lastCopy(tables);
    }

    private static long lastCopy(List<TableProgress> tables) {
        return tables.stream().mapToLong(TableProgress::insertLsn).reduce(0, Lsn::max);
    }

    /** Whether nobody looks for changes that went unnoticed. */
    boolean settled() {
        noteCompared();
        return !definitions.check().pending();
    }

    private void noteCompared() {
        Long dealtWith = definitions.check().takeDone();
        if (dealtWith != null) {
            definitions.store().saveCaptureFailures(dealtWith);
            nextFiles = System.nanoTime();
            log.info("definitions are compared");
        }
    }

    /** The position to reach, 0 for none. */
    long target() {
        return switch (environment.until().kind()) {
            case NEVER -> 0;
            case POSITION -> environment.until().position().value();
            case CAUGHT_UP -> setup.state().insertLsn();
        };
    }

    void beat() {
        setup.heartbeat();
        backlog.sourceAt(setup.state().insertLsn(), System.nanoTime());
    }

    /**
     * Whether changes of definitions still arrive; what has arrived is removed from the source's log.
     *
     * @param lastEvent number of the last one read, 0 for none
     * @param untroubled whether no table waits, for a person or for its copy
     */
    void watchDefinitions(long lastEvent, boolean untroubled) {
        CatalogCheck check = definitions.check();
        noteCompared();
        long known = definitions.store().captureFailures();
        DdlCapture capture = setup.ddlCapture(known);
        boolean broken = capture.state() == DdlCapture.State.BROKEN || known == DefinitionStore.DOUBT;
        if ((broken || check.mayBegin()) && check.begin()) {
            log.warn("changes of definitions may have gone unnoticed cause=\"{}\"", capture.why());
            boolean awaited = !broken && check.again();
            repair = PipelineThread.start(
                    "penstock-capture", () -> definitions.repair().run(awaited));
        }
        if (capture.state() == DdlCapture.State.ACTIVE
                && untroubled
                && !check.pending()
                && System.nanoTime() - nextFiles >= 0) {
            nextFiles = System.nanoTime() + FILES_INTERVAL.toNanos();
            setup.rememberFiles(known);
        }
        PipelineThread repairing = repair;
        if (repairing != null) {
            repairing.rethrow();
        }
        if (lastEvent > purged) {
            setup.purgeDdlLog(lastEvent);
            purged = lastEvent;
        }
    }

    /**
     * Once every copy's position is passed, all tables show one moment: what waited for it is defined, existing rows are checked in
     * the background, and then the tables are ready.
     *
     * @return whether all that has happened
     */
    boolean settle(List<TableProgress> tables, StreamWriter writer, HeldTables held) {
        long last = lastCopy(tables);
        if (Long.compareUnsigned(writer.applied(), last) < 0 || !held.settled()) {
            return false;
        }
        PipelineThread check = validation;
        if (check == null) {
            holds = held.holds();
            if (define(writer)) {
                validation = PipelineThread.start("penstock-validate", environment.consistent()::validate);
            }
            return false;
        }
        if (check.running()) {
            return false;
        }
        if (check.failed() && held.holds() != holds) {
            // Rows of a table that is being copied again were missing.
            validation = null;
            return false;
        }
        check.rethrow();
        if (!ready(tables, writer)) {
            return false;
        }
        log.info("caught up tables={} consistentSince={}", tables.size(), Lsn.format(last));
        return true;
    }

    /** Tables have been copied since, and foreign keys to them could not be checked while they were. */
    void again() {
        validation = null;
    }

    /** Those that still are what they were; meanwhile the writer may have changed a table's record, or begun to have it copied again. */
    private boolean ready(List<TableProgress> tables, StreamWriter writer) {
        Map<Integer, @Nullable String> copies = new HashMap<>();
        tables.forEach(t -> copies.put(t.mapping().sourceOid(), t.snapshot()));
        return between(writer, () -> progress.tables().stream()
                .filter(t -> t.state() == TableState.CATCHING_UP
                        && copies.containsKey(t.mapping().sourceOid()))
                .filter(t -> Objects.equals(copies.get(t.mapping().sourceOid()), t.snapshot()))
                .forEach(t -> progress.save(t.withState(TableState.READY))));
    }

    private boolean define(StreamWriter writer) {
        return between(writer, environment.consistent()::define);
    }

    private static boolean between(StreamWriter writer, Runnable work) {
        try {
            return writer.between(WRITER_PATIENCE, work);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(ErrorKind.INTERRUPTED, "Stopped while tables come together.", e);
        }
    }
}
