package io.penstock.engine.mapping;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.port.CopyFormat;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TableMapping.MappedColumn;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DmlKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Maps a source table onto its destination table, column by column by the name that each has there. */
public final class TableMapper {
    private TableMapper() {}

    /**
     * @param rules what the task's file says, and where the destination is known to differ
     * @throws PenstockException REFUSED when a column has no counterpart and nobody decided so: its values would be lost
     */
    public static TableMapping map(TableDefinition source, DestinationTable destination, TableRules rules) {
        DestinationNames names = rules.names();
        requireKey(source, names);
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
                columns.add(MappedColumn.absent(column.name(), column.typeOid()));
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
        RowPolicy policy = rules.policy(source);
        requireFollowable(source, policy);
        if (!missing.isEmpty() && !rules.mayLackColumns(source)) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "Destination table " + destination.name() + " cannot take the columns " + String.join(", ", missing)
                            + " of "
                            + source.name()
                            + ": they are missing there or computed by it. Add them, drop the table and let the schema phase"
                            + " create it, or set onMissingColumn: ignore.");
        }
        requireKey(source, columns);
        return new TableMapping(
                source.oid(),
                source.name(),
                destination.name(),
                source.identity(),
                source.kind() == TableDefinition.Kind.TABLE,
                columns,
                uniqueBesidesKey(source, destination, columns),
                policy.withMissing(missing.size()));
    }

    /** Without one of its columns the key would find other rows, or none. */
    private static void requireKey(TableDefinition source, DestinationNames names) {
        List<String> lacking = source.columns().stream()
                .filter(c -> names.lacksColumn(source.oid(), c.number()))
                .map(ColumnDefinition::name)
                .filter(source.keyColumns()::contains)
                .toList();
        if (!lacking.isEmpty()) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "The destination does not get the columns " + String.join(", ", lacking) + " of " + source.name()
                            + ", and they belong to its key. Take them out of columns.exclude, or follow add_column.");
        }
    }

    private static void requireKey(TableDefinition source, List<MappedColumn> columns) {
        List<String> missing = columns.stream()
                .filter(c -> !c.written() && source.keyColumns().contains(c.sourceName()))
                .map(MappedColumn::sourceName)
                .toList();
        if (!missing.isEmpty()) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "The destination's table for " + source.name() + " lacks columns of its key: "
                            + String.join(", ", missing) + ". Add them; no row can be found without.");
        }
    }

    /** Without a key, whether the row that an UPDATE changes is there cannot be told from equal ones. */
    private static void requireFollowable(TableDefinition source, RowPolicy policy) {
        if (isUnfollowable(source, policy)) {
            throw new PenstockException(ErrorKind.REFUSED, unfollowable(source));
        }
    }

    static boolean isUnfollowable(TableDefinition source, RowPolicy policy) {
        return source.keyColumns().isEmpty()
                && source.kind() == TableDefinition.Kind.TABLE
                && policy.follows(DmlKind.UPDATE)
                && !policy.follows(DmlKind.INSERT);
    }

    static String unfollowable(TableDefinition source) {
        return source.name()
                + " has no key, so `dml` cannot have update without insert for it: which rows are missing at the"
                + " destination would be unknown. Add insert, or leave update out.";
    }

    private static boolean uniqueBesidesKey(
            TableDefinition source, DestinationTable destination, List<MappedColumn> mapped) {
        Set<String> key = new HashSet<>(source.keyColumns());
        Set<String> keyThere = mapped.stream()
                .filter(MappedColumn::key)
                .map(MappedColumn::destinationName)
                .collect(Collectors.toSet());
        boolean atSource = source.indexes().stream()
                .filter(IndexDefinition::unique)
                .anyMatch(i -> i.partial() || !new HashSet<>(i.columns()).equals(key));
        boolean exclusion = source.constraints().stream()
                .anyMatch(c -> c.kind() == io.penstock.core.schema.ConstraintDefinition.Kind.EXCLUSION);
        return atSource
                || exclusion
                || destination.uniqueIndexes().stream().anyMatch(columns -> !new HashSet<>(columns).equals(keyThere));
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
