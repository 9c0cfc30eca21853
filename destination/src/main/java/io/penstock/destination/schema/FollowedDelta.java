package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.schema.Matched.Pair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A delta in the destination's names, in which everything that the task does not follow is as it was before: what differs is what has to
 * be done.
 *
 * @param skipped one entry per change that was taken out
 */
record FollowedDelta(SchemaDelta delta, DestinationNames names, List<SchemaChange> skipped) {
    static FollowedDelta of(SchemaDelta source, FollowedDdl followed, DestinationNames names) {
        List<SchemaChange> skipped = new ArrayList<>();
        DestinationNames now = new FollowedNames(source, followed, names, skipped).decide();
        Catalog before = DestinationView.of(source.before(), names);
        Catalog after = DestinationView.of(source.after(), now, source.before());
        Reversal reversal = new Reversal(source, followed, names, skipped);
        SchemaDelta delta = new SchemaDelta(
                before,
                reversal.after(before, after),
                reversal.dropped(),
                source.rewritten(),
                source.plainCast(),
                others(source, now));
        return new FollowedDelta(delta, forgetting(now, delta.dropped()), skipped);
    }

    private static Set<QualifiedName> others(SchemaDelta source, DestinationNames names) {
        Map<QualifiedName, QualifiedName> there = new HashMap<>();
        source.before().tables().forEach(t -> there.put(t.name(), names.object(t.oid(), t.name())));
        return source.others().stream().map(o -> there.getOrDefault(o, o)).collect(Collectors.toSet());
    }

    private static DestinationNames forgetting(DestinationNames names, List<Dropped> dropped) {
        DestinationNames left = names;
        for (Dropped one : dropped) {
            left = left.forgetting(one.oid());
        }
        return left;
    }

    /** Puts things back to what they were. */
    private record Reversal(
            SchemaDelta source, FollowedDdl followed, DestinationNames known, List<SchemaChange> skipped) {
        List<Dropped> dropped() {
            List<Dropped> dropped = new ArrayList<>();
            for (Dropped one : source.dropped()) {
                Optional<TableDefinition> table = source.before().tables().stream()
                        .filter(t -> one.kind() == ObjectKind.TABLE && t.oid() == one.oid())
                        .findFirst();
                boolean follows = table.map(t -> followed.follows(known, t, DdlKind.DROP_TABLE))
                        .orElse(followed.follows(one.name(), DdlKind.DROP_TABLE));
                if (table.isPresent() && known.isMixed(one.oid())) {
                    skip(one, "rows are in it that the task has not brought: it stays here, with all rows it has");
                } else if (one.kind() != ObjectKind.TABLE || follows) {
                    dropped.add(one);
                } else if (table.isPresent()) {
                    skip(one, "not followed: it stays here, with the rows it has");
                }
            }
            return dropped;
        }

        private void skip(Dropped one, String why) {
            skipped.add(SchemaChange.of(
                            one.oid(), one.name(), Optional.of(DdlKind.DROP_TABLE), "table " + one.name(), List.of())
                    .asSkipped(why));
        }

        Catalog after(Catalog before, Catalog after) {
            Map<Integer, TableDefinition> old = new HashMap<>();
            before.tables().forEach(t -> old.put(t.oid(), t));
            Map<Integer, TableDefinition> named = new HashMap<>();
            source.before().tables().forEach(t -> named.put(t.oid(), t));
            List<TableDefinition> tables = new ArrayList<>();
            for (TableDefinition table : after.tables()) {
                TableDefinition b = old.get(table.oid());
                TableDefinition s = named.get(table.oid());
                tables.add(
                        b == null || s == null
                                ? table
                                : new OneTable(new Following(followed, known), skipped, s, b, table).revert());
            }
            return new Catalog(
                    after.serverVersion(),
                    after.schemas(),
                    after.extensions(),
                    after.functions(),
                    after.types(),
                    after.sequences(),
                    tables);
        }
    }

    /** What is followed, and how to find a table in it. */
    private record Following(FollowedDdl ddl, DestinationNames names) {}

    /**
     * One table of both pictures.
     *
     * @param source as the source called it before, which is how the task names it
     */
    private record OneTable(
            Following followed,
            List<SchemaChange> skipped,
            TableDefinition source,
            TableDefinition before,
            TableDefinition after) {
        /** False, and noted, when the kind is not followed. */
        boolean follows(DdlKind kind, String object, String consequence) {
            if (followed.ddl().follows(followed.names(), source, kind)) {
                return true;
            }
            skipped.add(SchemaChange.of(source.oid(), source.name(), Optional.of(kind), object, List.of())
                    .asSkipped("not followed: " + consequence));
            return false;
        }

        TableDefinition revert() {
            boolean detached = !before.parents().isEmpty() && after.parents().isEmpty();
            boolean stays = detached
                    && !follows(DdlKind.DETACH_PARTITION, "parent of " + source.name(), "it stays attached here");
            boolean comment = Objects.equals(before.comment(), after.comment())
                    || follows(DdlKind.COMMENT, "comment of " + source.name(), "the old one stays");
            List<ColumnDefinition> columns = columns();
            return new TableDefinition(
                    after.oid(),
                    after.name(),
                    after.kind(),
                    after.unlogged(),
                    after.identity(),
                    after.keyColumns(),
                    after.keyIndex(),
                    columns,
                    constraints(columns),
                    indexes(columns),
                    stays ? before.parents() : after.parents(),
                    after.partitionKey(),
                    stays ? before.bound() : after.bound(),
                    comment ? after.comment() : before.comment(),
                    after.estimatedRows(),
                    after.bytes());
        }

        private List<ColumnDefinition> columns() {
            Matched<ColumnDefinition> matched = Matched.columns(before, after);
            List<ColumnDefinition> columns = new ArrayList<>(matched.added());
            matched.pairs().forEach(pair -> columns.add(column(pair)));
            for (ColumnDefinition gone : matched.gone()) {
                if (!follows(
                        DdlKind.DROP_COLUMN,
                        "column " + gone.name() + " of " + source.name(),
                        "it stays here and gets its default or NULL")) {
                    boolean filled = gone.defaultExpression() != null || gone.identity() != Identity.NO;
                    columns.add(nullable(gone, gone.notNull() && filled));
                }
            }
            columns.sort(Comparator.comparing(ColumnDefinition::number));
            return columns;
        }

        private ColumnDefinition column(Pair<ColumnDefinition> pair) {
            ColumnDefinition b = pair.before();
            ColumnDefinition a = pair.after();
            String object = "column " + a.name() + " of " + source.name();
            boolean sameType = b.type().equals(a.type()) && Objects.equals(b.collation(), a.collation());
            boolean type = sameType
                    || follows(
                            DdlKind.ALTER_COLUMN_TYPE,
                            object,
                            "it stays " + b.type() + " here, and refuses what is not of this type");
            boolean sameDefault = Objects.equals(b.defaultExpression(), a.defaultExpression())
                    && b.identity() == a.identity()
                    && b.generated() == a.generated();
            boolean def = sameDefault || follows(DdlKind.ALTER_COLUMN_DEFAULT, object, "the old default stays");
            boolean notNull = b.notNull() == a.notNull()
                    || follows(
                            DdlKind.ALTER_COLUMN_NULL,
                            object,
                            a.notNull() ? "NULL stays allowed" : "NULL stays forbidden, a row with it will be refused");
            boolean comment = Objects.equals(b.comment(), a.comment())
                    || follows(DdlKind.COMMENT, "comment of " + object, "the old one stays");
            return new ColumnDefinition(
                    a.number(),
                    a.name(),
                    type ? a.type() : b.type(),
                    a.typeOid(),
                    a.typeModifier(),
                    a.typeCategory(),
                    a.binarySafe(),
                    type ? a.collation() : b.collation(),
                    notNull ? a.notNull() : b.notNull(),
                    def ? a.defaultExpression() : b.defaultExpression(),
                    a.missingValue(),
                    def ? a.identity() : b.identity(),
                    def ? a.generated() : b.generated(),
                    a.local(),
                    comment ? a.comment() : b.comment());
        }

        private static ColumnDefinition nullable(ColumnDefinition c, boolean notNull) {
            return new ColumnDefinition(
                    c.number(),
                    c.name(),
                    c.type(),
                    c.typeOid(),
                    c.typeModifier(),
                    c.typeCategory(),
                    c.binarySafe(),
                    c.collation(),
                    notNull,
                    c.defaultExpression(),
                    c.missingValue(),
                    c.identity(),
                    c.generated(),
                    c.local(),
                    c.comment());
        }

        private List<ConstraintDefinition> constraints(List<ColumnDefinition> columns) {
            Set<String> kept = keptColumns(columns);
            Matched<ConstraintDefinition> matched = Matched.constraints(before, after);
            List<ConstraintDefinition> constraints = new ArrayList<>(matched.added());
            matched.pairs().forEach(pair -> constraints.add(constraint(pair)));
            for (ConstraintDefinition gone : matched.gone()) {
                // The rows to come lack a value for the column that stays; a primary key would refuse them.
                boolean hinders = gone.kind() == ConstraintDefinition.Kind.PRIMARY_KEY
                        && gone.columns().stream().anyMatch(kept::contains);
                String object = "constraint " + gone.name() + " on " + source.name();
                if (!hinders && !follows(DdlKind.DROP_CONSTRAINT, object, "it stays, and may refuse rows")) {
                    constraints.add(gone);
                }
            }
            return constraints;
        }

        private Set<String> keptColumns(List<ColumnDefinition> columns) {
            Set<Integer> present =
                    after.columns().stream().map(ColumnDefinition::number).collect(Collectors.toSet());
            return columns.stream()
                    .filter(c -> !present.contains(c.number()))
                    .map(ColumnDefinition::name)
                    .collect(Collectors.toSet());
        }

        private ConstraintDefinition constraint(Pair<ConstraintDefinition> pair) {
            ConstraintDefinition b = pair.before();
            ConstraintDefinition a = pair.after();
            String object = "constraint " + a.name() + " on " + source.name();
            boolean comment = Objects.equals(b.comment(), a.comment())
                    || follows(DdlKind.COMMENT, "comment of " + object, "the old one stays");
            return new ConstraintDefinition(
                    a.oid(),
                    a.name(),
                    a.kind(),
                    a.definition(),
                    a.columns(),
                    a.references(),
                    a.validated(),
                    a.local(),
                    comment ? a.comment() : b.comment());
        }

        private List<IndexDefinition> indexes(List<ColumnDefinition> columns) {
            Set<String> kept = keptColumns(columns);
            Matched<IndexDefinition> matched = Matched.indexes(before, after);
            List<IndexDefinition> indexes = new ArrayList<>(matched.added());
            matched.pairs().forEach(pair -> indexes.add(index(pair)));
            for (IndexDefinition gone : matched.gone()) {
                boolean withColumn = gone.columns().stream().anyMatch(kept::contains);
                String object = "index " + gone.name() + " on " + source.name();
                boolean free = !gone.constraint() && !withColumn;
                if (withColumn || (free && !follows(DdlKind.DROP_INDEX, object, "it stays"))) {
                    indexes.add(gone);
                }
            }
            return indexes;
        }

        private IndexDefinition index(Pair<IndexDefinition> pair) {
            IndexDefinition a = pair.after();
            if (Objects.equals(pair.before().comment(), a.comment())
                    || follows(DdlKind.COMMENT, "comment of index " + a.name(), "the old one stays")) {
                return a;
            }
            return new IndexDefinition(
                    a.oid(),
                    a.name(),
                    a.tail(),
                    a.columns(),
                    a.unique(),
                    a.partial(),
                    a.constraint(),
                    a.inherited(),
                    a.immediate(),
                    a.valid(),
                    pair.before().comment());
        }
    }
}
