package io.penstock.core.port;

import io.penstock.core.schema.TableDefinition;
import java.util.List;
import java.util.Optional;

/** Opens tables for copying. Thread-safe. */
public interface TableCopySource {
    /**
     * Opens tables under one snapshot: each is locked in ACCESS SHARE mode before the snapshot is taken, so that no rewrite slips in
     * between. One table at a time keeps transactions short; several give one common moment.
     *
     * @param tables named as they were when somebody looked last
     * @param chunkBytes wanted size of a chunk
     * @return empty when one of them has another name by now or is gone
     * @throws io.penstock.core.error.PenstockException TRANSIENT when a table is locked by somebody
     */
    Optional<TableCopy> open(List<TableDefinition> tables, long chunkBytes);
}
