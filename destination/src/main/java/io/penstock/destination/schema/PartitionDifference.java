package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Feature;
import io.penstock.destination.schema.Matched.Pair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes the statements that take tables away from their parents and give them to others. Rows stay where they are: the destination has
 * those of a partition in its own partition.
 */
final class PartitionDifference {
    private static final String DETACH = """
            DO %1$s BEGIN
              IF %2$s THEN
                %3$s;
              END IF;
            END %1$s""";

    private static final String SPARE = """
            DO %1$s DECLARE
              step text;
            BEGIN
              FOR step IN SELECT pg_catalog.format(
                  CASE WHEN c.relispartition THEN 'ALTER TABLE %%1$s DETACH PARTITION %%2$s' ELSE 'ALTER TABLE %%2$s NO INHERIT %%1$s' END,
                  i.inhparent::pg_catalog.regclass, i.inhrelid::pg_catalog.regclass)
                FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = %2$s AND NOT EXISTS (SELECT FROM pg_catalog.unnest(ARRAY[%3$s]) d WHERE d = i.inhrelid)
              LOOP
                EXECUTE step;
              END LOOP;
            END %1$s""";

    private final Dialect dialect;
    private final DeltaTables tables;
    private final NewParents newParents;
    private final List<SchemaChange> out;

    PartitionDifference(Dialect dialect, DeltaTables tables, List<SchemaChange> out) {
        this.dialect = dialect;
        this.tables = tables;
        this.newParents = new NewParents(tables);
        this.out = out;
    }

    /** Parents by oid; one that is not in the picture has none and gets a number of its own. */
    private Map<Object, QualifiedName> parents(TableDefinition table, boolean after) {
        Map<QualifiedName, Object> known = new LinkedHashMap<>();
        for (int oid : after ? tables.oidsOfParentsAfter(table.oid()) : tables.oidsOfParentsBefore(table.oid())) {
            (after ? tables.after(oid) : tables.before(oid)).ifPresent(p -> known.put(p.name(), oid));
        }
        Map<Object, QualifiedName> parents = new LinkedHashMap<>();
        table.parents().forEach(name -> parents.put(known.getOrDefault(name, name), name));
        return parents;
    }

    /** Tables have their old names. */
    void detach() {
        for (Pair<TableDefinition> table : tables.pairs()) {
            Map<Object, QualifiedName> gone = parents(table.before(), false);
            if (!tables.moved(table)) {
                gone.keySet().removeAll(parents(table.after(), true).keySet());
            }
            String name = dialect.quote(table.before().name());
            for (QualifiedName parent : gone.values()) {
                String sql = table.before().isPartition() && dialect.can(Feature.DECLARATIVE_PARTITIONS)
                        ? detach(parent, table.before().name())
                        : "ALTER TABLE " + name + " NO INHERIT " + dialect.quote(parent);
                out.add(change(table.after(), DdlKind.DETACH_PARTITION, sql)
                        .unlessDoneByHand(ExistsSql.inheritsNot(table.before().name(), parent)));
            }
        }
    }

    private String detach(QualifiedName parent, QualifiedName partition) {
        return "ALTER TABLE " + dialect.quote(parent) + " DETACH PARTITION " + dialect.quote(partition);
    }

    /** A foreign key that refers to the whole refers to each partition as well, and keeps it from being dropped in its place. */
    List<String> leave(TableDefinition dropped) {
        if (!dropped.isPartition() || !dialect.can(Feature.DECLARATIVE_PARTITIONS)) {
            return List.of();
        }
        return parents(dropped, false).values().stream()
                .filter(parent ->
                        tables.pairs().stream().anyMatch(p -> p.before().name().equals(parent)))
                .filter(parent -> referenced(dropped))
                .map(parent -> detachIfAttached(parent, dropped.name()))
                .toList();
    }

    /** As DROP TABLE IF EXISTS does: a person may have detached or dropped it. */
    private String detachIfAttached(QualifiedName parent, QualifiedName partition) {
        String detach = detach(parent, partition);
        return DETACH.formatted(Redistribution.tag(detach), ExistsSql.below(partition, parent), detach);
    }

    /**
     * The server drops partitions with their parent, also those that are below it only here: their leaving waits for a person or is not
     * followed, or a person has made them.
     */
    List<String> spare(List<TableDefinition> dropped) {
        if (!dialect.can(Feature.DECLARATIVE_PARTITIONS)) {
            return List.of();
        }
        String all = dropped.stream().map(t -> ExistsSql.regclass(t.name())).collect(Collectors.joining(", "));
        return dropped.stream()
                .filter(t -> t.kind() == TableDefinition.Kind.PARTITIONED
                        || tables.delta().before().tables().stream()
                                .anyMatch(child -> child.parents().contains(t.name())))
                .map(t -> SPARE.formatted(Redistribution.tag(all), ExistsSql.regclass(t.name()), all))
                .toList();
    }

    private boolean referenced(TableDefinition partition) {
        Set<QualifiedName> above = new HashSet<>();
        addAncestors(partition, above);
        return tables.delta().before().tables().stream()
                .flatMap(t -> t.constraints().stream())
                .anyMatch(c -> above.contains(c.references()));
    }

    private void addAncestors(TableDefinition table, Set<QualifiedName> above) {
        for (int oid : tables.oidsOfParentsBefore(table.oid())) {
            tables.before(oid).ifPresent(parent -> {
                above.add(parent.name());
                addAncestors(parent, above);
            });
        }
    }

    private SchemaChange change(TableDefinition table, DdlKind kind, String... statements) {
        return tables.change(table.oid(), kind, "parent of " + tables.sourceName(table.oid()), List.of(statements));
    }

    /** Whether the table was made without its place among partitions. */
    boolean attachedLater(TableDefinition created) {
        return created.isPartition()
                && tables.oidsOfParentsAfter(created.oid()).stream().anyMatch(tables::existed);
    }

    /** Tables have their new names, and the columns that stay. */
    void inherit() {
        for (Pair<TableDefinition> table : tables.pairs()) {
            for (Pair<TableDefinition> parent : newParents.beforeColumns(table)) {
                QualifiedName name = parent.after().name();
                out.add(change(table.after(), DdlKind.ATTACH_PARTITION, attach(table, name))
                        .unlessDoneByHand(ExistsSql.inherits(table.after().name(), name)));
            }
        }
    }

    /** Tables have their new names, and the indexes that their parents want. */
    void attach() {
        for (TableDefinition created : tables.created()) {
            if (attachedLater(created)) {
                out.add(tables.change(
                                created.oid(),
                                DdlKind.CREATE_TABLE,
                                "parent of " + tables.sourceName(created.oid()),
                                List.of(attachPartition(created)))
                        .unlessDoneByHand(ExistsSql.inherits(
                                created.name(), created.parents().get(0))));
            }
        }
        for (Pair<TableDefinition> table : tables.pairs()) {
            Map<Object, QualifiedName> added = parents(table.after(), true);
            if (!tables.moved(table)) {
                added.keySet().removeAll(parents(table.before(), false).keySet());
            }
            newParents.beforeColumns(table).forEach(parent -> added.values()
                    .remove(parent.after().name()));
            for (QualifiedName parent : added.values()) {
                out.add(change(table.after(), DdlKind.ATTACH_PARTITION, attach(table, parent))
                        .unlessDoneByHand(ExistsSql.inherits(table.after().name(), parent)));
            }
        }
    }

    private String[] attach(Pair<TableDefinition> table, QualifiedName parent) {
        TableDefinition child = table.after();
        String name = dialect.quote(child.name());
        if (!child.isPartition()) {
            return new String[] {"ALTER TABLE " + name + " INHERIT " + dialect.quote(parent)};
        }
        List<String> statements = new ArrayList<>();
        if (dialect.can(Feature.PARTITIONS_SHARE_IDENTITY)) {
            table.before().columns().stream()
                    .filter(c -> c.identity() != Identity.NO)
                    .forEach(c -> statements.add("ALTER TABLE " + name + " ALTER COLUMN " + dialect.quote(c.name())
                            + " DROP IDENTITY IF EXISTS"));
        }
        statements.add(attachPartition(child));
        return statements.toArray(String[]::new);
    }

    private String attachPartition(TableDefinition child) {
        if (!dialect.can(Feature.DECLARATIVE_PARTITIONS)) {
            return "ALTER TABLE " + dialect.quote(child.name()) + " INHERIT "
                    + dialect.quote(child.parents().get(0));
        }
        return "ALTER TABLE " + dialect.quote(child.parents().get(0)) + " ATTACH PARTITION "
                + dialect.quote(child.name()) + " " + child.bound();
    }
}
