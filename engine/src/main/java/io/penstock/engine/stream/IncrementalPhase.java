package io.penstock.engine.stream;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.BatchWriter;
import io.penstock.core.port.DdlCapture;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.QuarantineStore;
import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.port.SourceState;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.progress.TaskProgress;
import io.penstock.core.stream.ChangeStream;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.definition.AheadOfStream;
import io.penstock.engine.definition.SourceModel;
import io.penstock.engine.mapping.RowRules;
import io.penstock.engine.run.RunProgress;
import io.penstock.engine.run.StopSignal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the stream until it is told to stop, a position is reached, or something fails. Two threads read and write; the calling
 * thread keeps house: heartbeat, retained log, tables that have caught up.
 */
public final class IncrementalPhase {
    private static final Logger log = LoggerFactory.getLogger(IncrementalPhase.class);
    private static final Duration HOUSEKEEPING = Duration.ofMillis(50);
    /** Short enough that "applied" follows an idle source within a few seconds. */
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(5);

    /** A batch of the largest size is applied well within it; then the connection is cut and the batch rolled back. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

    /** After an earlier reader's connection broke, the server may need until wal_sender_timeout to notice. */
    private static final Duration SLOT_PATIENCE = Duration.ofSeconds(70);

    private final TaskSpec spec;
    private final SourceSessions source;
    private final DestinationSessions destination;
    private final ProgressStore progress;
    private final Environment environment;

    /**
     * @param until stops when this position is applied; {@link Until#NEVER}
     * @param consistent what remains to be defined once all tables show one moment
     * @param rules which rule each table is under
     */
    // Long because the phase is where everything comes together.
    public record Environment(
            RunProgress watch,
            StopSignal stop,
            FaultPoints faults,
            Until until,
            Consistency consistent,
            RowRules rules) {
        /** For what has to end sooner. */
        Environment stoppedBy(StopSignal sooner) {
            return new Environment(watch, sooner, faults, until, consistent, rules);
        }
    }

    /** Work that needs all tables at one moment, such as foreign keys. */
    public interface Consistency {
        /** Quick definitions; nothing is applied meanwhile. */
        void define();

        /** Checks of existing rows that may take long; changes go on. */
        void validate();
    }

    public IncrementalPhase(
            TaskSpec spec,
            SourceSessions source,
            DestinationSessions destination,
            ProgressStore progress,
            Environment environment) {
        this.spec = spec;
        this.source = source;
        this.destination = destination;
        this.progress = progress;
        this.environment = environment;
    }

    /** Returns when stopped or when the position to reach is applied; everything applied is confirmed then. */
    public void run() throws InterruptedException {
        try (SourceSetup setup = source.setup();
                SlotControl slot = source.slot();
                DestinationSchema schema = destination.schema();
                QuarantineStore quarantine = destination.quarantine();
                DefinitionStore definitions = destination.definitions();
                BatchWriter writer = destination.writer()) {
            TaskProgress task = progress.task().orElseThrow();
            SourceState state = setup.state();
            StartChecks.require(task, state, slot);
            awaitFreeSlot(slot);
            if (state.timeline() != task.timeline()) {
                progress.save(task.withSlot(task.systemId(), state.timeline(), task.slot(), task.appliedLsn()));
            }
            follow(task, new Sessions(setup, slot, schema, quarantine, definitions, new CatalogCheck()), writer);
        }
    }

    private void awaitFreeSlot(SlotControl slot) {
        long deadline = System.nanoTime() + SLOT_PATIENCE.toNanos();
        int pid = activePid(slot);
        while (pid != 0) {
            environment.watch().note("waits for slot " + slot.name() + ", which process " + pid + " still reads");
            if (System.nanoTime() - deadline > 0) {
                throw new PenstockException(
                        ErrorKind.TRANSIENT,
                        "Slot " + slot.name() + " is being read by process " + pid
                                + " of the source. If that is an earlier run whose"
                                + " connection hangs, end it with SELECT pg_terminate_backend(" + pid + ").");
            }
            environment.stop().await(Duration.ofMillis(100));
            environment.stop().check();
            pid = activePid(slot);
        }
        environment.watch().note(null);
    }

    private static int activePid(SlotControl slot) {
        return slot.state().map(s -> s.activePid()).orElse(0);
    }

    /** What the phase has open beside the stream and its writer. */
    // Long because each is needed in another place.
    private record Sessions(
            SourceSetup setup,
            SlotControl slot,
            DestinationSchema schema,
            QuarantineStore quarantine,
            DefinitionStore definitions,
            CatalogCheck check) {}

    private void follow(TaskProgress task, Sessions sessions, BatchWriter batchWriter) throws InterruptedException {
        long applied = batchWriter.appliedLsn();
        List<TableProgress> tables = progress.tables();
        BatchExchange exchange = new BatchExchange();
        WaitingTables waiting = new WaitingTables();
        Backlog backlog = new Backlog();
        StopSignal pipelineStop = environment.stop().child();
        StreamWriter writer = new StreamWriter(batchWriter, exchange, environment.watch());
        environment.watch().applied(applied, task.commitMicros(), 0, 0);
        try (ChangeStream stream = source.stream(writer::applied, exchange::starved)) {
            environment.faults().reached(FaultPoint.STREAM_STARTED);
            log.info("streaming slot={} from={} tables={}", sessions.slot().name(), Lsn.format(applied), tables.size());
            StreamReader reader = new StreamReader(
                    stream,
                    decoding(task, tables, applied, sessions, waiting),
                    exchange,
                    spec.incremental(),
                    new StreamReader.Context(
                            writer::applied,
                            environment.watch()::received,
                            backlog,
                            pipelineStop,
                            environment.faults()));
            PipelineThread reading = PipelineThread.start("penstock-read", reader::run);
            PipelineThread writing = PipelineThread.start("penstock-write", writer::run);
            List<PipelineThread> threads = List.of(reading, writing);
            HeldTables held = new HeldTables(
                    spec, source, destination, environment.stoppedBy(pipelineStop), waiting, sessions.check());
            try {
                Housekeeper housekeeper = new Housekeeper(
                        sessions.setup(),
                        progress,
                        new Housekeeper.Definitions(
                                sessions.check(),
                                new CaptureRepair(spec, source, destination, sessions.check(), environment.rules()),
                                sessions.definitions()),
                        backlog,
                        environment);
                keepHouse(housekeeper, sessions, writer, held, threads);
            } finally {
                pipelineStop.raise();
                held.close(STOP_PATIENCE);
                stopThreads(exchange, threads);
            }
            threads.forEach(PipelineThread::rethrow);
            // A reader that hangs in the socket holds the connection; what it could not confirm is streamed again and
            // dropped.
            if (reading.ended()) {
                reader.confirmLast();
            }
        }
    }

    private StreamReader.Decoding decoding(
            TaskProgress task, List<TableProgress> stored, long applied, Sessions sessions, WaitingTables waiting) {
        SourceModel model = new SourceModel(sessions.definitions().read());
        List<TableProgress> known = KnownTables.asTheFileSays(stored, spec, model);
        AheadOfStream ahead = new AheadOfStream(sessions.definitions().aligned());
        StreamTables tables =
                new StreamTables(spec.objects(), known, model.names().absent(), ahead);
        HeldTables.restore(known, tables, sessions.quarantine(), waiting);
        boolean captured = sessions.setup().ddlCapture(0).state() != DdlCapture.State.UNAVAILABLE;
        UnloggedChanges unlogged = new UnloggedChanges(model, tables, waiting, sessions.check());
        DefinitionFollower definitions = new DefinitionFollower(
                spec,
                sessions.schema(),
                model,
                tables,
                waiting,
                sessions.check(),
                environment.rules(),
                // Without the schema phase nobody defines keys later.
                spec.runs(Phase.SCHEMA) ? Housekeeper.consistentFrom(HeldTables.live(known)) : 0);
        TransactionReader transactions = new TransactionReader(
                tables,
                new TransactionReader.OwnTables(
                        new HeartbeatReader(spec.name(), task.heartbeat()),
                        new DdlLogReader(source.schemaEvents()),
                        captured),
                unlogged,
                applied);
        return new StreamReader.Decoding(
                transactions,
                definitions,
                new Rewrites(tables, waiting),
                new HeldReplay(waiting, sessions.quarantine(), model, unlogged, sessions.schema()),
                sessions.check(),
                unlogged);
    }

    private static void stopThreads(BatchExchange exchange, List<PipelineThread> threads) throws InterruptedException {
        exchange.close();
        long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
        for (PipelineThread thread : threads) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
        }
    }

    private void keepHouse(
            Housekeeper housekeeper,
            Sessions sessions,
            StreamWriter writer,
            HeldTables held,
            List<PipelineThread> threads) {
        List<TableProgress> tables = HeldTables.live(progress.tables());
        // An earlier run may have left it in doubt.
        housekeeper.watchDefinitions(0, false);
        RetentionGuard retention = new RetentionGuard(spec.wal());
        long target = housekeeper.target();
        housekeeper.beat();
        long nextBeat = System.nanoTime() + HEARTBEAT_INTERVAL.toNanos();
        boolean caughtUp = tables.stream().noneMatch(t -> t.state() == TableState.CATCHING_UP);
        while (!environment.stop().await(HOUSEKEEPING) && threads.stream().noneMatch(PipelineThread::failed)) {
            boolean beat = System.nanoTime() - nextBeat >= 0;
            if (beat) {
                nextBeat = System.nanoTime() + HEARTBEAT_INTERVAL.toNanos();
                housekeeper.beat();
                retention.check(sessions.slot());
            }
            if (beat || sessions.check().mayBegin()) {
                housekeeper.watchDefinitions(held.lastEvent(), held.untroubled());
            }
            held.care(progress, writer.applied());
            if (!caughtUp) {
                caughtUp = housekeeper.settle(tables, writer, held);
            }
            if (held.takeConsistent()) {
                housekeeper.again();
                caughtUp = false;
            }
            if (caughtUp
                    && held.settled()
                    && housekeeper.settled()
                    && target != 0
                    && Long.compareUnsigned(writer.applied(), target) >= 0) {
                log.info("reached target={} applied={}", Lsn.format(target), Lsn.format(writer.applied()));
                return;
            }
        }
    }
}
