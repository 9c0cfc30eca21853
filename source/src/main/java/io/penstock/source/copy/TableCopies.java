package io.penstock.source.copy;

import io.penstock.core.port.TableCopy;
import io.penstock.core.port.TableCopySource;
import io.penstock.core.schema.TableDefinition;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.source.snapshot.SnapshotChooser;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Opens tables for copying, each time through new sessions. Thread-safe. */
public record TableCopies(PgConnector connector, SnapshotChooser snapshots) implements TableCopySource {
    @Override
    public Optional<TableCopy> open(List<TableDefinition> tables, long chunkBytes, BooleanSupplier stop) {
        return TableCopyReader.open(this, tables, chunkBytes, stop);
    }
}
