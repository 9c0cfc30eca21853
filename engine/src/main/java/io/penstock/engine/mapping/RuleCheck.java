package io.penstock.engine.mapping;

import io.penstock.core.check.Finding;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.RuleText;
import io.penstock.core.relation.RuleTrial;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ExpressionText;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.mapping.RuleBinding.Known;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Finds out before the start whether a task's filters and expressions can be evaluated: by their texts, then by what the source and the
 * destination themselves say. One use, one thread.
 */
public final class RuleCheck {
    static final String ITEM = "task.expressions";
    static final String CHANGING = "task.expressions_immutable";
    static final String WHOLE_ROWS = "task.whole_rows";
    static final String FOREIGN_KEYS = "task.filtered_references";

    private final TaskSpec spec;
    private final SourceSetup setup;
    private final DestinationSchema schema;
    private final Map<QualifiedName, Known> known = new LinkedHashMap<>();
    private final Set<QualifiedName> wholeRows = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> changing = new ArrayList<>();

    public RuleCheck(TaskSpec spec, SourceSetup setup, DestinationSchema schema) {
        this.spec = spec;
        this.setup = setup;
        this.schema = schema;
    }

    /**
     * Tries everything.
     *
     * @param create whether the task is still to create what the destination lacks
     */
    public List<Finding> findings(Catalog catalog, boolean create) {
        Map<QualifiedName, RuleText> texts = RuleTexts.of(spec);
        if (texts.isEmpty()) {
            return List.of();
        }
        List<SchemaStep> first = create ? withoutTables(catalog) : List.of();
        texts.values().forEach(text -> attempt(text, catalog, first));
        if (problems.isEmpty()) {
            partitions(catalog);
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(
                problems.isEmpty()
                        ? Finding.passed(ITEM)
                        : Finding.failed(
                                ITEM,
                                String.join("\n", problems),
                                "Correct the task file; an expression is PostgreSQL's SQL over the columns of one source row, and"
                                        + " functions outside of pg_catalog are named with their schema."));
        findings.add(
                changing.isEmpty()
                        ? Finding.passed(CHANGING)
                        : Finding.warning(
                                CHANGING,
                                "Not IMMUTABLE, so that the value may depend on when and where it is computed, and rows that are"
                                        + " copied get others than rows that are changed: "
                                        + String.join(", ", changing) + ".",
                                "Nothing, if that is meant, as with now() in a column that tells when a row was loaded. All"
                                        + " expressions see TimeZone UTC and search_path pg_catalog."));
        if (problems.isEmpty()) {
            findings.add(references(catalog));
            findings.add(wholeRows(catalog));
        }
        return findings;
    }

    /** What {@link #findings} has found out; every table is under the rule the file gives it. */
    public RowRules rules() {
        return new RowRules(known, wholeRows);
    }

    /**
     * The rules of a task that may have begun: what its tables are mapped with already stays as it was tried then.
     *
     * @param mapped the task's tables so far
     * @throws PenstockException PRECHECK when an expression cannot be evaluated; REFUSED when one is another than the tables were made with
     */
    public static RowRules load(
            TaskSpec spec, Collection<TableMapping> mapped, SourceSetup setup, DestinationSchema schema) {
        Map<QualifiedName, RowRule> made = new HashMap<>();
        mapped.stream().map(TableMapping::rule).filter(r -> r != null).forEach(r -> made.putIfAbsent(r.origin(), r));
        Map<QualifiedName, RuleText> texts = RuleTexts.of(spec);
        RuleCheck check = new RuleCheck(spec, setup, schema);
        check.requireSame(texts, made, mapped);
        Supplier<Catalog> catalog = new Once(() -> setup.catalog(spec.objects()));
        for (RuleText text : texts.values()) {
            RowRule same = made.get(text.origin());
            if (same != null) {
                check.take(text, same);
            } else if (!mapped.isEmpty() && catalog.get().table(text.origin()).isEmpty()) {
                // It was dropped, and may be created again.
                check.known.put(text.origin(), Known.untried(text));
            } else {
                check.attempt(text, catalog.get(), check.withoutTables(catalog.get()));
            }
        }
        if (!check.problems.isEmpty()) {
            throw new PenstockException(ErrorKind.PRECHECK, String.join("\n", check.problems));
        }
        RowRules rules = check.rules();
        mapped.forEach(rules::known);
        return rules;
    }

    /** Asks when it is needed, and no second time. */
    private static final class Once implements Supplier<Catalog> {
        private final Supplier<Catalog> asking;
        private final List<Catalog> answer = new ArrayList<>();

        Once(Supplier<Catalog> asking) {
            this.asking = asking;
        }

        @Override
        public Catalog get() {
            if (answer.isEmpty()) {
                answer.add(asking.get());
            }
            return answer.get(0);
        }
    }

    private void take(RuleText text, RowRule made) {
        Map<String, String> types = new HashMap<>();
        made.expressions().stream().filter(RowRule.Expression::added).forEach(e -> types.put(e.name(), e.type()));
        known.put(text.origin(), new Known(text, types, made.exactWhere(), made.exactValues(), true));
        if (made.wholeRows()) {
            wholeRows.add(text.origin());
        }
    }

    /** Rows that are there were made by the rules of then, and nobody would make them anew. */
    private void requireSame(
            Map<QualifiedName, RuleText> texts, Map<QualifiedName, RowRule> made, Collection<TableMapping> mapped) {
        List<String> changed = new ArrayList<>();
        made.forEach((origin, rule) -> {
            RuleText now = texts.get(origin);
            if (now == null || !now.equals(text(rule))) {
                changed.add(place(origin, now == null ? "" : ".where or .columns.set"));
            }
        });
        mapped.stream()
                .filter(m -> m.rule() == null && texts.containsKey(m.source()))
                .forEach(m -> changed.add(place(m.source(), "")));
        if (!changed.isEmpty()) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "The task file's filters or expressions are not those that the destination's rows were made with: "
                            + String.join(", ", changed)
                            + ". Put the task file back as it was; or release the task, drop these destination tables and start it"
                            + " again.");
        }
    }

    private static RuleText text(RowRule rule) {
        Map<String, String> set = new LinkedHashMap<>();
        rule.expressions().forEach(e -> set.put(e.name(), e.sql()));
        return new RuleText(rule.origin(), rule.where(), set);
    }

    private static String place(QualifiedName table, String key) {
        return "tables." + table + key;
    }

    /** What expressions may need and the schema phase has not created yet. */
    private List<SchemaStep> withoutTables(Catalog catalog) {
        if (catalog.types().isEmpty()) {
            return List.of();
        }
        return schema.plan(catalog).stream()
                .filter(s -> s.stage() == SchemaStep.Stage.BEFORE_COPY && s.table() == null)
                .toList();
    }

    private void attempt(RuleText text, Catalog catalog, List<SchemaStep> first) {
        Optional<TableDefinition> table = catalog.table(text.origin());
        if (table.isEmpty()) {
            problem(text, "", "is no table that the task synchronises");
            return;
        }
        try {
            attempt(text, table.get(), first);
        } catch (PenstockException e) {
            if (e.kind() != ErrorKind.REFUSED && e.kind() != ErrorKind.PRECHECK) {
                throw e;
            }
            problem(text, "", String.valueOf(e.getMessage()));
        }
    }

    private void attempt(RuleText text, TableDefinition table, List<SchemaStep> first) {
        int before = problems.size();
        objections(text, table);
        if (problems.size() > before) {
            return;
        }
        RuleTrial there = setup.tryRule(table, text);
        there.problems().forEach(p -> problem(text, "." + p.key(), p.why()));
        if (!there.problems().isEmpty()) {
            return;
        }
        RuleTrial here = schema.tryRule(table, text, there.types(), first);
        here.problems().forEach(p -> problem(text, "." + p.key(), p.why()));
        here.changing().stream().sorted().forEach(key -> changing.add(place(text.origin(), "." + key)));
        boolean exactWhere = !here.changing().contains(RuleTrial.WHERE);
        boolean exactValues = here.changing().stream().allMatch(RuleTrial.WHERE::equals);
        Known found = new Known(text, there.types(), exactWhere, exactValues, true);
        RowRule rule = new RuleBinding(table).first(found);
        RuleBinding.objection(rule, table).ifPresent(why -> problem(text, "", why));
        known.put(text.origin(), found);
        if (rule.wholeRows()) {
            wholeRows.add(text.origin());
        }
    }

    private void objections(RuleText text, TableDefinition table) {
        List<String> columns =
                table.copiedColumns().stream().map(ColumnDefinition::name).toList();
        String row = text.origin().table();
        if (columns.isEmpty()) {
            problem(text, "", "the table has no columns");
        }
        if (text.where() != null) {
            ExpressionText.objection(text.where(), row, columns)
                    .ifPresent(why -> problem(text, "." + RuleTrial.WHERE, why));
        }
        text.set().forEach((column, sql) -> {
            ExpressionText.objection(sql, row, columns)
                    .ifPresent(why -> problem(text, "." + RuleTrial.set(column), why));
            boolean computed =
                    table.columns().stream().anyMatch(c -> c.name().equals(column)) && !columns.contains(column);
            if (computed) {
                problem(text, "." + RuleTrial.set(column), "the source computes this column itself; set another one");
            }
        });
    }

    private void problem(RuleText text, String key, String why) {
        String path = place(text.origin(), key);
        OptionalInt line = spec.lineOf(path);
        problems.add((line.isPresent() ? "line " + line.getAsInt() + ": " : "") + path + ": " + why);
    }

    /** Each partition has its own columns and perhaps its own key. */
    private void partitions(Catalog catalog) {
        RowRules rules = rules();
        for (TableDefinition table : catalog.tables()) {
            try {
                RowRule rule = rules.rule(table, RowRules.in(catalog));
                boolean twice = rule != null
                        && table.isPartition()
                        && rule.origin().equals(table.name())
                        && table.parents().stream().anyMatch(p -> isUnderRule(p, catalog, rules));
                if (twice) {
                    problems.add(place(table.name(), "")
                            + ": it is a partition of a table that has a filter or expressions of its own;"
                            + " those hold for all its partitions");
                }
            } catch (PenstockException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
    }

    private static boolean isUnderRule(QualifiedName name, Catalog catalog, RowRules rules) {
        return catalog.table(name).map(t -> rules.rule(t, RowRules.in(catalog))).isPresent();
    }

    /** What it costs the source. */
    private Finding wholeRows(Catalog catalog) {
        RowRules rules = rules();
        List<String> tables = catalog.tablesWithRows().stream()
                .filter(t -> t.identity() != ReplicaIdentity.FULL)
                .filter(t -> {
                    RowRule rule = rules.rule(t, RowRules.in(catalog));
                    return rule != null && rule.wholeRows();
                })
                .map(t -> t.name().toString())
                .toList();
        return tables.isEmpty() || !spec.runs(Phase.INCREMENTAL)
                ? Finding.passed(WHOLE_ROWS)
                : Finding.warning(
                        WHOLE_ROWS,
                        "The task sets REPLICA IDENTITY FULL on " + String.join(", ", tables)
                                + ", and puts back at release what there was: a filter must know the old row, and an expression a large"
                                + " value that an UPDATE does not touch. Each UPDATE and DELETE there writes the old row into the log.",
                        "Nothing; or leave `where`, and expressions over columns of variable length, out.");
    }

    /** Foreign keys to rows that are left out cannot hold. */
    private Finding references(Catalog catalog) {
        Set<QualifiedName> filtered = known.values().stream()
                .map(Known::text)
                .filter(t -> t.where() != null)
                .map(RuleText::origin)
                .collect(Collectors.toSet());
        List<String> keys = catalog.tables().stream()
                .flatMap(t -> t.constraints().stream()
                        .filter(c -> c.references() != null && filtered.contains(c.references()))
                        .map(c -> c.name() + " of " + t.name()))
                .toList();
        return keys.isEmpty()
                ? Finding.passed(FOREIGN_KEYS)
                : Finding.warning(
                        FOREIGN_KEYS,
                        "These foreign keys refer to a table of which `where` leaves rows out, so the destination does not get them: "
                                + String.join(", ", keys) + ".",
                        "Nothing, if that is meant.");
    }
}
