package io.penstock.core.port;

import io.penstock.core.relation.TableMapping;

/** Writes COPY data at the destination through a session of its own. One thread. */
public interface ChunkLoader extends AutoCloseable {
    /** Empties the table and forgets its chunk marks, in one transaction. */
    void restart(TableMapping table);

    /** Begins a transaction and the COPY of one chunk. */
    void begin(TableMapping table, int chunk, CopyFormat format);

    void write(byte[] data);

    /** Ends the COPY, writes the chunk mark and commits, all in one transaction; returns the number of rows. */
    long commit();

    /** Whether the chunk mark is there; asked after a commit whose answer was lost. */
    boolean committed(TableMapping table, int chunk);

    /** Ends what is open without committing. */
    @Override
    void close();
}
