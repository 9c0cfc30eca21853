package io.penstock.engine.mapping;

import io.penstock.core.check.Finding;
import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DestinationDemands;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnMentions;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.NameNotes;
import io.penstock.core.schema.NameProblems;
import io.penstock.core.schema.NewNames;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TaskNames;
import io.penstock.core.task.ColumnsSpec;
import io.penstock.core.task.ConflictPolicy;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether what the task's file says about names, columns and changes of rows can be had. Pure. */
public final class MappingChecks {
    private final TaskSpec spec;
    private final Catalog catalog;
    private final Catalog ruled;
    private final DestinationNames names;
    private final TableRules rules;

    private MappingChecks(TaskSpec spec, Catalog catalog, Catalog ruled, DestinationNames names) {
        this.spec = spec;
        this.catalog = catalog;
        this.ruled = ruled;
        this.names = names;
        this.rules = TableRules.of(spec, names, catalog);
    }

    /**
     * @param ruled the catalog with the columns that the task's file adds
     * @param names as the file gives them to the catalog
     * @param systemColumns see {@link DestinationSchema#systemColumns}
     */
    public static List<Finding> of(
            TaskSpec spec, Catalog catalog, Catalog ruled, DestinationNames names, Set<String> systemColumns) {
        MappingChecks checks = new MappingChecks(spec, catalog, ruled, names);
        return List.of(
                checks.collisions(), checks.unusable(systemColumns), checks.columns(), checks.leftOut(), checks.dml());
    }

    /** What the task wants of the destination's tables when it begins. */
    public static DestinationDemands demands(TaskSpec spec, Catalog catalog, boolean create) {
        DestinationNames names = TaskNames.of(spec).of(catalog);
        TableRules rules = TableRules.of(spec, names, catalog);
        Set<QualifiedName> explicit = catalog.tables().stream()
                .filter(t -> !spec.runs(Phase.SCHEMA) || isExplicit(spec, t))
                .map(t -> names.object(t.oid(), t.name()))
                .collect(Collectors.toSet());
        Set<QualifiedName> lacking = catalog.tables().stream()
                .filter(rules::mayLackColumns)
                .map(t -> names.object(t.oid(), t.name()))
                .collect(Collectors.toSet());
        return new DestinationDemands(
                create, spec.runs(Phase.FULL), spec.conflicts() == ConflictPolicy.IGNORE, explicit, lacking);
    }

    private static boolean isExplicit(TaskSpec spec, TableDefinition table) {
        TableSpec settings = spec.tables().get(table.name());
        return settings != null && settings.to().isPresent();
    }

    private Finding collisions() {
        List<String> problems = new ArrayList<>(NameProblems.collisions(ruled.tables(), names));
        problems.addAll(NameProblems.typeCollisions(catalog.types(), names));
        return finding(
                "mapping.collisions",
                "Two things would have one name at the destination: ",
                problems,
                "Give one of them another name (tables.*.to, columns.rename, columns.set, names.rules). Two tables share one only when"
                        + " tables.*.to says so of both.");
    }

    private Finding unusable(Set<String> systemColumns) {
        return finding(
                "mapping.names",
                "The destination cannot use these names: ",
                NameProblems.unusable(ruled.tables(), names, systemColumns),
                "Correct tables.*.to, columns.rename, columns.set, names.case or names.rules.");
    }

    private Finding columns() {
        List<String> problems = new ArrayList<>();
        for (TableDefinition table : catalog.tables()) {
            settings(table, problems);
            Set<String> lacking = NewNames.lacking(names, table);
            needed(table, lacking, excluded(table), problems);
        }
        GuestFit fit = new GuestFit(ruled, names);
        ruled.tables().stream()
                .filter(t -> names.isGuest(t.oid()))
                .forEach(t -> problems.addAll(fit.problems(t, rules.mayLackColumns(t))));
        return finding(
                "mapping.columns",
                "The columns cannot be mapped so: ",
                problems,
                "Correct tables.*.to, columns.exclude, columns.rename and columns.set of the tables.");
    }

    private void settings(TableDefinition table, List<String> problems) {
        TableSpec settings = spec.tables().get(table.name());
        if (settings == null) {
            return;
        }
        ColumnsSpec columns = settings.columns();
        Set<String> own = table.columns().stream().map(ColumnDefinition::name).collect(Collectors.toSet());
        List<String> named = Stream.concat(columns.exclude().stream(), columns.rename().keySet().stream())
                .toList();
        for (String column : named) {
            String what = "column " + Identifiers.quote(column) + " of " + table.name();
            if (!own.contains(column)) {
                problems.add(what + " does not exist");
            } else if (isInherited(table, column)) {
                problems.add(what + " comes from its parent, where it must be named");
            } else if (columns.exclude().contains(column) && columns.rename().containsKey(column)) {
                problems.add(what + " is both excluded and renamed");
            }
        }
    }

    private boolean isInherited(TableDefinition table, String column) {
        return table.parents().stream()
                .flatMap(p -> catalog.table(p).stream())
                .flatMap(p -> p.columns().stream())
                .anyMatch(c -> c.name().equals(column));
    }

    private List<String> excluded(TableDefinition table) {
        TableSpec settings = spec.tables().get(table.name());
        return settings == null ? List.of() : settings.columns().exclude();
    }

    /** Columns that cannot be left out. */
    private static void needed(
            TableDefinition table, Set<String> lacking, List<String> excluded, List<String> problems) {
        if (lacking.isEmpty()) {
            return;
        }
        List<String> keys =
                table.keyColumns().stream().filter(lacking::contains).toList();
        if (!keys.isEmpty()) {
            problems.add("the key of " + table.name() + " needs " + String.join(", ", keys) + ", which is excluded");
        }
        if (table.partitionKey() != null && ColumnMentions.any(table.partitionKey(), lacking)) {
            problems.add("the partitions of " + table.name() + " are made by a column that is excluded");
        }
        for (ColumnDefinition column : table.columns()) {
            boolean computed = column.generated() != ColumnDefinition.Generated.NO && !excluded.contains(column.name());
            String expression = column.defaultExpression();
            if (computed && expression != null && ColumnMentions.any(expression, lacking)) {
                problems.add("column " + Identifiers.quote(column.name()) + " of " + table.name()
                        + " is computed from one that is excluded; exclude it too");
            }
        }
    }

    private Finding leftOut() {
        List<String> notes = NameNotes.of(catalog, names);
        return notes.isEmpty()
                ? Finding.passed("mapping.left_out")
                : Finding.warning(
                        "mapping.left_out",
                        "The destination does not get all as it is: " + String.join("; ", notes) + ".",
                        "Nothing, if that is what you want.");
    }

    private Finding dml() {
        return finding(
                "mapping.dml",
                "",
                catalog.tables().stream()
                        .filter(t -> TableMapper.isUnfollowable(t, rules.policy(t)))
                        .map(TableMapper::unfollowable)
                        .toList(),
                "Change dml of the task or of the tables.");
    }

    private static Finding finding(String item, String why, List<String> problems, String fix) {
        return problems.isEmpty()
                ? Finding.passed(item)
                : Finding.failed(item, why + String.join("; ", problems) + ".", fix);
    }

    /** Settings by table that no table of the source has. */
    static List<QualifiedName> unknown(TaskSpec spec, Catalog catalog) {
        Map<QualifiedName, TableSpec> tables = spec.tables();
        return tables.keySet().stream().filter(t -> catalog.table(t).isEmpty()).toList();
    }
}
