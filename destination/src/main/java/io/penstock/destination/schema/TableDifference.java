package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.schema.Matched.Pair;
import io.penstock.destination.schema.RenameOrder.Rename;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the statements for whole tables, and brings those for their keys and indexes into order: children before parents. */
final class TableDifference {
    private final Dialect dialect;
    private final DeltaTables tables;
    private final TableSteps steps;
    private final PartitionDifference partitions;
    private final ConstraintDifference constraints;
    private final IndexDifference indexes;
    private final List<SchemaChange> out;

    // Long because it puts together what the other writers know.
    TableDifference(
            Dialect dialect,
            DeltaTables tables,
            TableSteps steps,
            PartitionDifference partitions,
            ConstraintDifference constraints,
            IndexDifference indexes,
            List<SchemaChange> out) {
        this.dialect = dialect;
        this.tables = tables;
        this.steps = steps;
        this.partitions = partitions;
        this.constraints = constraints;
        this.indexes = indexes;
        this.out = out;
    }

    /** In one statement: they may refer to each other. */
    void drop() {
        List<TableDefinition> dropped = tables.dropped();
        if (!dropped.isEmpty()) {
            String names = dropped.stream().map(t -> dialect.quote(t.name())).collect(Collectors.joining(", "));
            TableDefinition first = dropped.get(0);
            String object = dropped.stream()
                    .map(t -> tables.sourceName(t.oid()).toString())
                    .collect(Collectors.joining(", ", "table ", ""));
            List<String> statements = new ArrayList<>();
            dropped.forEach(t -> statements.addAll(partitions.leave(t)));
            statements.addAll(partitions.spare(dropped));
            statements.add("DROP TABLE IF EXISTS " + names);
            out.add(tables.change(first.oid(), DdlKind.DROP_TABLE, object, statements));
        }
    }

    void rename() {
        List<Rename<TableDefinition, QualifiedName>> renames = new ArrayList<>();
        for (Pair<TableDefinition> pair : tables.pairs()) {
            if (!pair.before().name().equals(pair.after().name())) {
                renames.add(new Rename<>(
                        pair.after(), pair.before().name(), pair.after().name()));
            }
        }
        for (Rename<TableDefinition, QualifiedName> r :
                RenameOrder.of(renames, r -> Move.between(r.from(), r.what().oid()))) {
            int oid = r.what().oid();
            String object = "table " + tables.sourceName(oid);
            List<String> statements = Move.statements(dialect, "TABLE", r.from(), r.to());
            out.add(tables.change(oid, DdlKind.RENAME_TABLE, object, statements)
                    .unlessDoneByHand(ExistsSql.renamed(r.from(), r.to())));
        }
    }

    void create() {
        for (TableDefinition table : tables.created()) {
            SchemaStep step = partitions.attachedLater(table) ? steps.createApart(table) : steps.create(table);
            out.add(tables.change(
                            table.oid(),
                            DdlKind.CREATE_TABLE,
                            "table " + tables.sourceName(table.oid()),
                            step.statements())
                    .withNotes(step.notes())
                    .unlessDone(tables.takesExisting() ? step.existsSql() : ExistsSql.emptyTable(table.name())));
        }
    }

    /** Values can change while the type stays: a rewrite that is not surely a cast is always followed by a copy. */
    void rewritten() {
        if (tables.delta().plainCast()) {
            return;
        }
        for (Pair<TableDefinition> pair : tables.pairs()) {
            int oid = pair.after().oid();
            boolean known = out.stream().anyMatch(step -> step.copy() && step.tableOid() == oid);
            if (tables.delta().rewritten(oid, SchemaDelta.TYPE) && !known) {
                out.add(tables.change(oid, DdlKind.ALTER_COLUMN_TYPE, "rows of " + tables.sourceName(oid), List.of())
                        .withCopy(true));
            }
        }
    }

    /** What was never in the log is copied. */
    void persistence() {
        for (Pair<TableDefinition> pair : tables.pairs()) {
            TableDefinition a = pair.after();
            if (pair.before().unlogged() != a.unlogged()) {
                SchemaChange change = tables.change(
                        a.oid(), DdlKind.CREATE_TABLE, "rows of " + tables.sourceName(a.oid()), List.of());
                boolean copy = tables.delta().rewritten(a.oid(), SchemaDelta.PERSISTENCE) && !a.unlogged();
                out.add(
                        a.unlogged()
                                ? change.withNotes(
                                        List.of("unlogged at the source now: its changes do not arrive any more"))
                                : change.withCopy(copy));
            }
        }
    }

    void keys() {
        IndexSteps keys = new IndexSteps(dialect);
        List<TableDefinition> family = new TableFamily(tables.delta().after()).childrenFirst();
        for (TableDefinition table : family) {
            Pair<TableDefinition> pair = tables.pairs().stream()
                    .filter(p -> p.after() == table)
                    .findFirst()
                    .orElse(null);
            if (pair == null) {
                TableDefinition whole = partitions.attachedLater(table) ? withOwnChecks(table) : table;
                keys.steps(whole).forEach(step -> add(table, DdlKind.CREATE_TABLE, step));
                continue;
            }
            constraints.takeIndexes(pair);
            TableDefinition part =
                    table.withConstraints(constraints.toCreate(pair)).withIndexes(indexes.toCreate(pair));
            keys.steps(part).forEach(step -> add(table, kind(step), step));
        }
    }

    private static DdlKind kind(SchemaStep step) {
        return step.object().startsWith("index ") ? DdlKind.CREATE_INDEX : DdlKind.ADD_CONSTRAINT;
    }

    private void add(TableDefinition table, DdlKind kind, SchemaStep step) {
        out.add(tables.change(table.oid(), kind, step.object(), step.statements())
                .withStage(step.stage())
                .withNotes(step.notes())
                .unlessDone(step.existsSql()));
    }

    /** A table to be attached must bring its parent's checks. */
    private static TableDefinition withOwnChecks(TableDefinition table) {
        List<ConstraintDefinition> own = table.constraints().stream()
                .map(c -> c.kind() == Kind.CHECK
                        ? new ConstraintDefinition(
                                c.oid(),
                                c.name(),
                                c.kind(),
                                c.definition(),
                                c.columns(),
                                c.references(),
                                c.validated(),
                                true,
                                c.comment())
                        : c)
                .toList();
        return table.withConstraints(own);
    }

    void foreignKeys() {
        ForeignKeySteps keys = new ForeignKeySteps(dialect, constraints.family());
        for (TableDefinition table : tables.created()) {
            keys.steps(table).forEach(step -> addKey(table, DdlKind.CREATE_TABLE, step));
        }
        for (Pair<TableDefinition> pair : tables.pairs()) {
            TableDefinition part =
                    pair.after().withConstraints(constraints.foreignKeys(pair)).withIndexes(List.of());
            keys.steps(part).forEach(step -> addKey(pair.after(), DdlKind.ADD_CONSTRAINT, step));
        }
        for (TableDefinition table : constraints.untouched()) {
            TableDefinition part =
                    table.withConstraints(constraints.keysToRefilled(table)).withIndexes(List.of());
            keys.steps(part).forEach(step -> addKey(table, DdlKind.ADD_CONSTRAINT, step));
        }
    }

    /** One that is not checked yet needs no rows of the other table. */
    private void addKey(TableDefinition table, DdlKind kind, SchemaStep step) {
        boolean unchecked =
                step.statements().stream().anyMatch(sql -> QuotedText.contains(sql, ConstraintText.NOT_VALID));
        add(
                table,
                kind,
                new SchemaStep(
                        unchecked ? Stage.AFTER_COPY : Stage.WHEN_CONSISTENT,
                        step.table(),
                        step.object(),
                        step.existsSql(),
                        step.statements(),
                        step.notes()));
    }

    void comments() {
        SchemaPlanner planner = new SchemaPlanner(dialect);
        for (TableDefinition table : tables.created()) {
            List<String> statements = planner.comments(table);
            if (!statements.isEmpty()) {
                out.add(tables.change(
                                table.oid(),
                                DdlKind.CREATE_TABLE,
                                "comments on " + tables.sourceName(table.oid()),
                                statements)
                        .withStage(Stage.AFTER_COPY));
            }
        }
    }
}
