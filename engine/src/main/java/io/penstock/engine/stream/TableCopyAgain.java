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
import io.penstock.core.schema.ColumnDefinition;
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
 * rows are copied. Until what was held of the table meanwhile is applied it stays locked, so that its definition cannot change. Runs in a
 * thread of its own, with sessions of its own.
 */
final class TableCopyAgain {
    private static final Logger log = LoggerFactory.getLogger(TableCopyAgain.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration SHORT_PAUSE = Duration.ofMillis(200);
    /** The other end of something that is under way. */
    private static final Duration MOMENT = Duration.ofMillis(20);
    /** How long a table is locked for a stream that does not come; it was near when the lock was taken. */
    private static final Duration LOCKED = Duration.ofSeconds(10);

    private final TaskSpec spec;
    private final SourceSessions source;
    private final DestinationSessions destination;
    private final FullCopy.Environment environment;
    private final WaitingTables waiting;

    TableCopyAgain(
            TaskSpec spec,
            SourceSessions source,
            DestinationSessions destination,
            FullCopy.Environment environment,
            WaitingTables waiting) {
        this.spec = spec;
        this.source = source;
        this.destination = destination;
        this.environment = environment;
        this.waiting = waiting;
    }

    /** Returns when the table takes changes again or is gone. What may pass is tried again as long as the task's file allows. */
    void copy(WaitingTables.Copy wanted) throws InterruptedException {
        if (wanted.publish()) {
            waiting.copyAgain(wanted.oid(), true);
        }
        long begun = System.nanoTime();
        boolean publish = false;
        boolean done = false;
        while (!done) {
            try {
                publish |= waiting.takeAgain(wanted.oid());
                done = attempt(wanted.oid(), publish);
                environment.stop().await(MOMENT);
            } catch (PenstockException e) {
                Duration patience =
                        switch (e.kind().reaction()) {
                            case RETRY_CONNECTION -> spec.retry().connection();
                            case RETRY_OTHER -> spec.retry().other();
                            case ASK, FATAL, STOP -> Duration.ZERO;
                        };
                boolean changed = e.kind() == ErrorKind.DEFINITION_CHANGED;
                if (changed) {
                    patience = spec.retry().other();
                }
                if (System.nanoTime() - begun > patience.toNanos()) {
                    throw e;
                }
                log.warn("tries to copy a table again cause=\"{}\"", e.getMessage());
                environment.stop().await(changed ? SHORT_PAUSE : PAUSE);
            }
            environment.stop().check();
        }
    }

    /** False when the moment was not the right one. */
    private boolean attempt(int oid, boolean publish) throws InterruptedException {
        try (SourceSetup setup = source.setup();
                ProgressStore progress = destination.progress()) {
            if (publish) {
                setup.addToPublication(oid);
            }
            // Far behind, the stream would take long to come to a snapshot that is taken now.
            long near = setup.state().insertLsn();
            setup.heartbeat();
            while (!waiting.isApplied(near)) {
                environment.stop().check();
                environment.stop().await(MOMENT);
            }
            Catalog expected = image(setup, oid);
            if (expected.tables().isEmpty()) {
                // That it is dropped or selected no more will come in the stream, and then nobody waits for it.
                waiting.gone();
                return true;
            }
            try (TableCopy moment = open(expected)) {
                Catalog locked = image(setup, oid);
                setup.heartbeat();
                return reached(moment.snapshot().insertLsn())
                        && !waiting.mustCopyAgain(oid)
                        && copy(locked, moment, progress);
            }
        }
    }

    private TableCopy open(Catalog expected) {
        try {
            return source.copies().open(expected.tables(), spec.full().chunkBytes());
        } catch (PenstockException e) {
            if (e.kind() != ErrorKind.REFUSED) {
                throw e;
            }
            throw new PenstockException(
                    ErrorKind.DEFINITION_CHANGED, "The table was renamed or dropped just now: " + e.getMessage(), e);
        }
    }

    /** With the one table, or with none when it is gone or not selected any more. */
    private Catalog image(SourceSetup setup, int oid) {
        Catalog selected = SelectedImage.of(setup.tables(List.of(oid)), spec.objects());
        return SelectedImage.without(selected, t -> t.oid() != oid);
    }

    private boolean reached(long lsn) {
        long begun = System.nanoTime();
        while (!waiting.isApplied(lsn)) {
            if (System.nanoTime() - begun > LOCKED.toNanos()) {
                return false;
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
            return false;
        }
        log.info("copies a table again table={}", table.name());
        FullCopy.Work work = new FullCopy.Work(table, known.get().withState(TableState.COPYING), List.of());
        Catalog open = SelectedImage.withoutUncheckedRows(locked);
        change(locked, open);
        new FullCopy(source, destination, progress, spec.full(), environment).run(List.of(work), moment);
        change(open, locked);
        WaitingTables.Ready ready = new WaitingTables.Ready(
                record(table.oid(), progress)
                        .orElseThrow(() -> new PenstockException(
                                ErrorKind.INTERNAL, "The record of " + table.name() + " has vanished.")),
                true);
        waiting.copied(ready);
        while (!ready.settled().await(MOMENT.toMillis(), TimeUnit.MILLISECONDS)) {
            environment.stop().check();
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
        return table.name().equals(mapping.source())
                && table.copiedColumns().stream()
                        .map(ColumnDefinition::name)
                        .toList()
                        .equals(mapping.columns().stream()
                                .map(TableMapping.MappedColumn::sourceName)
                                .toList());
    }
}
