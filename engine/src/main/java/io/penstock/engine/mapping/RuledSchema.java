package io.penstock.engine.mapping;

import io.penstock.core.check.Finding;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DestinationDemands;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.RuleText;
import io.penstock.core.relation.RuleTrial;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaChanges;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.TableDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The destination's definitions where tables are under rules: an added column is one of the table's own, whether the table is created,
 * changed or becomes a partition; where rows have a label, it begins every unique key; and a foreign key to a table of which rows are left
 * out, or whose keys have a label, does not exist. One thread at a time.
 */
public record RuledSchema(DestinationSchema real, RowRules rules) implements DestinationSchema {
    /** An added column's number follows from its name, so that it is always the same. */
    private static final int ADDED_NUMBERS = 30_000;

    @Override
    public List<Finding> check(Catalog catalog, DestinationNames names, DestinationDemands demands) {
        return real.check(after(catalog), names, demands);
    }

    @Override
    public Set<QualifiedName> sharedWithOtherTasks(Collection<QualifiedName> tables) {
        return real.sharedWithOtherTasks(tables);
    }

    @Override
    public Set<String> systemColumns() {
        return real.systemColumns();
    }

    @Override
    public List<SchemaStep> plan(Catalog catalog, DestinationNames names) {
        return real.plan(after(catalog), names);
    }

    @Override
    public SchemaChanges changes(SchemaDelta delta, FollowedDdl followed, DestinationNames names) {
        if (rules.isEmpty()) {
            return real.changes(delta, followed, names);
        }
        Function<QualifiedName, Optional<TableDefinition>> old = RowRules.in(delta.before());
        Function<QualifiedName, Optional<TableDefinition>> now = RowRules.in(delta.after(), delta.before());
        SchemaDelta ruled = new SchemaDelta(
                seen(delta.before(), old, rules::present),
                seen(delta.after(), now, rules::rule),
                delta.dropped(),
                delta.rewritten(),
                delta.plainCast(),
                delta.others());
        SchemaChanges changes = real.changes(ruled, followed, names);
        List<SchemaChange> steps = new ArrayList<>(changes.steps());
        Map<Integer, TableDefinition> byOid = new HashMap<>();
        delta.before().tables().forEach(t -> byOid.put(t.oid(), t));
        for (TableDefinition table : delta.after().tables()) {
            TableDefinition before = byOid.get(table.oid());
            boolean copy = table.kind() == TableDefinition.Kind.TABLE
                    && before != null
                    && RuleBinding.changes(rules.present(before, old), rules.rule(table, now));
            if (copy) {
                steps.add(SchemaChange.of(
                                table.oid(), table.name(), Optional.empty(), "rows of " + table.name(), List.of())
                        .withCopy(true)
                        .withNotes(List.of("what the task file's expressions make of the rows has changed")));
            }
        }
        return new SchemaChanges(steps, changes.names());
    }

    /** The catalog with the columns that rules add. */
    public Catalog after(Catalog catalog) {
        return rules.isEmpty() ? catalog : seen(catalog, RowRules.in(catalog), rules::rule);
    }

    /** @param rule a table's rule, given where to find what it is a partition of */
    private static Catalog seen(
            Catalog catalog,
            Function<QualifiedName, Optional<TableDefinition>> tables,
            BiFunction<TableDefinition, Function<QualifiedName, Optional<TableDefinition>>, @Nullable RowRule> rule) {
        return new Catalog(
                catalog.serverVersion(),
                catalog.schemas(),
                catalog.extensions(),
                catalog.functions(),
                catalog.types(),
                catalog.sequences(),
                catalog.tables().stream()
                        .map(t -> withAdded(t, rule.apply(t, tables)))
                        .map(t -> t.withConstraints(t.constraints().stream()
                                .filter(c -> !refersToOtherKeys(c, tables, rule))
                                .toList()))
                        .toList());
    }

    private static boolean refersToOtherKeys(
            ConstraintDefinition constraint,
            Function<QualifiedName, Optional<TableDefinition>> tables,
            BiFunction<TableDefinition, Function<QualifiedName, Optional<TableDefinition>>, @Nullable RowRule> rule) {
        QualifiedName referenced = constraint.references();
        RowRule theirs = referenced == null
                ? null
                : tables.apply(referenced).map(t -> rule.apply(t, tables)).orElse(null);
        return theirs != null && (theirs.where() != null || !theirs.labels().isEmpty());
    }

    private static TableDefinition withAdded(TableDefinition table, @Nullable RowRule rule) {
        if (rule == null || rule.expressions().stream().noneMatch(RowRule.Expression::added)) {
            return table;
        }
        List<ColumnDefinition> columns = new ArrayList<>(table.columns());
        for (RowRule.Expression e : rule.expressions()) {
            if (e.added()) {
                columns.add(added(e, columns, !table.isPartition()));
            }
        }
        List<String> labels =
                rule.labels().stream().map(RowRule.Expression::column).toList();
        TableDefinition whole = table.withColumns(columns);
        return labels.isEmpty() ? whole : LabelledKeys.of(whole, labels);
    }

    private static ColumnDefinition added(RowRule.Expression e, List<ColumnDefinition> columns, boolean local) {
        int number = ColumnDefinition.FIRST_ADDED + Math.floorMod(e.name().hashCode(), ADDED_NUMBERS);
        while (taken(number, columns)) {
            number++;
        }
        return new ColumnDefinition(
                number,
                e.column(),
                e.type(),
                0,
                -1,
                ' ',
                false,
                null,
                false,
                null,
                null,
                Identity.NO,
                Generated.NO,
                local,
                null);
    }

    private static boolean taken(int number, List<ColumnDefinition> columns) {
        return columns.stream().anyMatch(c -> c.number() == number);
    }

    @Override
    public RuleTrial tryRule(TableDefinition table, RuleText rule, Map<String, String> types, List<SchemaStep> first) {
        return real.tryRule(table, rule, types, first);
    }

    @Override
    public boolean run(SchemaStep step) {
        return real.run(step);
    }

    @Override
    public boolean hasRows(QualifiedName table) {
        return real.hasRows(table);
    }

    @Override
    public Optional<DestinationTable> table(QualifiedName name) {
        return real.table(name);
    }

    @Override
    public void close() {
        real.close();
    }
}
