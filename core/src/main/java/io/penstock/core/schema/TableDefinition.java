package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One table as the source's catalog describes it.
 *
 * @param identity what the log holds of old rows
 * @param keyColumns columns by which rows are found: the primary key, else a unique, not partial, not deferrable index over NOT NULL
 *     columns; empty when there is none
 * @param keyIndex the index behind {@code keyColumns}, null when there is none
 * @param columns live columns in their order
 * @param parents the partitioned table it is a partition of (then {@code bound} is set), or the tables it inherits from
 * @param partitionKey what follows PARTITION BY, for partitioned tables
 * @param bound what follows the parent's name in PARTITION OF, such as {@code FOR VALUES IN ('a')} or {@code DEFAULT}
 * @param estimatedRows the planner's estimate, -1 when never analyzed
 * @param bytes size of the main fork
 */
public record TableDefinition(
        int oid,
        QualifiedName name,
        Kind kind,
        boolean unlogged,
        ReplicaIdentity identity,
        List<String> keyColumns,
        @Nullable String keyIndex,
        List<ColumnDefinition> columns,
        List<ConstraintDefinition> constraints,
        List<IndexDefinition> indexes,
        List<QualifiedName> parents,
        @Nullable String partitionKey,
        @Nullable String bound,
        @Nullable String comment,
        long estimatedRows,
        long bytes) {
    public TableDefinition {
        keyColumns = List.copyOf(keyColumns);
        columns = List.copyOf(columns);
        constraints = List.copyOf(constraints);
        indexes = List.copyOf(indexes);
        parents = List.copyOf(parents);
    }

    /** Whether the table holds rows itself. */
    public enum Kind {
        TABLE,
        PARTITIONED
    }

    public boolean isPartition() {
        return bound != null;
    }

    /** Whether both say the same; how large the table is does not matter. */
    public boolean defines(TableDefinition other) {
        return with(columns, constraints, indexes, 0, 0)
                .equals(other.with(other.columns, other.constraints, other.indexes, 0, 0));
    }

    /** Columns whose values travel: generated ones are computed by the destination. */
    public List<ColumnDefinition> copiedColumns() {
        return columns.stream()
                .filter(c -> c.generated() == ColumnDefinition.Generated.NO)
                .toList();
    }

    /** The same table with these columns instead of its own. */
    public TableDefinition withColumns(List<ColumnDefinition> others) {
        return with(others, constraints, indexes, estimatedRows, bytes);
    }

    /** The same table with these constraints instead of its own. */
    public TableDefinition withConstraints(List<ConstraintDefinition> others) {
        return with(columns, others, indexes, estimatedRows, bytes);
    }

    /** The same table with these indexes instead of its own. */
    public TableDefinition withIndexes(List<IndexDefinition> others) {
        return with(columns, constraints, others, estimatedRows, bytes);
    }

    private TableDefinition with(
            List<ColumnDefinition> newColumns,
            List<ConstraintDefinition> newConstraints,
            List<IndexDefinition> newIndexes,
            long newRows,
            long newBytes) {
        return new TableDefinition(
                oid,
                name,
                kind,
                unlogged,
                identity,
                keyColumns,
                keyIndex,
                newColumns,
                newConstraints,
                newIndexes,
                parents,
                partitionKey,
                bound,
                comment,
                newRows,
                newBytes);
    }
}
