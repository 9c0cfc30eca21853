package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import java.util.List;
import java.util.Optional;

/**
 * A table as it exists at the destination.
 *
 * @param uniqueIndexes the column lists of its unique indexes, an empty list for an index over expressions or a partial one
 */
public record DestinationTable(QualifiedName name, List<Column> columns, List<List<String>> uniqueIndexes) {
    public DestinationTable {
        columns = List.copyOf(columns);
        uniqueIndexes = List.copyOf(uniqueIndexes);
    }

    /**
     * @param type as {@code format_type} writes it under an empty search path
     * @param identityAlways refuses UPDATE
     * @param generated computed by the destination, accepts no value
     */
    public record Column(
            String name, String type, char typeCategory, boolean identityAlways, boolean generated, boolean notNull) {}

    public Optional<Column> column(String columnName) {
        return columns.stream().filter(c -> c.name().equals(columnName)).findFirst();
    }
}
