package io.penstock.core.port;

import io.penstock.core.schema.TableDefinition;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Opens tables for copying. Thread-safe. */
public interface TableCopySource {
    /**
     * Opens tables under one snapshot and locks each in ACCESS SHARE mode; the snapshot shows them as they are from then on, no rewrite slips
     * in between. May wait until transactions that are open have ended. One table at a time keeps transactions short; several give one common moment.
     *
     * @param tables named as they were when somebody looked last
     * @param chunkBytes wanted size of a chunk
     * @param stop asked again and again while it waits, from another thread too; once it says true, it is given up
     * @return empty when one of them has another name by now or is gone
     * @throws io.penstock.core.error.PenstockException TRANSIENT when a table is locked by somebody or changed again and
     *     again, or transactions stay open for too long; INTERRUPTED when told to stop
     */
    Optional<TableCopy> open(List<TableDefinition> tables, long chunkBytes, BooleanSupplier stop);
}
