package io.penstock.source.stream;

import io.penstock.core.change.OldTuple;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.Relation;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.relation.TupleFormat;
import io.penstock.core.stream.MessageConsumer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the messages of the pgoutput plugin apart (protocol version 1; PostgreSQL documentation, "Logical Replication Message
 * Formats"). Tuples are checked and left where they are. One thread.
 */
public final class PgoutputDecoder {
    /** Microseconds from 1970-01-01 to 2000-01-01, PostgreSQL's epoch. */
    private static final long EPOCH_MICROS = 946_684_800_000_000L;

    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private boolean inTransaction;
    private long committedEnd;

    /** Decodes one message, which begins at {@code from} and fills the array to its end. */
    public void decode(byte[] message, int from, MessageConsumer consumer) {
        bytes = message;
        at = from;
        end = message.length;
        byte kind = int8();
        switch (kind) {
            case 'B' -> begin(consumer);
            case 'C' -> commit(consumer);
            case 'R' -> consumer.relation(relation());
            case 'I' -> insert(consumer);
            case 'U' -> update(consumer);
            case 'D' -> delete(consumer);
            case 'T' -> truncate(consumer);
            case 'Y', 'O' -> {
                // Names of types, which the catalog gave us already, and of the origin of a transaction that came to
                // the source by
                // replication: neither changes what has to be done.
            }
            default -> throw broken("message of unknown kind '" + (char) kind + "'");
        }
    }

    /** Whether the last message ended a transaction, or none came yet. */
    boolean betweenTransactions() {
        return !inTransaction;
    }

    /** Position behind the last transaction that was decoded whole; 0 when none was. */
    long committedEnd() {
        return committedEnd;
    }

    private void begin(MessageConsumer consumer) {
        inTransaction = true;
        consumer.begin(int64(), int64() + EPOCH_MICROS, int32());
    }

    private void commit(MessageConsumer consumer) {
        int8();
        int64();
        inTransaction = false;
        committedEnd = int64();
        consumer.commit(committedEnd, int64() + EPOCH_MICROS);
    }

    private Relation relation() {
        int oid = int32();
        String schema = string();
        QualifiedName name = new QualifiedName(schema.isEmpty() ? "pg_catalog" : schema, string());
        ReplicaIdentity identity = ReplicaIdentity.of((char) int8());
        int count = int16();
        List<Relation.Column> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boolean key = (int8() & 1) != 0;
            columns.add(new Relation.Column(string(), key, int32(), int32()));
        }
        return new Relation(oid, name, identity, columns);
    }

    private void insert(MessageConsumer consumer) {
        int relation = int32();
        expect('N');
        consumer.insert(relation, bytes, tuple());
    }

    private void update(MessageConsumer consumer) {
        int relation = int32();
        OldTuple kind = oldTupleKind();
        int old = kind == OldTuple.NONE ? 0 : tuple();
        if (kind != OldTuple.NONE) {
            expect('N');
        }
        consumer.update(relation, kind, bytes, old, tuple());
    }

    private void delete(MessageConsumer consumer) {
        int relation = int32();
        OldTuple kind = oldTupleKind();
        if (kind == OldTuple.NONE) {
            throw broken("DELETE without an old row");
        }
        consumer.delete(relation, kind, bytes, tuple());
    }

    /** Reads the marker before a tuple: K or O before an old one, N before the new one. */
    private OldTuple oldTupleKind() {
        byte marker = int8();
        return switch (marker) {
            case 'K' -> OldTuple.KEY;
            case 'O' -> OldTuple.FULL;
            case 'N' -> OldTuple.NONE;
            default -> throw broken("tuple marker '" + (char) marker + "'");
        };
    }

    private void truncate(MessageConsumer consumer) {
        int count = int32();
        int options = int8();
        if (count < 0 || count > (end - at) / 4) {
            throw broken("TRUNCATE of " + count + " relations");
        }
        int[] relations = new int[count];
        for (int i = 0; i < count; i++) {
            relations[i] = int32();
        }
        consumer.truncate(relations, (options & 2) != 0);
    }

    /** Walks over one tuple, checking every length, and returns where it began. */
    private int tuple() {
        int begin = at;
        for (int left = int16(); left > 0; left--) {
            byte kind = int8();
            if (kind == TupleFormat.TEXT) {
                int length = int32();
                require(length >= 0 && length <= end - at);
                at += length;
            } else if (kind != TupleFormat.NULL && kind != TupleFormat.UNCHANGED) {
                throw broken("column of unknown kind '" + (char) kind + "'");
            }
        }
        return begin;
    }

    private void expect(char marker) {
        if (int8() != marker) {
            throw broken("tuple without the marker '" + marker + "'");
        }
    }

    private byte int8() {
        require(at < end);
        return bytes[at++];
    }

    private int int16() {
        require(end - at >= 2);
        int value = (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
        at += 2;
        return value;
    }

    private int int32() {
        require(end - at >= 4);
        int value = TupleFormat.int32(bytes, at);
        at += 4;
        return value;
    }

    private long int64() {
        return (long) int32() << 32 | int32() & 0xFFFFFFFFL;
    }

    private String string() {
        int begin = at;
        while (int8() != 0) {
            // up to the terminating zero
        }
        return new String(bytes, begin, at - 1 - begin, StandardCharsets.UTF_8);
    }

    private void require(boolean enough) {
        if (!enough) {
            throw broken("message that ends too early");
        }
    }

    static PenstockException broken(String what) {
        return new PenstockException(
                ErrorKind.PROTOCOL,
                "The replication stream brought a " + what
                        + ". Nothing of it was applied. Is something other than the server between"
                        + " Penstock and the source?");
    }
}
