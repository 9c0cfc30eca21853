package io.penstock.core.port;

import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Catalog;
import io.penstock.core.snapshot.TableSnapshot;
import java.util.List;

/**
 * Tables opened for copying: a snapshot that lives until {@link #close}. {@link #read} may be called by several threads at once;
 * every reader has a session of its own that shares the snapshot.
 */
public interface TableCopy extends AutoCloseable {
    TableSnapshot snapshot();

    /** The opened tables, everything they inherit from, and what they need, as the snapshot shows them. */
    Catalog definitions();

    /** Whether somebody waits to lock one of the tables for himself, so that everybody else waits behind him. */
    boolean inTheWay();

    /** The pieces that together hold every row of the snapshot exactly once; at least one per table. */
    List<Chunk> chunks();

    /** @param mapping columns to read, in the order to write them */
    ChunkReader read(Chunk chunk, TableMapping mapping, CopyFormat format);

    @Override
    void close();
}
