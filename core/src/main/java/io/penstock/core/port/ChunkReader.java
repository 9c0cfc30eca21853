package io.penstock.core.port;

import org.jspecify.annotations.Nullable;

/** COPY data of one chunk, in the pieces in which the server sends it. One thread. */
public interface ChunkReader extends AutoCloseable {
    /** The next piece, or null at the end. The array belongs to the caller. */
    byte @Nullable [] next();

    @Override
    void close();
}
