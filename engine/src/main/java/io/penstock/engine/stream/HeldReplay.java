package io.penstock.engine.stream;

import io.penstock.core.change.Batch;
import io.penstock.core.change.DefinitionRecord;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.QuarantineStore;
import io.penstock.core.progress.Held;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.snapshot.TableSnapshot;
import io.penstock.engine.definition.SourceModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies what was held of a table that can take changes again, piece by piece between the transactions of the stream, so that the other
 * tables go on. Runs in the reader's thread, only while nothing that was read is still to be written.
 */
final class HeldReplay {
    private static final Logger log = LoggerFactory.getLogger(HeldReplay.class);
    /** Changes in one piece: about as long as a batch takes. */
    private static final int PIECE = 20_000;

    private final WaitingTables waiting;
    private final QuarantineStore quarantine;
    private final SourceModel model;
    private final Surprises surprises;
    private final DestinationSchema schema;
    /** Those that can be brought forward, in the order in which they shall. */
    private final List<Candidate> candidates = new ArrayList<>();

    private @Nullable Replayed current;
    private WaitingTables.@Nullable Ready settled;
    private boolean released;
    /** To be asked for when it is durable that the table waits for it. */
    private WaitingTables.@Nullable Copy next;

    /** The table being brought forward, and which of its changes the copy holds. */
    private record Replayed(
            WaitingTables.Ready ready, @Nullable TableSnapshot copied) {
        boolean contains(Held held) {
            return copied != null && copied.contains((int) held.xid(), held.lsn());
        }

        int oid() {
            return ready.table().mapping().sourceOid();
        }
    }

    /**
     * A table that can be brought forward.
     *
     * @param lsn position of the first change that is held of it
     * @param depth how many tables stand above it
     */
    private record Candidate(WaitingTables.Ready ready, long lsn, int depth) {
        int oid() {
            return ready.table().mapping().sourceOid();
        }
    }

    HeldReplay(
            WaitingTables waiting,
            QuarantineStore quarantine,
            SourceModel model,
            Surprises surprises,
            DestinationSchema schema) {
        this.schema = schema;
        this.surprises = surprises;
        this.waiting = waiting;
        this.quarantine = quarantine;
        this.model = model;
    }

    boolean due() {
        return current != null || !candidates.isEmpty() || waiting.anyReady();
    }

    /** A change of definition that is next, to be followed like one of the stream before the piece is {@link #complete}d. */
    record Pending(SchemaEvent event, TransactionReader.Position at, long seq) {}

    /** Puts the next piece into the reader's empty batch; it becomes durable with {@link #complete}. */
    @Nullable
    Pending step(TransactionReader reader) {
        Replayed table = current;
        if (table != null && reader.tables().get(table.oid()) == null) {
            // It was dropped after its last piece.
            current = null;
            waiting.settled(table.ready());
            return null;
        }
        if (table == null) {
            table = begin(reader.tables());
            current = table;
        }
        if (table == null) {
            return null;
        }
        reader.batch().begin();
        TableStream begun = stream(reader.tables(), table);
        if (waiting.mustCopyAgain(table.oid()) && !begun.awaitsCopy()) {
            copyAgain(begun, reader);
        }
        QualifiedName source = begun.mapping().source();
        List<Held> piece = quarantine.read(source, 0, PIECE);
        long last = 0;
        for (Held held : piece) {
            HeldChange change = HeldChange.of(held);
            if (change.kind() == HeldChange.Kind.DEFINITION) {
                reader.batch().release(source, last);
                SchemaEvent event = reader.eventOf(held.message());
                if (awaitsName(table, event, reader.tables())) {
                    postpone(table, held, reader.tables());
                    return null;
                }
                return new Pending(event, new TransactionReader.Position((int) held.xid(), held.lsn(), 0), held.seq());
            }
            TableStream stream = stream(reader.tables(), table);
            if (change.kind() == HeldChange.Kind.UNLOGGED) {
                // The look comes when the table goes on, or has been refused again.
                surprises.mended();
            } else if (change.kind() == HeldChange.Kind.DESCRIPTION) {
                stream.described(RelationText.read(held.message()));
            } else if (change.ofRows() && !stream.awaitsCopy() && !table.contains(held)) {
                replay(stream, held, change, reader);
            }
            last = held.seq();
        }
        reader.batch().release(source, last);
        if (piece.isEmpty() || last >= stream(reader.tables(), table).lastSeq()) {
            finish(table, reader);
        }
        return null;
    }

    /** Whether the event gives the table a name that one has which can go on too, and loses it before. */
    private boolean awaitsName(Replayed table, SchemaEvent event, StreamTables tables) {
        takeReady();
        return event.image().tables().stream()
                .filter(t -> t.oid() == table.oid())
                .anyMatch(t -> candidates.stream()
                        .filter(c -> c.oid() != table.oid())
                        .flatMap(c -> Optional.ofNullable(tables.get(c.oid())).stream())
                        .anyMatch(other ->
                                other.queues() && other.mapping().source().equals(t.name())));
    }

    /**
     * What is left of the table comes after what the others did before it. Ends: of all that is held, what the source did first waits for
     * nothing.
     */
    private void postpone(Replayed table, Held next, StreamTables tables) {
        stream(tables, table).replay(false);
        candidates.add(new Candidate(table.ready(), next.lsn(), depth(table.oid())));
        sortCandidates();
        current = null;
    }

    private void replay(TableStream stream, Held held, HeldChange change, TransactionReader reader) {
        String mismatch = stream.mismatch();
        if (mismatch == null) {
            reader.replay(stream, change, held.message());
        } else {
            TransactionReader.Position at = new TransactionReader.Position((int) held.xid(), held.lsn(), 0);
            reader.batch().remember(surprises.changed(stream, at, mismatch));
        }
    }

    /** What is held of its rows is worth nothing from here on. That must be known before the first of them is gone. */
    private void copyAgain(TableStream stream, TransactionReader reader) {
        stream.awaitCopy(true);
        reader.batch()
                .remember(record(TableProgress.waiting(stream.mapping(), -1).withState(TableState.COPYING)));
    }

    private DefinitionRecord record(TableProgress table) {
        return new DefinitionRecord(
                new DefinitionModel(List.of(), List.of(), List.of(), model.names()),
                List.of(),
                List.of(table),
                Map.of(),
                List.of());
    }

    /** To be told when the last piece is durable. */
    void durable() {
        WaitingTables.Copy wanted = next;
        next = null;
        if (wanted != null) {
            waiting.copy(wanted);
        }
        WaitingTables.Ready done = settled;
        settled = null;
        if (done != null && released) {
            // Whoever wants to change the table now comes after everything that was held.
            waiting.takeAgain(done.table().mapping().sourceOid());
        }
        released = false;
        if (done != null) {
            waiting.settled(done);
        }
    }

    /**
     * Ends the piece.
     *
     * @param followed the change of definition that was followed, null when there was none
     * @param applied everything before it is durable already
     */
    void complete(TransactionReader reader, @Nullable Pending followed, long applied) {
        Replayed table = current;
        Batch batch = reader.batch();
        if (followed != null && table != null) {
            TableStream stream = reader.tables().get(table.oid());
            if (stream != null && stream.replaying()) {
                batch.release(stream.mapping().source(), followed.seq());
            } else {
                // Refused again: it and what follows stay where they are. Or the table has left.
                current = null;
                settled = table.ready();
            }
        }
        batch.commit(applied, 0);
    }

    private @Nullable Replayed begin(StreamTables tables) {
        WaitingTables.Ready ready = takeFirst();
        if (ready == null) {
            return null;
        }
        TableProgress record = ready.table();
        TableStream stream = tables.get(record.mapping().sourceOid());
        if (stream == null || !stream.held()) {
            // It was dropped meanwhile.
            waiting.settled(ready);
            return null;
        }
        stream.replay(true);
        if (ready.copied()) {
            stream.awaitCopy(false);
        }
        if (!ready.copied() && !stream.awaitsCopy() && !fits(stream.mapping())) {
            stream.requireCopyable();
            waiting.copyAgain(stream.mapping().sourceOid(), false);
        }
        String text = record.snapshot();
        return new Replayed(ready, text == null ? null : TableSnapshot.parse(text, record.insertLsn()));
    }

    /** Tables go on in the order in which they began to wait, and each after those that it is a part of. */
    private WaitingTables.@Nullable Ready takeFirst() {
        takeReady();
        return candidates.isEmpty() ? null : candidates.remove(0).ready();
    }

    private void takeReady() {
        WaitingTables.Ready next = waiting.takeReady();
        boolean more = next != null;
        while (next != null) {
            QualifiedName source = next.table().mapping().source();
            long lsn = quarantine.read(source, 0, 1).stream()
                    .mapToLong(Held::lsn)
                    .findFirst()
                    .orElse(0);
            candidates.add(new Candidate(next, lsn, depth(next.table().mapping().sourceOid())));
            next = waiting.takeReady();
        }
        if (more) {
            sortCandidates();
        }
    }

    private void sortCandidates() {
        candidates.sort(Comparator.<Candidate>comparingLong(c -> c.lsn() + Long.MIN_VALUE)
                .thenComparingInt(Candidate::depth)
                .thenComparingInt(c -> c.oid() + Integer.MIN_VALUE));
    }

    private int depth(int oid) {
        return model.table(oid).stream()
                .flatMap(t -> t.parents().stream())
                .mapToInt(parent ->
                        1 + model.table(parent).map(p -> depth(p.oid())).orElse(0))
                .max()
                .orElse(0);
    }

    /**
     * A person, or a table above it, has changed columns meanwhile, or others their type: rows that are held do not go in there, and values
     * are not known.
     */
    private boolean fits(TableMapping mapping) {
        List<TableMapping.MappedColumn> columns = mapping.holdsRows() ? mapping.writtenColumns() : List.of();
        if (columns.isEmpty()) {
            return true;
        }
        if (quarantine.holds(mapping.source(), HeldChange.RETYPED.code())) {
            return false;
        }
        DestinationTable there = schema.table(mapping.destination()).orElse(null);
        return there != null
                && columns.stream().allMatch(c -> there.column(c.destinationName())
                        .filter(d -> d.type().equals(c.type()))
                        .isPresent());
    }

    /** Looked up each time: a change of definition puts another in its place. */
    private static TableStream stream(StreamTables tables, Replayed table) {
        TableStream stream = tables.get(table.oid());
        if (stream == null) {
            throw new IllegalStateException(
                    "not followed: " + table.ready().table().mapping().source());
        }
        return stream;
    }

    private void finish(Replayed table, TransactionReader reader) {
        TableStream stream = stream(reader.tables(), table);
        current = null;
        settled = table.ready();
        if (stream.awaitsCopy() || waiting.mustCopyAgain(table.oid())) {
            copyAgain(stream, reader);
            stream.replay(false);
            // An earlier run whose copy had begun may have died after it published the table, before it knew that
            // whoever wrote to it before had ended.
            next = new WaitingTables.Copy(table.oid(), 0, table.ready().table().state() == TableState.COPYING);
            return;
        }
        stream.release(table.copied());
        released = true;
        reader.defined(table.oid());
        TableProgress done = table.ready().table().withMapping(stream.mapping()).withState(TableState.READY);
        reader.batch().remember(record(done));
        log.info("table goes on table={}", done.mapping().source());
    }
}
