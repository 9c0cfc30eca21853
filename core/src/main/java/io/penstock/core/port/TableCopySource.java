package io.penstock.core.port;

import io.penstock.core.schema.TableDefinition;
import java.util.List;

/** Opens tables for copying. Thread-safe. */
public interface TableCopySource {
    /**
     * Opens tables under one snapshot: each is locked in ACCESS SHARE mode before the snapshot is taken, so that no rewrite slips in
     * between. One table at a time keeps transactions short; several give one common moment.
     *
     * @param expected the definitions the destination was made from
     * @param chunkBytes wanted size of a chunk
     * @throws io.penstock.core.error.PenstockException DEFINITION_CHANGED when a table is no longer as expected; TRANSIENT when it is
     *     locked by somebody
     */
    TableCopy open(List<TableDefinition> expected, long chunkBytes);
}
