package io.penstock.core.relation;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.DmlKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one source table is written at the destination.
 *
 * @param sourceOid the source table's oid, as the stream names it
 * @param columns in the order of the stream's tuples
 * @param holdsRows false for a partitioned parent, whose rows arrive under the names of its partitions
 * @param uniqueBesidesKey whether the destination enforces another unique constraint than the key, so that rows that change places
 *     may collide half-way
 * @param policy which changes of rows are followed, and how
 * @param rule which rows are wanted and what becomes of them; null when they are taken as they are
 */
public record TableMapping(
        int sourceOid,
        QualifiedName source,
        QualifiedName destination,
        ReplicaIdentity identity,
        boolean holdsRows,
        List<MappedColumn> columns,
        boolean uniqueBesidesKey,
        RowPolicy policy,
        @Nullable RowRule rule) {
    public TableMapping {
        columns = List.copyOf(columns);
    }

    /** Rows as they are. */
    public TableMapping(
            int sourceOid,
            QualifiedName source,
            QualifiedName destination,
            ReplicaIdentity identity,
            boolean holdsRows,
            List<MappedColumn> columns,
            boolean uniqueBesidesKey,
            RowPolicy policy) {
        this(sourceOid, source, destination, identity, holdsRows, columns, uniqueBesidesKey, policy, null);
    }

    /**
     * @param sourceTypeOid as in the Relation message
     * @param key part of the key by which rows are found at the destination
     * @param type the destination's type, as {@code format_type} writes it
     * @param typeCategory {@code pg_type.typcategory}; {@code A} is an array
     * @param destinationName empty when the destination has no such column; its values are not written
     * @param updatable false for GENERATED ALWAYS AS IDENTITY, which accepts values on INSERT only
     */
    public record MappedColumn(
            String sourceName,
            int sourceTypeOid,
            boolean key,
            String destinationName,
            String type,
            char typeCategory,
            boolean updatable) {
        /** A column that the destination does not have. */
        public static MappedColumn absent(String sourceName, int sourceTypeOid) {
            return new MappedColumn(sourceName, sourceTypeOid, false, "", "", ' ', false);
        }

        public boolean written() {
            return !destinationName.isEmpty();
        }
    }

    /** The same under another name at the source. */
    public TableMapping named(QualifiedName name) {
        return new TableMapping(
                sourceOid, name, destination, identity, holdsRows, columns, uniqueBesidesKey, policy, rule);
    }

    /** The same under another policy; how many columns are missing is the mapping's own. */
    public TableMapping under(RowPolicy other) {
        return new TableMapping(
                sourceOid,
                source,
                destination,
                identity,
                holdsRows,
                columns,
                uniqueBesidesKey,
                other.withMissing(policy.missing()),
                rule);
    }

    public TableMapping withRule(@Nullable RowRule other) {
        return new TableMapping(
                sourceOid, source, destination, identity, holdsRows, columns, uniqueBesidesKey, policy, other);
    }

    /** Whether the rows have a label, which no row of another table has. */
    public boolean labelled() {
        return rule != null && !rule.labels().isEmpty();
    }

    /** Whether rows that the task has not brought may stand in the table, and nothing tells them from its own. */
    public boolean mixed() {
        return policy.mixed() && (policy.overwrites() || !labelled());
    }

    /** Whether the table may hold rows that another copy would not bring back, although it would have to remove them. */
    public boolean keepsRows() {
        return mixed() || !policy.follows(DmlKind.DELETE) || !policy.follows(DmlKind.TRUNCATE);
    }

    /** Without a key, equal rows are counted and any of them may be deleted. */
    public boolean keyless() {
        return columns.stream().noneMatch(MappedColumn::key);
    }

    /** Positions of the key columns in the stream's tuples, ascending. */
    public int[] keyPositions() {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).key()) {
                positions.add(i);
            }
        }
        return positions.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The columns that the destination has, in the order of the stream's tuples. */
    public List<MappedColumn> writtenColumns() {
        return columns.stream().filter(MappedColumn::written).toList();
    }

    /** Names of the columns that are written at the destination: those of the stream in its order, then those that a rule adds. */
    public List<String> writtenNames() {
        List<String> names = new ArrayList<>();
        writtenColumns().forEach(c -> names.add(c.destinationName()));
        if (rule != null) {
            rule.expressions().stream().filter(RowRule.Expression::added).forEach(e -> names.add(e.column()));
        }
        return names;
    }

    /** Whether rows may be changed in place: no column but the key refuses UPDATE, and there is one to name in the statement. */
    public boolean updatable() {
        return columns.stream().allMatch(c -> c.key() || c.updatable() || !c.written())
                && columns.stream().anyMatch(MappedColumn::updatable);
    }
}
