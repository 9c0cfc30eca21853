package io.penstock.engine.stream;

import io.penstock.core.change.Batch;
import io.penstock.core.change.DefinitionRecord;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.QuarantineStore;
import io.penstock.core.progress.Held;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.schema.Aligned;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.Picture;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.snapshot.TableSnapshot;
import io.penstock.engine.definition.AheadOfStream;
import io.penstock.engine.definition.SourceModel;
import java.util.List;
import java.util.Map;
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
    private @Nullable Replayed current;
    private boolean settled;
    private @Nullable QualifiedName renamed;

    /** The table being brought forward, and which of its changes the copy holds. */
    private record Replayed(TableProgress record, @Nullable TableSnapshot copied) {
        boolean contains(Held held) {
            return copied != null && copied.contains((int) held.xid(), held.lsn());
        }
    }

    HeldReplay(WaitingTables waiting, QuarantineStore quarantine, SourceModel model, Surprises surprises) {
        this.surprises = surprises;
        this.waiting = waiting;
        this.quarantine = quarantine;
        this.model = model;
    }

    boolean due() {
        return current != null || waiting.anyReady();
    }

    /** A change of definition that is next, to be followed like one of the stream before the piece is {@link #complete}d. */
    record Pending(SchemaEvent event, TransactionReader.Position at, long seq) {}

    /** Puts the next piece into the reader's empty batch; it becomes durable with {@link #complete}. */
    @Nullable
    Pending step(TransactionReader reader) {
        Replayed table = current;
        if (table == null) {
            table = begin(reader.tables());
            current = table;
        }
        if (table == null) {
            return null;
        }
        reader.batch().begin();
        QualifiedName source = stream(reader.tables(), table).mapping().source();
        if (renamed != null) {
            move(renamed, source, table, reader);
            return null;
        }
        List<Held> piece = quarantine.read(source, 0, PIECE);
        long last = 0;
        for (Held held : piece) {
            HeldChange change = HeldChange.of(held);
            if (!table.contains(held) && change.kind() == HeldChange.Kind.DEFINITION) {
                reader.batch().release(source, last);
                return new Pending(
                        reader.eventOf(held.message()),
                        new TransactionReader.Position((int) held.xid(), held.lsn(), 0),
                        held.seq());
            }
            if (change.kind() == HeldChange.Kind.DESCRIPTION) {
                stream(reader.tables(), table).described(RelationText.read(held.message()));
            } else if (!table.contains(held)) {
                String mismatch = stream(reader.tables(), table).mismatch();
                if (mismatch != null) {
                    reader.batch().release(source, last);
                    copyAgain(table, reader, held, mismatch);
                    return null;
                }
                reader.replay(stream(reader.tables(), table), change, held.message());
            }
            last = held.seq();
        }
        reader.batch().release(source, last);
        if (piece.size() < PIECE) {
            finish(table, reader);
        }
        return null;
    }

    /** What was held before the table was renamed is moved to its name of today. */
    private void move(QualifiedName old, QualifiedName now, Replayed table, TransactionReader reader) {
        renamed = null;
        reader.batch()
                .remember(new DefinitionRecord(
                        new DefinitionModel(List.of(), List.of(), List.of(), names()),
                        List.of(),
                        List.of(),
                        Map.of(old, table.record().mapping().withSource(now)),
                        List.of()));
    }

    /** Its definition was changed once more, and again nobody told; what is left waits for the next copy. */
    private void copyAgain(Replayed table, TransactionReader reader, Held next, String how) {
        TableStream stream = stream(reader.tables(), table);
        stream.replay(false);
        reader.batch()
                .remember(surprises.changed(
                        stream, new TransactionReader.Position((int) next.xid(), next.lsn(), 0), how));
        current = null;
        settled = true;
    }

    /** To be told when the last piece is durable. */
    void durable() {
        if (settled) {
            settled = false;
            waiting.settled();
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
            if (stream(reader.tables(), table).replaying()) {
                batch.release(stream(reader.tables(), table).mapping().source(), followed.seq());
            } else {
                // Refused again: it and what follows stay where they are.
                current = null;
                settled = true;
            }
        }
        batch.commit(applied, 0);
    }

    private @Nullable Replayed begin(StreamTables tables) {
        WaitingTables.Ready ready = waiting.takeReady();
        if (ready == null) {
            return null;
        }
        TableProgress record = ready.table();
        Picture definitions = ready.definitions();
        if (definitions != null) {
            adopt(definitions, tables.ahead());
        }
        String text = record.snapshot();
        TableSnapshot copied = text == null ? null : TableSnapshot.parse(text, record.insertLsn());
        TableStream held = tables.get(record.mapping().sourceOid());
        TableStream stream = held == null ? new TableStream(record) : held.withMapping(record.mapping());
        renamed =
                held == null || held.mapping().source().equals(record.mapping().source())
                        ? null
                        : held.mapping().source();
        stream.replay(true);
        tables.put(record.mapping().sourceOid(), stream);
        return new Replayed(record, copied);
    }

    /** What the copy was made with may be ahead of the stream. */
    private void adopt(Picture picture, AheadOfStream ahead) {
        Catalog now = picture.catalog();
        now.types().forEach(t -> ahead.put(new Aligned(ObjectKind.TYPE, t.oid(), picture.moment())));
        now.sequences().forEach(s -> ahead.put(new Aligned(ObjectKind.SEQUENCE, s.oid(), picture.moment())));
        model.put(new DefinitionModel(now.tables(), now.types(), now.sequences(), model.names()));
    }

    /** Looked up each time: a change of definition puts another in its place. */
    private static TableStream stream(StreamTables tables, Replayed table) {
        TableStream stream = tables.get(table.record().mapping().sourceOid());
        if (stream == null) {
            throw new IllegalStateException(
                    "not followed: " + table.record().mapping().source());
        }
        return stream;
    }

    private void finish(Replayed table, TransactionReader reader) {
        TableStream stream = stream(reader.tables(), table);
        stream.release(table.copied());
        TableProgress done = table.record().withMapping(stream.mapping()).withState(TableState.READY);
        reader.batch()
                .remember(new DefinitionRecord(
                        new DefinitionModel(List.of(), List.of(), List.of(), names()),
                        List.of(),
                        List.of(done),
                        Map.of(),
                        List.of()));
        current = null;
        settled = true;
        log.info("table goes on table={}", done.mapping().source());
    }

    private DestinationNames names() {
        return model.names();
    }
}
