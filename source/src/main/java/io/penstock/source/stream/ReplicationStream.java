package io.penstock.source.stream;

import io.penstock.core.stream.ChangeStream;
import io.penstock.core.stream.MessageConsumer;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * The slot read through the streaming replication protocol. One thread reads and confirms, because the driver would let a second one
 * wait while the first is blocked in the socket.
 */
public final class ReplicationStream implements ChangeStream {
    /** The server closes the connection after wal_sender_timeout (60 s); the driver answers by itself this often. */
    private static final int STATUS_INTERVAL_SECONDS = 10;

    /** Room for what the server sends while the reader leaves the socket alone; the kernel may grant less. */
    private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

    private final BaseConnection connection;
    private final PGReplicationStream stream;
    private final PgoutputDecoder decoder = new PgoutputDecoder();
    private final String endpoint;
    private long received;

    private ReplicationStream(BaseConnection connection, PGReplicationStream stream, String endpoint, long from) {
        this.connection = connection;
        this.stream = stream;
        this.endpoint = endpoint;
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
            PGReplicationStream stream = connection
                    .unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    // Otherwise the driver confirms positions by itself that are not durable at the destination.
                    .withAutomaticFlush(false)
                    .withSlotName(query.slot())
                    .withStartPosition(position)
                    .withSlotOption("proto_version", 1)
                    .withSlotOption("publication_names", query.publications())
                    .withStatusInterval(STATUS_INTERVAL_SECONDS, TimeUnit.SECONDS)
                    .start();
            stream.setFlushedLSN(position);
            stream.setAppliedLSN(position);
            return new ReplicationStream(connection, stream, query.endpoint(), from);
        } catch (SQLException e) {
            abort(connection);
            throw SqlErrors.wrap(e, "start reading slot " + query.slot(), query.endpoint());
        }
    }

    @Override
    public boolean next(MessageConsumer consumer) {
        ByteBuffer message;
        try {
            message = stream.readPending();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read the replication stream", endpoint);
        }
        if (message == null) {
            return false;
        }
        decoder.decode(message.array(), message.arrayOffset(), consumer);
        return true;
    }

    boolean betweenTransactions() {
        return decoder.betweenTransactions();
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
            throw SqlErrors.wrap(e, "confirm a position to the slot", endpoint);
        }
    }

    /** Cuts the connection: ending the COPY in order would first read all that the server still wants to send. */
    @Override
    public void close() {
        abort(connection);
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
