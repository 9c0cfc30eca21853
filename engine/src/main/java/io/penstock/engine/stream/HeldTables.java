package io.penstock.engine.stream;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.QuarantineStore;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.copy.FullCopy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cares for the tables whose changes are held: copies those that need it, one after the other, and notices when a person has mended one.
 * Belongs to the thread that keeps house; each copy runs in a thread of its own.
 */
final class HeldTables {
    private static final Logger log = LoggerFactory.getLogger(HeldTables.class);
    /** How soon a person who has mended a table sees it go on. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final TableCopyAgain copier;
    private final WaitingTables waiting;
    private @Nullable PipelineThread copying;
    private final Set<QualifiedName> refused = new HashSet<>();
    private long nextLook = System.nanoTime();
    /** Whether constraints between tables may have been left unchecked. */
    private boolean unchecked;

    // Long because it makes what a copy needs of its own.
    HeldTables(
            TaskSpec spec,
            SourceSessions source,
            DestinationSessions destination,
            IncrementalPhase.Environment environment,
            WaitingTables waiting,
            CatalogCheck check) {
        this.waiting = waiting;
        this.unchecked = !waiting.allSettled();
        this.copier = new TableCopyAgain(
                spec,
                source,
                destination,
                new FullCopy.Environment(environment.watch(), environment.stop(), environment.faults()),
                waiting,
                check);
    }

    /** Those that take changes at once, and so tell whether all tables show one moment. */
    static List<TableProgress> live(List<TableProgress> tables) {
        return tables.stream()
                .filter(t -> t.state() != TableState.COPYING && t.state() != TableState.ERRORED)
                .toList();
    }

    /** What an earlier run has left: copies that did not end, changes that are still held. */
    static void restore(
            List<TableProgress> known, StreamTables tables, QuarantineStore quarantine, WaitingTables waiting) {
        for (TableProgress table : known) {
            TableStream stream = tables.get(table.mapping().sourceOid());
            if (stream == null || table.state() == TableState.READY) {
                continue;
            }
            long last = quarantine.lastSeq(table.mapping().source());
            switch (table.state()) {
                case COPYING -> {
                    // What is held is in any copy that begins now; changes of definition among it are not.
                    stream.hold(last).awaitCopy(true);
                    waiting.resumed(new WaitingTables.Ready(table, false));
                }
                case ERRORED -> {
                    stream.hold(last);
                    waiting.refused(List.of(table.mapping().source()));
                }
                case WAITING, CATCHING_UP, READY -> {
                    if (last > 0) {
                        stream.hold(last);
                        boolean copied = table.snapshot() != null;
                        waiting.resumed(new WaitingTables.Ready(table, copied));
                    }
                }
            }
        }
    }

    /** Whether no table is being brought forward; those that wait for a person do not count. */
    boolean settled() {
        return waiting.allSettled();
    }

    /** Whether no table is being brought forward, and none has waited for a person in this run. */
    boolean untroubled() {
        return waiting.allSettled() && !waiting.anyRefused();
    }

    /** How often changes of some table have begun to be held. */
    int holds() {
        return waiting.holds();
    }

    /** Whether, since the last call, all tables have come together again: constraints between tables can be checked. */
    boolean takeConsistent() {
        boolean now = unchecked && settled();
        unchecked &= !now;
        return now;
    }

    /** The highest number of an event in the source's log that was read. */
    long lastEvent() {
        return waiting.lastEvent();
    }

    void care(ProgressStore progress, long applied) {
        unchecked |= !settled();
        waiting.applied(applied);
        if (waiting.anyRefused() && System.nanoTime() - nextLook >= 0) {
            nextLook = System.nanoTime() + LOOK.toNanos();
            look(progress);
        }
        waiting.retryRefused();
        PipelineThread current = copying;
        if (current != null) {
            current.rethrow();
            if (current.running()) {
                return;
            }
            copying = null;
        }
        WaitingTables.Copy next = waiting.takeCopy(applied);
        if (next != null) {
            copying = PipelineThread.start("penstock-copy-again", () -> copier.copy(next));
        }
    }

    /** `resume-table` takes a table out of the state ERRORED. */
    private void look(ProgressStore progress) {
        List<WaitingTables.Ready> resumed = new ArrayList<>();
        // Before the records, so that none is younger than what they say.
        refused.addAll(waiting.takeRefused());
        for (TableProgress table : progress.tables()) {
            QualifiedName source = table.mapping().source();
            if (table.state() == TableState.ERRORED) {
                refused.add(source);
            } else if (table.state() == TableState.CATCHING_UP && refused.remove(source)) {
                log.info("a person resumes a table table={}", source);
                unchecked = true;
                resumed.add(new WaitingTables.Ready(table, false));
            }
        }
        waiting.resumed(resumed);
    }

    /** After everything was told to stop: no copy may go on beside the next attempt's. */
    void close(Duration patience) throws InterruptedException {
        if (copying != null) {
            copying.join(patience.toMillis());
        }
    }
}
