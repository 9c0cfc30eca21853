package io.penstock.engine.stream;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.port.TableCopy;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.copy.FullCopy;
import io.penstock.engine.definition.SelectedImage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies one table while the stream goes on. The table is locked and its snapshot taken; when the stream has come to that moment, the
 * destination's table has the same definition, because the stream follows definitions of tables that wait for their copy, and then the
 * rows are copied. Until what was held of the table meanwhile is applied it stays locked, so that its definition cannot change; whoever
 * waits to change it goes first all the same, and then the copy begins anew. Runs in a thread of its own, with sessions of its own.
 */
final class TableCopyAgain {
    private static final Logger log = LoggerFactory.getLogger(TableCopyAgain.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    /** How soon a person who has granted what was missing sees the table go on. */
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(30);
    /** The other end of something that is under way. */
    private static final Duration MOMENT = Duration.ofMillis(20);
    /** How long a table is locked for a stream that does not come; it was near when the lock was taken. */
    private static final Duration LOCKED = Duration.ofSeconds(10);
    /** How often a copy that has locked its table asks whether somebody waits for it. */
    private static final Duration ASKING = Duration.ofMillis(200);
    /** The stream may know a definition a moment before it can be read at the destination. */
    private static final int MOST_MISFITS = 3;

    private final TaskSpec spec;
    private final SourceSessions source;
    private final DestinationSessions destination;
    private final FullCopy.Environment environment;
    private final WaitingTables waiting;
    private final CatalogCheck check;
    private int misfits;
    /** Whether whoever wrote to the table before it was published may not have ended. */
    private boolean publishing;

    // Long because it works beside the stream, with everything the stream's own copies have.
    TableCopyAgain(
            TaskSpec spec,
            SourceSessions source,
            DestinationSessions destination,
            FullCopy.Environment environment,
            WaitingTables waiting,
            CatalogCheck check) {
        this.spec = spec;
        this.source = source;
        this.destination = destination;
        this.environment = environment;
        this.waiting = waiting;
        this.check = check;
    }

    /** Returns when the table takes changes again or is gone. What may pass is tried again as long as the task's file allows. */
    void copy(WaitingTables.Copy wanted) throws InterruptedException {
        if (wanted.publish()) {
            waiting.copyAgain(wanted.oid(), true);
        }
        long failing = 0;
        misfits = 0;
        publishing = false;
        boolean done = false;
        while (!done) {
            try {
                awaitCheck();
                publishing |= waiting.takeAgain(wanted.oid());
                done = attempt(wanted.oid());
                failing = 0;
                environment.stop().await(MOMENT);
            } catch (PenstockException e) {
                Duration patience =
                        switch (e.kind().reaction()) {
                            case RETRY_CONNECTION -> spec.retry().connection();
                            case RETRY_OTHER -> spec.retry().other();
                            case ASK, FATAL, STOP -> Duration.ZERO;
                        };
                failing = failing == 0 ? System.nanoTime() : failing;
                if (System.nanoTime() - failing >= patience.toNanos()) {
                    throw e;
                }
                log.warn("tries to copy a table again cause=\"{}\"", e.getMessage());
                environment.stop().await(PAUSE);
            }
            environment.stop().check();
        }
    }

    /** False when the moment was not the right one. */
    private boolean attempt(int oid) throws InterruptedException {
        try (SourceSetup setup = source.setup();
                ProgressStore progress = destination.progress()) {
            try {
                // Also when nobody says so: an earlier run may have died before it did.
                publishing |= setup.addToPublication(oid);
                if (publishing) {
                    // Whoever wrote to it before and has not ended could be in neither the stream nor the snapshot.
                    setup.awaitOlderTransactions();
                }
            } catch (PenstockException e) {
                if (e.kind() != ErrorKind.REFUSED) {
                    throw e;
                }
                refuse(oid, e, progress);
                return true;
            }
            // Far behind, the stream would take long to come to a snapshot that is taken now.
            awaitStream(setup);
            Catalog expected = only(setup.tables(List.of(oid)), oid);
            if (expected.tables().isEmpty()) {
                gone(oid, setup, progress);
                return true;
            }
            Optional<TableCopy> opened =
                    source.copies().open(expected.tables(), chunkBytes(oid, progress), environment.stop()::raised);
            if (opened.isEmpty()) {
                // Renamed or dropped just now.
                return false;
            }
            try (TableCopy moment = opened.get()) {
                setup.heartbeat();
                return reached(moment)
                        && !waiting.mustCopyAgain(oid)
                        && copy(only(moment.definitions(), oid), moment, progress);
            }
        }
    }

    /** The other tables go on. */
    private void refuse(int oid, PenstockException cause, ProgressStore progress) {
        log.warn("a table cannot be copied cause=\"{}\"", cause.getMessage());
        record(oid, progress)
                .ifPresent(t -> progress.save(t.waiting("Waits for a person: " + cause.getMessage()
                        + " Its changes are kept meanwhile; it is tried again every " + REFUSED_PAUSE.toSeconds()
                        + " seconds.")));
        waiting.refusedCopy(oid, REFUSED_PAUSE);
    }

    private long chunkBytes(int oid, ProgressStore progress) {
        boolean mixed = record(oid, progress).filter(t -> t.mapping().mixed()).isPresent();
        return mixed ? FullCopy.ONE_CHUNK : spec.full().chunkBytes();
    }

    /** Changes that nobody logged are followed first, so that the destination's table becomes what the source's is. */
    private void awaitCheck() {
        while (check.pending()) {
            environment.stop().check();
            environment.stop().await(MOMENT);
        }
    }

    private void awaitStream(SourceSetup setup) {
        long now = setup.state().insertLsn();
        setup.heartbeat();
        while (!waiting.isApplied(now)) {
            environment.stop().check();
            environment.stop().await(MOMENT);
        }
    }

    /** That it is dropped or selected no more comes in the stream, and then nobody waits for it; unless nobody logged it. */
    private void gone(int oid, SourceSetup setup, ProgressStore progress) {
        awaitStream(setup);
        if (record(oid, progress).isPresent()) {
            check.want();
        }
        waiting.gone();
    }

    /** With the one table, or with none when it is gone or not selected any more. */
    private Catalog only(Catalog image, int oid) {
        return SelectedImage.without(SelectedImage.of(image, spec.objects()), t -> t.oid() != oid);
    }

    private boolean reached(TableCopy moment) {
        long lsn = moment.snapshot().insertLsn();
        long begun = System.nanoTime();
        long nextAsking = begun + ASKING.toNanos();
        while (!waiting.isApplied(lsn)) {
            long now = System.nanoTime();
            if (now - begun > LOCKED.toNanos()) {
                return false;
            }
            if (now - nextAsking >= 0) {
                nextAsking = now + ASKING.toNanos();
                if (moment.inTheWay()) {
                    return false;
                }
            }
            environment.stop().check();
            environment.stop().await(MOMENT);
        }
        return true;
    }

    private boolean copy(Catalog locked, TableCopy moment, ProgressStore progress) throws InterruptedException {
        TableDefinition table = locked.tables().get(0);
        Optional<TableProgress> known = record(table.oid(), progress);
        if (known.isEmpty() || !fits(table, known.get().mapping())) {
            misfits++;
            if (known.isPresent() && misfits % MOST_MISFITS == 0) {
                log.warn("the stream has not told of a table's definition table={}", table.name());
                check.want();
                environment.stop().await(PAUSE);
            }
            return false;
        }
        misfits = 0;
        log.info("copies a table again table={}", table.name());
        FullCopy.Work work = new FullCopy.Work(
                table, known.get().waiting(null).withState(TableState.COPYING), List.of(), definitions -> true);
        Catalog open = SelectedImage.withoutUncheckedRows(locked);
        change(locked, open);
        List<FullCopy.Work> given =
                new FullCopy(source, destination, progress, spec.full(), environment).run(List.of(work), moment);
        change(open, locked);
        if (!given.isEmpty()) {
            log.info("somebody waits to change a table, its copy begins anew table={}", table.name());
            return false;
        }
        WaitingTables.Ready ready = new WaitingTables.Ready(
                record(table.oid(), progress)
                        .orElseThrow(() -> new PenstockException(
                                ErrorKind.INTERNAL, "The record of " + table.name() + " has vanished.")),
                true);
        waiting.copied(ready);
        while (!ready.settled().await(ASKING.toMillis(), TimeUnit.MILLISECONDS)) {
            environment.stop().check();
            if (moment.inTheWay()) {
                log.info("somebody waits to change a table, it is copied anew table={}", table.name());
                // Before the lock is gone, so that the reader knows it before the change comes. It asks for the next
                // copy.
                waiting.copyAgain(table.oid(), false);
                return true;
            }
        }
        return true;
    }

    /** Existing rows may violate a constraint that was added NOT VALID; rows that are loaded are checked. */
    private void change(Catalog before, Catalog after) {
        if (before.equals(after)) {
            return;
        }
        try (DestinationSchema schema = destination.schema();
                DefinitionStore store = destination.definitions()) {
            SchemaDelta delta = new SchemaDelta(before, after, List.of(), Map.of(), false, Set.of());
            for (SchemaChange step : schema.changes(
                            delta, FollowedDdl.of(spec), store.read().names())
                    .steps()) {
                schema.run(new SchemaStep(
                        Stage.BEFORE_COPY, null, step.object(), step.doneSql(), step.statements(), step.notes()));
            }
        }
    }

    private static Optional<TableProgress> record(int oid, ProgressStore progress) {
        return progress.tables().stream()
                .filter(t -> t.mapping().sourceOid() == oid)
                .findFirst();
    }

    private static boolean fits(TableDefinition table, TableMapping mapping) {
        // Of a table that nobody has defined yet only the source's columns are known.
        boolean defined =
                mapping.columns().isEmpty() || !mapping.writtenColumns().isEmpty();
        return defined
                && table.name().equals(mapping.source())
                && table.copiedColumns().stream()
                        .map(c -> c.name() + " " + c.typeOid())
                        .toList()
                        .equals(mapping.columns().stream()
                                .map(c -> c.sourceName() + " " + c.sourceTypeOid())
                                .toList());
    }
}
