package io.penstock.source.stream;

import io.penstock.core.relation.TupleFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that the server sends while they are still open, because they outgrow its logical_decoding_work_mem: otherwise it would
 * write them to its disk and read them again (pgoutput's protocol version 2; PostgreSQL documentation, "Streaming of Large Transactions
 * for Logical Decoding" and "Logical Replication Message Formats"). Their messages wait in files; at the commit they come out as those of
 * any other transaction, in the order of commits. What savepoints take back is taken out. One thread.
 */
final class StreamedTransactions implements AutoCloseable {
    /** Kind and transaction, which every message inside of a streamed block begins with. */
    private static final int BLOCK_HEADER_BYTES = 5;

    private static final int BEGIN_BYTES = 1 + 8 + 8 + 4;

    private final Path folder;
    private final Map<Integer, Open> open = new HashMap<>();
    /** The transaction of the block that is being received. */
    private @Nullable Open current;
    /** What comes out now: the spool between its two ends. */
    private @Nullable Committed committed;

    /** @param folder for the files */
    StreamedTransactions(Path folder) {
        this.folder = folder;
    }

    /** One that is not committed yet. */
    private static final class Open implements AutoCloseable {
        /** Where the first message of each subtransaction is. */
        private final Map<Integer, Long> begins = new HashMap<>();

        private final int xid;
        private @Nullable TransactionSpool spool;

        Open(int xid) {
            this.xid = xid;
        }

        void keep(int subtransaction, byte[] message, int from, Path folder) throws IOException {
            TransactionSpool file = spool;
            if (file == null) {
                file = TransactionSpool.in(folder);
                spool = file;
            }
            if (subtransaction != xid) {
                begins.putIfAbsent(subtransaction, file.length());
            }
            file.append(message[from], message, from + BLOCK_HEADER_BYTES);
        }

        /** Whatever came after its first message is of this subtransaction or of one inside of it. */
        void takeBack(int subtransaction) throws IOException {
            Long begin = begins.get(subtransaction);
            TransactionSpool file = spool;
            if (begin != null && file != null) {
                file.truncate(begin);
                begins.values().removeIf(place -> place >= begin);
            }
        }

        @Override
        public void close() throws IOException {
            TransactionSpool file = spool;
            if (file != null) {
                file.close();
            }
        }
    }

    private static final class Committed {
        private final @Nullable TransactionSpool spool;
        private final byte[] commit;
        private byte @Nullable [] begin;

        Committed(byte[] begin, @Nullable TransactionSpool spool, byte[] commit) {
            this.begin = begin;
            this.spool = spool;
            this.commit = commit;
        }
    }

    /**
     * Looks at a message of the stream, which fills the array from a place on.
     *
     * @return whether it is dealt with; after a commit, what it has committed is to be had from {@link #next}
     */
    boolean takes(byte[] message, int from) throws IOException {
        switch (message[from]) {
            case 'S' -> start(int32(message, from + 1));
            case 'E' -> current = null;
            case 'c' -> commit(ByteBuffer.wrap(message, from + 1, length(message, from, 30) - 1));
            case 'A' -> abort(int32(message, from + 1), int32(message, from + 5));
            default -> {
                Open block = current;
                if (block == null) {
                    return false;
                }
                keep(block, message, from);
            }
        }
        return true;
    }

    private void start(int xid) {
        if (current != null) {
            throw PgoutputDecoder.broken("streamed block inside of another");
        }
        current = open.computeIfAbsent(xid, Open::new);
    }

    private void keep(Open block, byte[] message, int from) throws IOException {
        switch (message[from]) {
            case 'R', 'I', 'U', 'D', 'T' -> block.keep(int32(message, from + 1), message, from, folder);
            case 'Y', 'O' -> {
                // As outside of blocks: they change nothing of what has to be done.
            }
            default ->
                throw PgoutputDecoder.broken(
                        "message of unknown kind '" + (char) message[from] + "' in a streamed block");
        }
    }

    private void abort(int xid, int subtransaction) throws IOException {
        Open aborted = open.get(xid);
        if (aborted == null) {
            return;
        }
        if (subtransaction != xid) {
            aborted.takeBack(subtransaction);
        } else {
            open.remove(xid);
            aborted.close();
        }
    }

    /** Its ends are made of the same fields as those of other transactions. */
    private void commit(ByteBuffer fields) throws IOException {
        int xid = fields.getInt();
        byte flags = fields.get();
        long commitLsn = fields.getLong();
        long endLsn = fields.getLong();
        long time = fields.getLong();
        Open done = open.remove(xid);
        if (done == null || current != null) {
            throw PgoutputDecoder.broken("commit of a transaction that was not streamed");
        }
        ByteBuffer begin = ByteBuffer.allocate(BEGIN_BYTES);
        begin.put((byte) 'B').putLong(commitLsn).putLong(time).putInt(xid);
        ByteBuffer commit = ByteBuffer.allocate(1 + 1 + 8 + 8 + 8);
        commit.put((byte) 'C').put(flags).putLong(commitLsn).putLong(endLsn).putLong(time);
        TransactionSpool spool = done.spool;
        if (spool != null) {
            spool.rewind();
        }
        committed = new Committed(begin.array(), spool, commit.array());
    }

    /** The next message of a transaction that was committed, whole and in an array of its own; null when there is none. */
    byte @Nullable [] next() throws IOException {
        Committed out = committed;
        if (out == null) {
            return null;
        }
        byte[] begin = out.begin;
        if (begin != null) {
            out.begin = null;
            return begin;
        }
        TransactionSpool spool = out.spool;
        byte[] message = spool == null ? null : spool.next();
        if (message != null) {
            return message;
        }
        committed = null;
        if (spool != null) {
            spool.close();
        }
        return out.commit;
    }

    /** Whether the server is sending messages of an open transaction. */
    boolean inBlock() {
        return current != null;
    }

    /** Whether nothing waits, so that nothing would have to be sent again. */
    boolean isEmpty() {
        return open.isEmpty() && committed == null;
    }

    private static int int32(byte[] message, int at) {
        length(message, at, 4);
        return TupleFormat.int32(message, at);
    }

    /** Length of the rest of the message, which must hold so many bytes. */
    private static int length(byte[] message, int from, int atLeast) {
        if (message.length - from < atLeast) {
            throw PgoutputDecoder.broken("message that ends too early");
        }
        return message.length - from;
    }

    @Override
    public void close() throws IOException {
        Committed out = committed;
        committed = null;
        if (out != null && out.spool != null) {
            out.spool.close();
        }
        for (Open left : open.values()) {
            left.close();
        }
        open.clear();
    }
}
