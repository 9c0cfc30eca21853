package io.penstock.source.catalog;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.TableDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts the definitions of tables together from their columns, constraints and indexes. */
final class TableReader {
    static final CatalogQuery TABLES = CatalogQuery.of("tables", "oid", """
            select c.oid, c.relkind, c.relpersistence, c.relreplident, pg_get_partkeydef(c.oid) as partition_key,
                   pg_get_expr(c.relpartbound, c.oid) as bound, m.description as comment,
                   case when c.relpages = 0 and c.reltuples = 0 then -1 else c.reltuples end::bigint as estimated_rows,
                   pg_relation_size(c.oid) as bytes
              from unnest(cast({tables} as oid[])) given(oid)
              join pg_class c on c.oid = given.oid
              left join pg_description m on m.classoid = 'pg_class'::regclass and m.objoid = c.oid and m.objsubid = 0""");

    private final CatalogRows catalog;
    private final TableParts parts;

    /** What stands in {@code pg_class}. */
    private record Head(
            TableDefinition.Kind kind,
            boolean unlogged,
            ReplicaIdentity identity,
            @Nullable String partitionKey,
            @Nullable String bound,
            @Nullable String comment,
            long estimatedRows,
            long bytes) {}

    TableReader(CatalogRows catalog) {
        this.catalog = catalog;
        this.parts = new TableParts(catalog);
    }

    List<TableDefinition> read(RelationTree tree, TypeGraph types) {
        Map<Integer, List<Head>> heads = catalog.byOid(TABLES, CatalogScope.ofTables(tree.oids()), TableReader::head);
        TableParts.Columns columns = parts.columns(tree.oids(), types);
        Map<Integer, List<ConstraintDefinition>> constraints = parts.constraints(columns);
        Map<Integer, List<KeyChoice.Candidate>> indexes = parts.indexes(columns);
        List<TableDefinition> tables = new ArrayList<>();
        for (RelationTree.Node node : tree.nodes()) {
            int oid = node.oid();
            List<ColumnDefinition> own = columns.of(oid);
            Inheritance inheritance = new Inheritance(tree.parents(oid), columns.byTable(), constraints);
            List<KeyChoice.Candidate> candidates = indexes.getOrDefault(oid, List.of());
            tables.add(table(
                    node,
                    first(heads, node),
                    tree.parents(oid).stream().map(tree::name).toList(),
                    inheritance.columns(own),
                    inheritance.constraints(constraints.getOrDefault(oid, List.of())),
                    inheritance.indexes(candidates)));
        }
        return tables;
    }

    private static Head first(Map<Integer, List<Head>> heads, RelationTree.Node node) {
        return Optional.ofNullable(heads.get(node.oid()))
                .map(list -> list.get(0))
                .orElseThrow(() -> new PenstockException(
                        ErrorKind.TRANSIENT, "Table " + node.name() + " vanished while the catalog was being read."));
    }

    /** @throws PenstockException PRECHECK when a column has a type that cannot be created elsewhere */
    static void requireTypes(List<TableDefinition> tables, TypeGraph types) {
        for (TableDefinition table : tables) {
            requireTypes(table.name(), table.columns(), types);
        }
    }

    private static void requireTypes(QualifiedName table, List<ColumnDefinition> columns, TypeGraph types) {
        for (ColumnDefinition column : columns) {
            types.obstacle(column.typeOid()).ifPresent(reason -> {
                throw new PenstockException(
                        ErrorKind.PRECHECK,
                        "Column " + column.name() + " of table " + table + " has the type " + column.type() + ", which "
                                + reason + ". It cannot be created at a destination; exclude the table.");
            });
        }
    }

    // Long because a table has that many parts: six parameters, each of another type.
    private static TableDefinition table(
            RelationTree.Node node,
            Head head,
            List<QualifiedName> parents,
            List<ColumnDefinition> columns,
            List<ConstraintDefinition> constraints,
            List<KeyChoice.Candidate> candidates) {
        Optional<IndexDefinition> key = KeyChoice.choose(head.identity(), candidates, columns);
        ReplicaIdentity identity = KeyChoice.serving(head.identity(), candidates, key);
        return new TableDefinition(
                node.oid(),
                node.name(),
                head.kind(),
                head.unlogged(),
                identity,
                key.map(IndexDefinition::columns).orElse(List.of()),
                key.map(IndexDefinition::name).orElse(null),
                columns,
                constraints,
                candidates.stream().map(KeyChoice.Candidate::index).toList(),
                parents,
                head.partitionKey(),
                parents.isEmpty() ? null : head.bound(),
                head.comment(),
                head.estimatedRows(),
                head.bytes());
    }

    private static Head head(CatalogRow row) {
        return new Head(
                row.character("relkind") == 'p' ? TableDefinition.Kind.PARTITIONED : TableDefinition.Kind.TABLE,
                row.character("relpersistence") == 'u',
                ReplicaIdentity.of(row.character("relreplident")),
                row.optional("partition_key"),
                row.optional("bound"),
                row.optional("comment"),
                row.number("estimated_rows"),
                row.number("bytes"));
    }

    /** What a table has from its selected parents; what only an unselected one gave it, it has to bring itself. */
    private record Inheritance(
            List<Integer> parents,
            Map<Integer, List<ColumnDefinition>> columnsOf,
            Map<Integer, List<ConstraintDefinition>> constraintsOf) {

        List<ColumnDefinition> columns(List<ColumnDefinition> own) {
            return own.stream()
                    .map(c -> c.local() || has(columnsOf, ColumnDefinition::name, c.name()) ? c : local(c))
                    .toList();
        }

        List<ConstraintDefinition> constraints(List<ConstraintDefinition> own) {
            return own.stream()
                    .map(c -> c.local() || inherited(c) ? c : local(c))
                    .toList();
        }

        List<KeyChoice.Candidate> indexes(List<KeyChoice.Candidate> own) {
            return parents.isEmpty() ? own.stream().map(Inheritance::local).toList() : own;
        }

        /** Partitions may name keys otherwise than their parent; checks are inherited under their name. */
        private boolean inherited(ConstraintDefinition constraint) {
            return constraint.kind() == ConstraintDefinition.Kind.CHECK
                    ? has(constraintsOf, ConstraintDefinition::name, constraint.name())
                    : !parents.isEmpty();
        }

        private <T> boolean has(Map<Integer, List<T>> of, Function<T, String> nameOf, String name) {
            return parents.stream()
                    .flatMap(parent -> of.getOrDefault(parent, List.of()).stream())
                    .anyMatch(part -> nameOf.apply(part).equals(name));
        }

        private static ColumnDefinition local(ColumnDefinition c) {
            return new ColumnDefinition(
                    c.number(),
                    c.name(),
                    c.type(),
                    c.typeOid(),
                    c.typeModifier(),
                    c.typeCategory(),
                    c.binarySafe(),
                    c.collation(),
                    c.notNull(),
                    c.defaultExpression(),
                    c.missingValue(),
                    c.identity(),
                    c.generated(),
                    true,
                    c.comment());
        }

        private static ConstraintDefinition local(ConstraintDefinition c) {
            return new ConstraintDefinition(
                    c.oid(),
                    c.name(),
                    c.kind(),
                    c.definition(),
                    c.columns(),
                    c.references(),
                    c.validated(),
                    true,
                    c.comment());
        }

        private static KeyChoice.Candidate local(KeyChoice.Candidate c) {
            IndexDefinition i = c.index();
            IndexDefinition own = new IndexDefinition(
                    i.oid(),
                    i.name(),
                    i.tail(),
                    i.columns(),
                    i.unique(),
                    i.partial(),
                    i.constraint(),
                    false,
                    i.immediate(),
                    i.valid(),
                    i.comment());
            return new KeyChoice.Candidate(own, c.primary(), c.identity(), c.overlaps());
        }
    }
}
