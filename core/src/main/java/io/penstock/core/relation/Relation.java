package io.penstock.core.relation;

import io.penstock.core.name.QualifiedName;
import java.util.List;

/**
 * A table as the stream describes it before its first change and after every change of its definition (Relation message).
 *
 * @param columns in the order of the tuples that follow
 */
public record Relation(int oid, QualifiedName name, ReplicaIdentity identity, List<Column> columns) {
    public Relation {
        columns = List.copyOf(columns);
    }

    /**
     * @param key whether the column belongs to the replica identity
     * @param typeOid the source's type oid
     * @param typeModifier as in {@code pg_attribute.atttypmod}
     */
    public record Column(String name, boolean key, int typeOid, int typeModifier) {}
}
