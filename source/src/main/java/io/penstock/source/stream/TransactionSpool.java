package io.penstock.source.stream;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one transaction, written one after the other and then read in this order. They are kept in a temporary file of no more than
 * the user's rights, which goes with the process however that ends. One thread.
 */
final class TransactionSpool implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final int LENGTH_BYTES = 4;
    /** Room is looked at once per so many bytes. */
    private static final long LOOK_BYTES = 64L << 20;

    private final FileChannel file;
    private final FileStore store;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    /** Bytes in the file; what the buffer holds comes behind them while the spool is written. */
    private long written;

    private long nextLook = LOOK_BYTES;

    private TransactionSpool(FileChannel file, FileStore store) {
        this.file = file;
        this.store = store;
    }

    static TransactionSpool in(Path folder) throws IOException {
        FileStore store = Files.getFileStore(folder);
        Path path = Files.createTempFile(folder, "penstock-", ".transaction");
        // Where the system allows it, the file has no name from here on.
        return new TransactionSpool(
                FileChannel.open(
                        path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE),
                store);
    }

    /** Adds a message: its kind, and the rest of the array from a place on. */
    void append(byte kind, byte[] rest, int from) throws IOException {
        int length = rest.length - from;
        room(LENGTH_BYTES + 1);
        buffer.putInt(length + 1).put(kind);
        if (length <= buffer.remaining()) {
            buffer.put(rest, from, length);
            return;
        }
        flush();
        if (length <= buffer.remaining()) {
            buffer.put(rest, from, length);
        } else {
            write(ByteBuffer.wrap(rest, from, length));
        }
    }

    private void room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        write(buffer);
        buffer.clear();
    }

    private void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            written += file.write(from, written);
        }
        if (written >= nextLook) {
            nextLook = written + LOOK_BYTES;
            if (store.getUsableSpace() < store.getTotalSpace() / 10) {
                throw new IOException("less than a tenth of " + store + " is free");
            }
        }
    }

    /** Bytes so far: the place of the next message. */
    long length() {
        return written + buffer.position();
    }

    /** Forgets everything from a place on. */
    void truncate(long length) throws IOException {
        flush();
        file.truncate(length);
        written = length;
    }

    /** Ends the writing; {@link #next} begins with the first message. */
    void rewind() throws IOException {
        flush();
        file.position(0);
        buffer.limit(0);
    }

    /** The next message, or null behind the last. */
    byte @Nullable [] next() throws IOException {
        if (buffer.remaining() < LENGTH_BYTES && !fill(LENGTH_BYTES)) {
            if (buffer.hasRemaining()) {
                throw endsTooEarly();
            }
            return null;
        }
        byte[] message = new byte[buffer.getInt()];
        int there = Math.min(message.length, buffer.remaining());
        buffer.get(message, 0, there);
        ByteBuffer rest = ByteBuffer.wrap(message, there, message.length - there);
        if (rest.remaining() >= BUFFER_BYTES) {
            readFully(rest);
        } else if (rest.hasRemaining()) {
            if (!fill(rest.remaining())) {
                throw endsTooEarly();
            }
            buffer.get(message, there, rest.remaining());
        }
        return message;
    }

    /** Reads until the buffer holds at least so much; false at the end. */
    private boolean fill(int atLeast) throws IOException {
        buffer.compact();
        while (buffer.position() < atLeast && file.read(buffer) >= 0) {
            // on to the next piece
        }
        buffer.flip();
        return buffer.remaining() >= atLeast;
    }

    private void readFully(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (file.read(into) < 0) {
                throw endsTooEarly();
            }
        }
    }

    private static EOFException endsTooEarly() {
        return new EOFException("a message ends too early");
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
