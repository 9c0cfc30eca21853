package io.penstock.engine.stream;

import io.penstock.core.change.Batch;
import io.penstock.core.change.DefinitionWork;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.stream.ChangeStream;
import io.penstock.core.task.IncrementalSpec;
import io.penstock.engine.run.StopSignal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The reading half of the incremental phase. Fills a batch while the writer is busy and hands it over as soon as the writer is free
 * and a transaction is complete, so batches are small when idle and large when behind, without a setting. Confirms what is durable.
 *
 * <p>Behind, it reads late: a reader that is always waiting makes the server send and wake up for every message, while a full socket
 * lets it decode on and send in bulk (measured: 2.4 times the server's CPU). One thread.
 */
final class StreamReader {
    /** Positions move on the slot this often; also the answer to the server's keepalives. */
    private static final Duration CONFIRM_INTERVAL = Duration.ofSeconds(1);

    /** How long a reader that is behind leaves the socket alone, for the server to send in bulk. */
    private static final Duration GULP_PAUSE = Duration.ofMillis(10);

    /** A message that was there already takes a microsecond or two; one that took longer was waited for, so all before it is read. */
    private static final long WAITED_NANOS = 50_000;

    /** An idle source is looked at less often: each look costs as much as a small transaction. */
    private static final long QUIET_AFTER_NANOS = 1_000_000_000;

    private static final Duration QUIET_PAUSE = Duration.ofMillis(3);

    private static final Duration FULL_PATIENCE = Duration.ofMillis(50);
    /** Limits in bytes are looked at once per so many messages: the sum walks all tables of the batch. */
    private static final int BYTES_CHECK_MASK = 255;
    /** Except after a large row: some hundred of them would be far more than a batch may hold. */
    private static final int LARGE_MESSAGE_BYTES = 64 << 10;

    private final ChangeStream stream;
    private final TransactionReader transactions;
    private final DefinitionFollower definitions;
    private final Rewrites rewrites;
    private final HeldReplay replay;
    private final CatalogCheck check;
    private final UnloggedChanges unlogged;
    private final BatchExchange exchange;
    private final IncrementalSpec spec;
    private final Context context;
    private final ReadPace pace = new ReadPace();
    private long handedOverAt = System.nanoTime();
    private long messageAt = System.nanoTime();
    private long confirmed;
    private long nextConfirmNanos = System.nanoTime();
    private int messages;
    private long bytes;
    /** Whether the batch holds changes of definitions. */
    private boolean defines;

    /**
     * @param applied the writer's durable position
     * @param received is told the stream's position
     * @param backlog tells how far behind the stream is
     */
    record Context(LongSupplier applied, LongConsumer received, Backlog backlog, StopSignal stop, FaultPoints faults) {}

    /** What makes sense of the messages. */
    record Decoding(
            TransactionReader transactions,
            DefinitionFollower definitions,
            Rewrites rewrites,
            HeldReplay replay,
            CatalogCheck check,
            UnloggedChanges unlogged) {}

    StreamReader(
            ChangeStream stream, Decoding decoding, BatchExchange exchange, IncrementalSpec spec, Context context) {
        this.stream = stream;
        this.transactions = decoding.transactions();
        this.definitions = decoding.definitions();
        this.rewrites = decoding.rewrites();
        this.replay = decoding.replay();
        this.check = decoding.check();
        this.unlogged = decoding.unlogged();
        this.exchange = exchange;
        this.spec = spec;
        this.context = context;
        this.confirmed = context.applied().getAsLong();
    }

    void run() throws InterruptedException {
        // A change of definition that comes now was made after everything that is held.
        while (replay.due() && !context.stop().raised()) {
            replayHeld();
        }
        while (!context.stop().raised()) {
            if (full()) {
                handOver(FULL_PATIENCE);
                confirmIfDue();
                continue;
            }
            long begun = System.nanoTime();
            boolean got = stream.next(transactions);
            follow(transactions.takeEvent());
            boolean drained = !got || System.nanoTime() - begun > WAITED_NANOS;
            messages++;
            if (got) {
                messageAt = begun;
            }
            boolean large = transactions.takeMessageBytes() >= LARGE_MESSAGE_BYTES;
            if (!got || large || (messages & BYTES_CHECK_MASK) == 0) {
                bytes = transactions.batch().bytes();
                confirmIfDue();
            }
            if (!transactions.inTransaction()) {
                handOverWhenDue();
                if (replay.due() && transactions.batch().isEmpty()) {
                    replayHeld();
                }
                CatalogCheck.Seen seen = check.due(context.applied().getAsLong());
                if (seen != null && !replay.due() && transactions.batch().isEmpty()) {
                    compare(seen);
                }
            }
            if (drained) {
                pause();
            }
        }
    }

    /**
     * Batches end between transactions as soon as one limit is reached. Inside a transaction there is as much room again, so that only
     * a transaction that is itself too large is cut; otherwise every batch would end inside some transaction and none could commit. One
     * with changes of definitions ends with its transaction: a value that is added to an enum later has to find the type committed.
     */
    private boolean full() {
        if (defines && !transactions.inTransaction() && !transactions.batch().isEmpty()) {
            return true;
        }
        long changes = transactions.batch().changes();
        return transactions.inTransaction()
                ? bytes >= spec.maxBatchBytes() || changes >= 2L * spec.maxBatchRows()
                : bytes >= spec.maxBatchBytes() / 2 || changes >= spec.maxBatchRows();
    }

    private void handOverWhenDue() throws InterruptedException {
        if (!transactions.batch().isEmpty() && exchange.idle() && !grows()) {
            handOver(Duration.ZERO);
        }
    }

    /**
     * Far behind, a batch is given time to grow although the writer is free: many small ones cost both servers more, and nobody notices
     * the delay beside the one there is.
     */
    private boolean grows() {
        long now = System.nanoTime();
        return context.backlog().asksForMore(transactions.batch(), now - handedOverAt, stream.receivedLsn(), now);
    }

    /** Leaves the socket alone for a moment when nothing is lost by it. */
    private void pause() throws InterruptedException {
        long now = System.nanoTime();
        if (exchange.idle()) {
            if (grows()) {
                context.stop().await(GULP_PAUSE);
            } else if (now - messageAt > QUIET_AFTER_NANOS) {
                context.stop().await(QUIET_PAUSE);
            }
        } else if (pace.ahead(now, transactions.batch().changes())) {
            exchange.awaitIdle(GULP_PAUSE);
        }
    }

    private void follow(@Nullable SchemaEvent event) throws InterruptedException {
        if (event == null) {
            return;
        }
        definitions.read(event, transactions.position());
        SchemaEvent whole = rewrites.completed(event).orElse(null);
        if (whole != null) {
            Set<Integer> followed = definitions.typesFollowed(whole);
            RefusedChanges refusals = definitions.refusals();
            refusals.heldBy(whole).forEach(table -> transactions.holdEvent(table, whole, followed));
            refusals.retypedBy(whole).forEach(transactions::holdRetyped);
            refusals.keepingTypesOf(whole).forEach(transactions::holdUnlogged);
            follow(whole, transactions.position(), false);
        }
    }

    /**
     * Everything before the event goes to the writer, then the event itself; nothing is read before the writer has dealt with it. What the
     * destination refuses of some tables waits, and the rest is planned anew.
     *
     * @param replay whether the event was held
     */
    private void follow(SchemaEvent event, TransactionReader.Position at, boolean replay) throws InterruptedException {
        Set<Integer> refused = new HashSet<>();
        DefinitionFollower.Scope scope = new DefinitionFollower.Scope(replay, refused);
        rewrites.unlogged(event, at, scope).forEach(table -> transactions.rewritten(table, at));
        boolean done = false;
        // Ends: each round leaves out at least one more table of the event, or the task stops.
        while (!done && !context.stop().raised()) {
            DefinitionFollower.Plan plan = definitions
                    .plan(event, at, scope, Lsn.max(at.lsn(), context.applied().getAsLong()))
                    .orElse(null);
            done = plan == null || done(plan, scope);
        }
    }

    /** False when the destination has refused something, so that nothing is done yet. */
    private boolean done(DefinitionFollower.Plan plan, DefinitionFollower.Scope scope) throws InterruptedException {
        transactions.batch().define(plan.work());
        Batch defining = transactions.batch();
        while (transactions.batch() == defining && !context.stop().raised()) {
            handOver(FULL_PATIENCE);
            confirmIfDue();
        }
        // Also between transactions: what the destination has done is not durable before what is known of it.
        transactions.batch().begin();
        DefinitionWork.Outcome outcome = await(plan.work().outcome());
        if (outcome == null) {
            return true;
        }
        DefinitionWork.Refused why = outcome.refused();
        if (why == null) {
            defines = true;
            transactions.batch().remember(definitions.done(plan, outcome));
            plan.image().tables().forEach(table -> transactions.defined(table.oid()));
            return true;
        }
        RefusedChanges.Refusal refusal = definitions.refused(plan, why, scope);
        transactions.batch().remember(refusal.known());
        refusal.held().forEach(this::hold);
        scope.refused().addAll(refusal.tables());
        return false;
    }

    /** Rows of a new table that came before its definition follow it. */
    private void hold(int oid, SchemaEvent event) {
        TableStream table = transactions.tables().get(oid);
        if (table != null) {
            transactions.holdEvent(table, event, definitions.typesFollowed(event));
            transactions.defined(oid);
        }
    }

    /** Held changes of tables that can take them again, between the transactions of the stream and when nothing else is under way. */
    private void replayHeld() throws InterruptedException {
        awaitWriter();
        if (context.stop().raised()) {
            return;
        }
        HeldReplay.Pending pending = replay.step(transactions);
        SchemaEvent held =
                pending == null ? null : rewrites.completed(pending.event()).orElse(null);
        if (pending != null && held != null) {
            follow(held, pending.at(), true);
        }
        replay.complete(transactions, pending, context.applied().getAsLong());
        while (!transactions.batch().isEmpty() && !context.stop().raised()) {
            handOver(FULL_PATIENCE);
            confirmIfDue();
        }
        awaitWriter();
        if (!context.stop().raised()) {
            replay.durable();
        }
    }

    /** What the source has changed without telling is followed here, between two transactions; rows are copied where that is not enough. */
    private void compare(CatalogCheck.Seen seen) throws InterruptedException {
        awaitWriter();
        SchemaEvent missed = unlogged.missed(seen);
        if ((missed != null || !unlogged.leftOut().isEmpty()) && !context.stop().raised()) {
            long lsn = seen.picture().moment().insertLsn();
            transactions.batch().begin();
            if (missed != null) {
                follow(missed, new TransactionReader.Position(0, lsn, now()), false);
            }
            // Among them those of which something was refused just now.
            unlogged.leftOut().forEach(transactions::holdUnlogged);
            transactions.batch().commit(context.applied().getAsLong(), 0);
            while (!transactions.batch().isEmpty() && !context.stop().raised()) {
                handOver(FULL_PATIENCE);
                confirmIfDue();
            }
            awaitWriter();
        }
        if (!context.stop().raised()) {
            check.compared();
        }
    }

    private static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private void awaitWriter() throws InterruptedException {
        while (!exchange.idle() && !context.stop().raised()) {
            exchange.awaitIdle(FULL_PATIENCE);
            confirmIfDue();
        }
    }

    /** Null when the run was stopped meanwhile. */
    private DefinitionWork.@Nullable Outcome await(Future<DefinitionWork.Outcome> outcome) throws InterruptedException {
        while (!context.stop().raised()) {
            try {
                return outcome.get(FULL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                confirmIfDue();
            } catch (ExecutionException e) {
                throw new PenstockException(ErrorKind.INTERNAL, "The outcome of a change of definition is unknown.", e);
            }
        }
        return null;
    }

    private void handOver(Duration patience) throws InterruptedException {
        Batch batch = transactions.batch();
        // Once it is handed over, the batch is the writer's.
        long changes = batch.changes();
        if (exchange.offer(batch, patience)) {
            handedOverAt = System.nanoTime();
            pace.handedOver(handedOverAt, changes, exchange.nanosPerChange());
            transactions.take();
            bytes = 0;
            defines &= transactions.inTransaction();
        }
    }

    /**
     * Confirms what is durable, and asks for a keepalive: its position tells how far the log is without anything for us, and is
     * written to the progress so that an idle task holds no log back.
     */
    private void confirmIfDue() throws InterruptedException {
        long now = System.nanoTime();
        if (now - nextConfirmNanos < 0) {
            return;
        }
        nextConfirmNanos = now + CONFIRM_INTERVAL.toNanos();
        advanceWhenIdle();
        long applied = context.applied().getAsLong();
        stream.confirm(applied);
        context.received().accept(stream.receivedLsn());
        if (applied != confirmed) {
            confirmed = applied;
            context.faults().reached(FaultPoint.CONFIRMED);
        }
    }

    private void advanceWhenIdle() throws InterruptedException {
        Batch batch = transactions.batch();
        boolean idle = !transactions.inTransaction() && batch.isEmpty() && batch.complete() && exchange.idle();
        long received = stream.receivedLsn();
        if (idle && Long.compareUnsigned(received, context.applied().getAsLong()) > 0) {
            Batch position = new Batch();
            position.commit(received, 0);
            exchange.offer(position, Duration.ZERO);
        }
    }

    /** After the writer has finished: the slot keeps nothing that is durable. */
    void confirmLast() {
        long applied = Lsn.max(confirmed, context.applied().getAsLong());
        stream.confirm(applied);
    }
}
