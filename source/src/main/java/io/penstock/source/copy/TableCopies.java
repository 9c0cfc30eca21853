package io.penstock.source.copy;

import io.penstock.core.port.TableCopy;
import io.penstock.core.port.TableCopySource;
import io.penstock.core.schema.TableDefinition;
import io.penstock.postgres.connection.PgConnector;
import java.util.List;
import java.util.Optional;

/** Opens tables for copying, each time through new sessions. Thread-safe. */
public record TableCopies(PgConnector connector) implements TableCopySource {
    @Override
    public Optional<TableCopy> open(List<TableDefinition> tables, long chunkBytes) {
        return TableCopyReader.open(connector, tables, chunkBytes);
    }
}
