package io.penstock.engine.mapping;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.CopyFormat;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TableMapping.MappedColumn;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.TableDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Maps a source table onto its destination table, column by column by name. */
public final class TableMapper {
    private TableMapper() {}

    /** The destination table's name; the same as the source's. */
    public static QualifiedName destinationName(TableDefinition table) {
        return table.name();
    }

    public static TableMapping map(TableDefinition source, DestinationTable destination) {
        return map(source, destination, DestinationNames.SAME);
    }

    /**
     * @param names where the destination is known to differ
     * @throws PenstockException REFUSED when a column has no counterpart and nobody decided so: its values would be lost
     */
    public static TableMapping map(TableDefinition source, DestinationTable destination, DestinationNames names) {
        List<MappedColumn> columns = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (ColumnDefinition column : source.copiedColumns()) {
            if (names.lacksColumn(source.oid(), column.number())) {
                columns.add(MappedColumn.absent(column.name(), column.typeOid()));
                continue;
            }
            Optional<DestinationTable.Column> found =
                    destination.column(names.column(source.oid(), column.number(), column.name()));
            if (found.isEmpty() || found.get().generated()) {
                missing.add(column.name());
                continue;
            }
            DestinationTable.Column target = found.get();
            columns.add(new MappedColumn(
                    column.name(),
                    column.typeOid(),
                    source.keyColumns().contains(column.name()),
                    target.name(),
                    target.type(),
                    target.typeCategory(),
                    !target.identityAlways()));
        }
        if (!missing.isEmpty()) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "Destination table " + destination.name() + " cannot take the columns " + String.join(", ", missing)
                            + " of "
                            + source.name()
                            + ": they are missing there or computed by it. Add them, or drop the table and let the"
                            + " schema phase create it.");
        }
        return new TableMapping(
                source.oid(),
                source.name(),
                destination.name(),
                source.identity(),
                source.kind() == TableDefinition.Kind.TABLE,
                columns,
                uniqueBesidesKey(source, destination));
    }

    private static boolean uniqueBesidesKey(TableDefinition source, DestinationTable destination) {
        Set<String> key = new HashSet<>(source.keyColumns());
        boolean atSource = source.indexes().stream()
                .filter(IndexDefinition::unique)
                .anyMatch(i -> i.partial() || !new HashSet<>(i.columns()).equals(key));
        boolean exclusion = source.constraints().stream()
                .anyMatch(c -> c.kind() == io.penstock.core.schema.ConstraintDefinition.Kind.EXCLUSION);
        return atSource
                || exclusion
                || destination.uniqueIndexes().stream().anyMatch(columns -> !new HashSet<>(columns).equals(key));
    }

    /** Binary when every value means the same on both servers: safe types, spelled alike on both ends. */
    public static CopyFormat format(TableDefinition source, TableMapping mapping) {
        RowRule rule = mapping.rule();
        if (rule != null && !rule.expressions().isEmpty()) {
            // What an expression gives is known as text on both ends.
            return CopyFormat.TEXT;
        }
        List<ColumnDefinition> from = source.copiedColumns();
        for (int i = 0; i < from.size(); i++) {
            MappedColumn to = mapping.columns().get(i);
            boolean same = from.get(i).type().equals(to.type());
            if (to.written() && (!same || !from.get(i).binarySafe())) {
                return CopyFormat.TEXT;
            }
        }
        return CopyFormat.BINARY;
    }
}
