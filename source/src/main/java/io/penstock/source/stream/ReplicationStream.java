package io.penstock.source.stream;

import io.penstock.core.stream.ChangeStream;
import io.penstock.core.stream.MessageConsumer;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.postgresql.replication.fluent.logical.ChainedLogicalStreamBuilder;

/**
 * The slot read through the streaming replication protocol. One thread reads and confirms, because the driver would let a second one
 * wait while the first is blocked in the socket. Large transactions may come in pieces while they are open; they are handed over when they
 * are committed.
 */
public final class ReplicationStream implements ChangeStream {
    /** The server closes the connection after wal_sender_timeout (60 s); the driver answers by itself this often. */
    private static final int STATUS_INTERVAL_SECONDS = 10;

    /** Room for what the server sends while the reader leaves the socket alone; the kernel may grant less. */
    private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

    /** PostgreSQL 14 can do it too, but was the first that did. */
    private static final int STREAMS_OPEN_TRANSACTIONS = 150_000;

    private static final Duration GULP_PAUSE = Duration.ofMillis(5);

    private final BaseConnection connection;
    private final PGReplicationStream stream;
    private final PgoutputDecoder decoder = new PgoutputDecoder();
    private final StreamedTransactions streamed;
    private final SlotQuery query;
    private long received;

    private ReplicationStream(BaseConnection connection, PGReplicationStream stream, SlotQuery query, long from) {
        this.connection = connection;
        this.stream = stream;
        this.query = query;
        this.streamed = query.spool().transactions();
        this.received = from;
    }

    /**
     * Starts reading.
     *
     * @param from position up to which everything is applied
     */
    public static ReplicationStream start(PgConnector connector, SlotQuery query, long from) {
        BaseConnection connection =
                connector.openReplication(SessionSettings.source().withReceiveBuffer(RECEIVE_BUFFER_BYTES));
        try {
            LogSequenceNumber position = LogSequenceNumber.valueOf(from);
            boolean open = query.spool().usable() && connection.haveMinimumServerVersion(STREAMS_OPEN_TRANSACTIONS);
            ChainedLogicalStreamBuilder builder = connection
                    .unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    // Otherwise the driver confirms positions by itself that are not durable at the destination.
                    .withAutomaticFlush(false)
                    .withSlotName(query.slot())
                    .withStartPosition(position)
                    .withSlotOption("proto_version", open ? 2 : 1)
                    .withSlotOption("publication_names", query.publications())
                    .withStatusInterval(STATUS_INTERVAL_SECONDS, TimeUnit.SECONDS);
            if (open) {
                builder.withSlotOption("streaming", "on");
            }
            PGReplicationStream stream = builder.start();
            stream.setFlushedLSN(position);
            stream.setAppliedLSN(position);
            return new ReplicationStream(connection, stream, query, from);
        } catch (SQLException e) {
            abort(connection);
            throw SqlErrors.wrap(e, "start reading slot " + query.slot(), query.endpoint());
        }
    }

    @Override
    public boolean next(MessageConsumer consumer) {
        try {
            if (handOverCommitted(consumer)) {
                return true;
            }
            ByteBuffer message = stream.readPending();
            if (message == null) {
                if (streamed.inBlock()) {
                    // Nobody waits for what is not committed, and a server that is read late sends in bulk.
                    LockSupport.parkNanos(GULP_PAUSE.toNanos());
                }
                return false;
            }
            if (!streamed.takes(message.array(), message.arrayOffset())) {
                decoder.decode(message.array(), message.arrayOffset(), consumer);
            } else {
                // Its begin, so that nobody takes the position of its commit for one between transactions.
                handOverCommitted(consumer);
            }
            return true;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read the replication stream", query.endpoint());
        } catch (IOException e) {
            throw query.spool().failed(e);
        }
    }

    private boolean handOverCommitted(MessageConsumer consumer) throws IOException {
        byte[] message = streamed.next();
        if (message == null) {
            return false;
        }
        decoder.decode(message, 0, consumer);
        return true;
    }

    boolean betweenTransactions() {
        return decoder.betweenTransactions() && streamed.isEmpty();
    }

    @Override
    public long receivedLsn() {
        long now = stream.getLastReceiveLSN().asLong();
        // The driver's position steps back when a transaction that began early is delivered late.
        if (Long.compareUnsigned(now, received) > 0) {
            received = now;
        }
        return received;
    }

    @Override
    public void confirm(long lsn) {
        LogSequenceNumber position = LogSequenceNumber.valueOf(lsn);
        stream.setFlushedLSN(position);
        stream.setAppliedLSN(position);
        try {
            stream.forceUpdateStatus();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "confirm a position to the slot", query.endpoint());
        }
    }

    /** Cuts the connection: ending the COPY in order would first read all that the server still wants to send. */
    @Override
    public void close() {
        abort(connection);
        try {
            streamed.close();
        } catch (IOException e) {
            // Nobody reads the files any more.
            return;
        }
    }

    static void abort(BaseConnection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // The connection is gone, which is what was wanted.
            return;
        }
    }
}
