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
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TaskNames;
import io.penstock.core.task.BegunWith;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds out before the start whether a task's filters, expressions and scripts can be evaluated: by their texts, then by what the source
 * and the destination themselves say. One use, one thread.
 */
public final class RuleCheck {
    static final String ITEM = "task.expressions";
    static final String CHANGING = "task.expressions_immutable";
    static final String ORDER = "task.expressions_order";
    static final String LETTERS = "task.expressions_letters";
    static final String NOTES = "task.script_notes";
    static final String WHOLE_ROWS = "task.whole_rows";
    static final String FOREIGN_KEYS = "task.filtered_references";

    private final TaskSpec spec;
    private final DestinationSchema schema;
    private final RuleTrials trials;

    public RuleCheck(TaskSpec spec, SourceSetup setup, DestinationSchema schema) {
        this.spec = spec;
        this.schema = schema;
        this.trials = new RuleTrials(spec, setup, schema);
    }

    /**
     * Tries everything.
     *
     * @param create whether the task is still to create what the destination lacks
     */
    public List<Finding> findings(Catalog catalog, boolean create) {
        if (!RuleTexts.any(spec)) {
            return List.of();
        }
        attempt(catalog, Set.of(), create);
        if (trials.problems().isEmpty()) {
            trials.partitions(catalog);
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(
                trials.problems().isEmpty()
                        ? Finding.passed(ITEM)
                        : Finding.failed(
                                ITEM,
                                String.join("\n", trials.problems()),
                                "Correct the task file; an expression is PostgreSQL's SQL over the columns of one source row, and"
                                        + " functions outside of pg_catalog are named with their schema."));
        findings.add(changing());
        findings.add(
                trials.notes().isEmpty()
                        ? Finding.passed(NOTES)
                        : Finding.warning(
                                NOTES, String.join("\n", trials.notes()), "Nothing, if the script means that."));
        if (trials.problems().isEmpty()) {
            findings.addAll(trials.collations());
            findings.add(references(catalog));
            findings.add(wholeRows(catalog));
        }
        return findings;
    }

    /**
     * As {@link #findings}, for whom nothing but a failure matters.
     *
     * @throws PenstockException PRECHECK with every problem
     */
    public void require(Catalog catalog, boolean create) {
        findings(catalog, create);
        if (!trials.problems().isEmpty()) {
            throw new PenstockException(ErrorKind.PRECHECK, String.join("\n", trials.problems()));
        }
    }

    private Finding changing() {
        return trials.changing().isEmpty()
                ? Finding.passed(CHANGING)
                : Finding.warning(
                        CHANGING,
                        "Not IMMUTABLE, so that the value may depend on when and where it is computed, and rows that are copied get"
                                + " others than rows that are changed: "
                                + String.join(", ", trials.changing()) + ".",
                        "Nothing, if that is meant, as with now() in a column that tells when a row was loaded. All expressions see"
                                + " TimeZone UTC and search_path pg_catalog.");
    }

    /** The rows of a partition are those of its table, if that is there. */
    private void attempt(Catalog catalog, Set<QualifiedName> done, boolean create) {
        DestinationNames names = TaskNames.of(spec).of(catalog);
        trials.typesThere(catalog, names);
        List<SchemaStep> first = create ? withoutTables(catalog, names) : List.of();
        for (TableDefinition table : catalog.tables()) {
            boolean part = table.isPartition()
                    && table.parents().stream().anyMatch(p -> catalog.table(p).isPresent());
            boolean own = RuleTexts.named(spec).contains(table.name());
            if (!done.contains(table.name()) && (own || !part)) {
                trials.attempt(table, first);
            }
        }
    }

    /** What {@link #findings} has found out; every table is under the rule the file gives it. */
    public RowRules rules() {
        return trials.rules();
    }

    /**
     * The rules of a task that may have begun: what its tables are mapped with already stays as it was tried then. A table that the file
     * names and that is not there may have been dropped, and may be created again; so nothing is said of it.
     *
     * @param mapped the task's tables so far
     * @param begun what the file said when the task was last started
     * @throws PenstockException PRECHECK when an expression cannot be evaluated; REFUSED when one is another than the tables were made with
     */
    public static RowRules load(
            TaskSpec spec,
            Collection<TableMapping> mapped,
            Optional<BegunWith> begun,
            SourceSetup setup,
            DestinationSchema schema) {
        Map<QualifiedName, RowRule> made = new HashMap<>();
        mapped.stream().map(TableMapping::rule).filter(r -> r != null).forEach(r -> made.putIfAbsent(r.origin(), r));
        if (made.isEmpty() && !RuleTexts.any(spec)) {
            return RowRules.none();
        }
        RuleCheck check = new RuleCheck(spec, setup, schema);
        Catalog catalog = setup.catalog(spec.objects());
        check.requireSame(made, mapped, begun, catalog);
        made.values().forEach(check.trials::take);
        Set<QualifiedName> done = new HashSet<>(made.keySet());
        mapped.forEach(m -> done.add(m.source()));
        check.attempt(catalog, done, spec.runs(Phase.SCHEMA));
        if (!check.trials.problems().isEmpty()) {
            throw new PenstockException(ErrorKind.PRECHECK, String.join("\n", check.trials.problems()));
        }
        RowRules rules = check.rules();
        mapped.forEach(rules::known);
        return rules;
    }

    /** Of a task that has begun, whose columns may be called otherwise by now: only whether its rules are those of then. */
    public static Finding begun(
            TaskSpec spec,
            Collection<TableMapping> mapped,
            Optional<BegunWith> begun,
            SourceSetup setup,
            DestinationSchema schema) {
        try {
            load(spec, mapped, begun, setup, schema);
            return Finding.passed(ITEM);
        } catch (PenstockException e) {
            if (e.kind() != ErrorKind.PRECHECK && e.kind() != ErrorKind.REFUSED) {
                throw e;
            }
            return Finding.failed(ITEM, String.valueOf(e.getMessage()), "Correct the task file.");
        }
    }

    /** Rows that are there were made by the rules of then, and nobody would make them anew. */
    private void requireSame(
            Map<QualifiedName, RowRule> made,
            Collection<TableMapping> mapped,
            Optional<BegunWith> begun,
            Catalog catalog) {
        List<String> changed = new ArrayList<>();
        made.forEach((origin, rule) -> {
            if (!RuleTexts.written(spec, origin).equals(rule.written())) {
                changed.add(RuleTexts.place(origin, ""));
            }
        });
        for (TableMapping table : mapped) {
            // A table that came to its name by a rename keeps what it had: the file said the same while it was renamed.
            boolean same = begun.map(b -> b.rule(table.source()))
                    .filter(RuleTexts.written(spec, table.source())::equals)
                    .isPresent();
            boolean under = table.rule() == null
                    && !same
                    && catalog.table(table.source())
                            .filter(t -> !t.isPartition())
                            .flatMap(t -> trials.texts().of(t).text())
                            .isPresent();
            if (under) {
                changed.add(RuleTexts.place(table.source(), ""));
            }
        }
        if (!changed.isEmpty()) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "The task file's filters, expressions or scripts are not those that the destination's rows were made with: "
                            + String.join(", ", changed)
                            + ". Put the task file back as it was; or release the task, drop these destination tables and start it"
                            + " again.");
        }
    }

    /** What expressions may need and the schema phase has not created yet. */
    private List<SchemaStep> withoutTables(Catalog catalog, DestinationNames names) {
        if (catalog.types().isEmpty()) {
            return List.of();
        }
        return schema.plan(catalog, names).stream()
                .filter(s -> s.stage() == SchemaStep.Stage.BEFORE_COPY && s.table() == null)
                .toList();
    }

    /** What it costs the source. */
    private Finding wholeRows(Catalog catalog) {
        RowRules rules = rules();
        Function<QualifiedName, Optional<TableDefinition>> all = RowRules.in(catalog);
        List<String> tables = catalog.tablesWithRows().stream()
                .filter(t -> t.identity() != ReplicaIdentity.FULL)
                .filter(t -> {
                    RowRule rule = rules.rule(t, all);
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
        Set<QualifiedName> filtered = rules().texts().stream()
                .filter(t -> t.where() != null || !t.labels().isEmpty())
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
                        "These foreign keys refer to a table of which `where` leaves rows out, or whose keys begin with a label, so the"
                                + " destination does not get them: "
                                + String.join(", ", keys) + ".",
                        "Nothing, if that is meant.");
    }
}
