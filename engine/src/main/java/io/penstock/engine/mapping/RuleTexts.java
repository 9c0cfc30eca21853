package io.penstock.engine.mapping;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.RuleText;
import io.penstock.core.relation.RuleTrial;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ExpressionText;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeText;
import io.penstock.core.script.Dependence;
import io.penstock.core.script.Script;
import io.penstock.core.script.ScriptException;
import io.penstock.core.script.ScriptRule;
import io.penstock.core.script.ScriptTable;
import io.penstock.core.task.EtlSpec;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a task file says of the rows of its tables: filters, expressions and scripts, brought together as expressions of SQL. Pure.
 */
public final class RuleTexts {
    private static final String ETL = "etl.script";

    private final TaskSpec spec;
    private final String database;

    /** @param database name of the source's database, which a script may ask for */
    public RuleTexts(TaskSpec spec, String database) {
        this.spec = spec;
        this.database = database;
    }

    /**
     * The rule of one table as the file gives it.
     *
     * @param text empty when the rows stay as they are
     * @param types of the columns that a script adds
     * @param exact whether it is known, without asking a database, that everything gives the same for a row at any time
     * @param problems place in the task file and reason
     * @param notes what a script's author should know
     */
    record Read(
            Optional<RuleText> text,
            Map<String, String> types,
            boolean exact,
            List<RuleTrial.Problem> problems,
            List<RuleTrial.Problem> notes) {
        private static final Read NOTHING = new Read(Optional.empty(), Map.of(), true, List.of(), List.of());
    }

    /** Whether the file says anything of any table's rows. */
    public static boolean any(TaskSpec spec) {
        return spec.etl().isPresent()
                || spec.tables().values().stream()
                        .anyMatch(t -> t.where().isPresent()
                                || !t.columns().set().isEmpty()
                                || t.etl().isPresent());
    }

    /** The tables that the file names and says something of. */
    public static List<QualifiedName> named(TaskSpec spec) {
        return spec.tables().entrySet().stream()
                .filter(e -> e.getValue().where().isPresent()
                        || !e.getValue().columns().set().isEmpty()
                        || e.getValue().etl().isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What the file says of a table, word by word; empty when nothing. */
    static String written(TaskSpec spec, QualifiedName table) {
        List<String> lines = new ArrayList<>();
        Optional<TableSpec> own = Optional.ofNullable(spec.tables().get(table));
        own.flatMap(TableSpec::where).ifPresent(w -> lines.add("where: " + w));
        own.ifPresent(t -> t.columns().set().forEach((column, sql) -> lines.add("set " + column + ": " + sql)));
        script(spec, table).ifPresent(s -> lines.add(written(s)));
        own.map(TableSpec::primaryKey)
                .filter(key -> !lines.isEmpty() && !key.isEmpty())
                .ifPresent(key -> lines.add("primaryKey: " + String.join(", ", key)));
        return String.join("\n", lines);
    }

    /** What a script says of every table that it is for. */
    static String written(EtlSpec etl) {
        return "script: " + etl.script();
    }

    private static Optional<EtlSpec> script(TaskSpec spec, QualifiedName table) {
        return Optional.ofNullable(spec.tables().get(table))
                .flatMap(TableSpec::etl)
                .or(spec::etl);
    }

    /** Where the script of a table stands in the file. */
    String scriptPath(QualifiedName table) {
        boolean own = Optional.ofNullable(spec.tables().get(table))
                .flatMap(TableSpec::etl)
                .isPresent();
        return own ? place(table, ETL) : ETL;
    }

    static String place(QualifiedName table, String key) {
        return "tables." + table + (key.isEmpty() ? "" : "." + key);
    }

    Read of(TableDefinition table) {
        String written = written(spec, table.name());
        if (written.isEmpty()) {
            return Read.NOTHING;
        }
        Optional<TableSpec> own = Optional.ofNullable(spec.tables().get(table.name()));
        Optional<String> where = own.flatMap(TableSpec::where);
        Map<String, String> set =
                new LinkedHashMap<>(own.map(t -> t.columns().set()).orElse(Map.of()));
        Map<String, String> types = new LinkedHashMap<>();
        List<RuleTrial.Problem> problems = new ArrayList<>();
        List<RuleTrial.Problem> notes = new ArrayList<>();
        boolean exact = where.isEmpty() && set.isEmpty();
        Optional<ScriptRule> scripted = script(spec, table.name()).flatMap(s -> translated(s, table, problems, notes));
        if (scripted.isPresent()) {
            exact &= !scripted.get().dependsOn().contains(Dependence.NOW);
            Optional<String> keep = scripted.get().keep();
            String both = where.map(w -> "(" + w + "\n) and (" + keep.orElse("true") + ")")
                    .orElse("");
            where = where.isEmpty() ? keep : keep.isEmpty() ? where : Optional.of(both);
            scripted.get().columns().forEach((column, value) -> {
                if (set.containsKey(column)) {
                    problems.add(new RuleTrial.Problem(
                            place(table.name(), RuleTrial.set(column)),
                            "the script sets this column too; write it in one place"));
                }
                if (value.added()) {
                    types.put(column, TypeText.withoutModifier(value.type()));
                }
                set.put(column, value.added() ? "cast(" + value.sql() + " as " + value.type() + ")" : value.sql());
            });
        }
        boolean nothing = where.isEmpty() && set.isEmpty();
        return new Read(
                nothing
                        ? Optional.empty()
                        : Optional.of(new RuleText(table.name(), where.orElse(null), set, written, labels(table, set))),
                types,
                exact,
                problems,
                notes);
    }

    /** Columns that are added with one value for all rows, and belong to the key that the file wants. */
    private Set<String> labels(TableDefinition table, Map<String, String> set) {
        TableSpec own = spec.tables().get(table.name());
        Set<String> labels = new LinkedHashSet<>(own == null ? List.of() : own.primaryKey());
        labels.retainAll(set.keySet());
        labels.removeIf(name -> table.columns().stream().anyMatch(c -> c.name().equals(name))
                || !ExpressionText.constant(set.getOrDefault(name, "")));
        return labels;
    }

    private Optional<ScriptRule> translated(
            EtlSpec etl, TableDefinition table, List<RuleTrial.Problem> problems, List<RuleTrial.Problem> notes) {
        String path = scriptPath(table.name());
        String of = " (table " + table.name() + ")";
        Map<String, String> columns = new LinkedHashMap<>();
        for (ColumnDefinition c : table.copiedColumns()) {
            columns.put(c.name(), c.type());
        }
        try {
            ScriptRule rule = Script.parse(etl.script()).translate(ScriptTable.of(database, table.name(), columns));
            rule.notes().forEach(n -> notes.add(new RuleTrial.Problem(path, n + of)));
            boolean ofTheChange = rule.dependsOn().contains(Dependence.OPERATION)
                    || rule.dependsOn().contains(Dependence.COMMIT_TIMESTAMP);
            if (ofTheChange) {
                problems.add(
                        new RuleTrial.Problem(
                                path,
                                "`__OPERATION__` and `__COMMIT_TIMESTAMP__` cannot be followed" + of
                                        + ": several changes of a row become one here. To leave kinds of changes out there is `dml`."));
                return Optional.empty();
            }
            return rule.isIdentity() ? Optional.empty() : Optional.of(rule);
        } catch (ScriptException e) {
            e.problems().forEach(p -> problems.add(new RuleTrial.Problem(path, p + of)));
            return Optional.empty();
        }
    }
}
