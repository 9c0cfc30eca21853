package io.penstock.bench.stage;

import io.penstock.bench.database.Session;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Messages of a slot in a file, in the binary format of COPY (PostgreSQL documentation, COPY, "Binary Format"): a header, then rows of
 * one column. One thread.
 */
public final class CapturedMessages implements AutoCloseable {
    private static final int HEADER_BYTES = 19;
    private static final int COMMIT_END_AT = 10;
    private static final int BUFFER_BYTES = 1 << 20;

    private final DataInputStream input;

    public CapturedMessages(Path file) {
        try {
            input = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
            input.skipNBytes(HEADER_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes what the slot would send into a file; the slot stays where it is. */
    public static void capture(Session session, String slot, String publication, Path file) {
        String sql = """
                copy (select data from pg_logical_slot_peek_binary_changes('%s', null, null,
                  'proto_version', '1', 'publication_names', '%s')) to stdout (format binary)""".formatted(slot, publication);
        try (OutputStream output = Files.newOutputStream(file)) {
            session.connection().unwrap(PGConnection.class).getCopyAPI().copyOut(sql, output);
        } catch (SQLException e) {
            throw Session.failed(sql, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next message, or null at the end. */
    public byte @Nullable [] next() {
        try {
            if (input.readShort() < 0) {
                return null;
            }
            byte[] message = new byte[input.readInt()];
            input.readFully(message);
            return message;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static boolean isCommit(byte[] message) {
        return message[0] == 'C';
    }

    /** Position behind the transaction. */
    public static long commitEnd(byte[] message) {
        return ByteBuffer.wrap(message).getLong(COMMIT_END_AT);
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
