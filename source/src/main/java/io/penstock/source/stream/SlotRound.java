package io.penstock.source.stream;

import io.penstock.core.lsn.Lsn;
import io.penstock.core.stream.MessageConsumer;
import io.penstock.postgres.error.SqlErrors;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;

/**
 * One round of reading the slot through SQL: whole transactions from the slot's confirmed position on, until at least so many messages
 * are out. The server decodes all of them before it sends the first, but then sends in bulk, where the walsender makes a system call
 * and a wake-up of every message. One thread.
 */
final class SlotRound {
    /** Signature, flags and length of the extension (PostgreSQL documentation, COPY, "Binary Format"). */
    private static final int HEADER_BYTES = 19;

    /** Number of fields and length of the only one. */
    private static final int ROW_HEADER_BYTES = 6;

    private final CopyOut copy;
    private final PgoutputDecoder decoder;
    private final String endpoint;
    private byte @Nullable [] first;
    private boolean headerRead;
    private long messages;
    private long bytes;
    private long end;

    private SlotRound(CopyOut copy, byte @Nullable [] first, PgoutputDecoder decoder, String endpoint) {
        this.copy = copy;
        this.first = first;
        this.decoder = decoder;
        this.endpoint = endpoint;
    }

    /**
     * How much of the slot is wanted.
     *
     * @param messages how many messages are enough; the transaction that brings them is completed
     * @param upTo position in the log that is enough
     * @param whole whether the log ended there
     */
    record Bounds(long messages, long upTo, boolean whole) {}

    /**
     * Returns when the server has decoded the whole round; until then nothing was handed over. It ends when either
     * bound is reached (PostgreSQL documentation, "Replication Management Functions").
     */
    static SlotRound begin(BaseConnection connection, SlotQuery query, Bounds bounds, PgoutputDecoder decoder)
            throws SQLException {
        String sql = """
                copy (select data from pg_logical_slot_peek_binary_changes('%s', '%s', %d, 'proto_version', '1',
                                                                           'publication_names', '%s'))
                to stdout (format binary)""".formatted(query.slot(), Lsn.format(bounds.upTo()), bounds.messages(), query.publications());
        CopyOut copy = connection.getCopyAPI().copyOut(sql);
        return new SlotRound(copy, copy.readFromCopy(), decoder, query.endpoint());
    }

    /** Hands over the next message; false at the end of the round. */
    boolean next(MessageConsumer consumer) {
        byte @Nullable [] row = first != null ? first : read();
        first = null;
        if (row == null) {
            return false;
        }
        int at = headerRead ? 0 : HEADER_BYTES;
        headerRead = true;
        // The trailer is the number of fields -1.
        if (row.length - at < ROW_HEADER_BYTES) {
            return next(consumer);
        }
        int message = at + ROW_HEADER_BYTES;
        messages++;
        bytes += row.length - message;
        decoder.decode(row, message, consumer);
        end = Lsn.max(end, decoder.committedEnd());
        return true;
    }

    private byte @Nullable [] read() {
        try {
            return copy.isActive() ? copy.readFromCopy() : null;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read the slot in rounds", endpoint);
        }
    }

    long messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }

    /** Position behind the last transaction, 0 when there was none. */
    long end() {
        return end;
    }
}
