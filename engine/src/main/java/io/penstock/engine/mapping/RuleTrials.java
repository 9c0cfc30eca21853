package io.penstock.engine.mapping;

import io.penstock.core.check.Finding;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.RuleText;
import io.penstock.core.relation.RuleTrial;
import io.penstock.core.relation.TextSense;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.ExpressionText;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.mapping.RuleBinding.Known;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** Rules table by table, and what both databases have said of them so far. One thread. */
final class RuleTrials {
    private final TaskSpec spec;
    private final SourceSetup setup;
    private final DestinationSchema schema;
    private final RuleTexts texts;
    private final Map<QualifiedName, Known> known = new LinkedHashMap<>();
    private final Set<QualifiedName> wholeRows = new HashSet<>();
    private final Set<String> problems = new LinkedHashSet<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private final List<String> changing = new ArrayList<>();
    private final Set<String> ordered = new LinkedHashSet<>();
    private final Set<String> lettered = new LinkedHashSet<>();
    private TextSense source = TextSense.UNKNOWN;
    private TextSense destination = TextSense.UNKNOWN;
    private Map<String, String> typesThere = Map.of();

    RuleTrials(TaskSpec spec, SourceSetup setup, DestinationSchema schema) {
        this.spec = spec;
        this.setup = setup;
        this.schema = schema;
        this.texts = new RuleTexts(spec, setup.database());
    }

    /** What the destination calls types that go into another schema. */
    void typesThere(Catalog catalog, DestinationNames names) {
        Map<String, String> there = new HashMap<>();
        for (TypeDefinition type : catalog.types()) {
            there.put(
                    type.name().toString(),
                    names.object(type.oid(), type.name()).toString());
        }
        there.entrySet().removeIf(e -> e.getKey().equals(e.getValue()));
        typesThere = Map.copyOf(there);
    }

    private String there(String type) {
        return RowRule.there(typesThere, type);
    }

    /** The table with the destination's names of types. */
    private TableDefinition there(TableDefinition table) {
        return table.withColumns(
                table.columns().stream().map(c -> c.withType(there(c.type()))).toList());
    }

    RuleTexts texts() {
        return texts;
    }

    Set<String> problems() {
        return problems;
    }

    /** Of scripts. */
    Set<String> notes() {
        return notes;
    }

    /** Places of what is not immutable. */
    List<String> changing() {
        return changing;
    }

    /** Whether the databases agree about the texts that expressions compare. */
    List<Finding> collations() {
        Finding order = ordered.isEmpty()
                ? Finding.passed(RuleCheck.ORDER)
                : Finding.doubtful(
                        RuleCheck.ORDER,
                        "The source orders texts by " + source.order() + " and the destination by "
                                + destination.order()
                                + ", so the same row would be judged otherwise when it is copied than when it is changed: "
                                + String.join(", ", ordered) + ".",
                        "Say which order is meant, as in name COLLATE \"C\" < 'm'; or give the destination's database the"
                                + " source's LC_COLLATE; or, if the texts that occur are ordered alike by both, run with --skip "
                                + RuleCheck.ORDER + ".");
        Finding letters = lettered.isEmpty()
                ? Finding.passed(RuleCheck.LETTERS)
                : Finding.warning(
                        RuleCheck.LETTERS,
                        "Texts have another collation at the source (" + source.order() + ", " + source.letters()
                                + ") than at the destination (" + destination.order() + ", " + destination.letters()
                                + "), so these may give something else for a row that is copied than for one"
                                + " that is changed, as lower('\u00c4') does: " + String.join(", ", lettered) + ".",
                        "Nothing, if letters beyond A to Z do not occur or do not matter; else say what is meant, as in"
                                + " lower(name COLLATE \"C\"), or give the destination's database the source's LC_CTYPE.");
        return List.of(order, letters);
    }

    RowRules rules() {
        return new RowRules(known, wholeRows, typesThere, RuleTexts.any(spec) ? this::later : null);
    }

    /**
     * The rule of a table that did not exist when the task was started. The databases were not asked; what they cannot evaluate they will
     * refuse.
     */
    private Optional<Known> later(TableDefinition table) {
        RuleTexts.Read read = texts.of(table);
        if (!read.problems().isEmpty()) {
            RuleTrial.Problem first = read.problems().get(0);
            throw new PenstockException(ErrorKind.REFUSED, line(first.key()) + first.key() + ": " + first.why());
        }
        if (read.text().isEmpty()) {
            return Optional.empty();
        }
        for (String column : read.text().get().set().keySet()) {
            boolean there = table.columns().stream().anyMatch(c -> c.name().equals(column));
            if (!there && !read.types().containsKey(column)) {
                throw new PenstockException(
                        ErrorKind.TRANSIENT,
                        "Table " + table.name() + " did not exist when the task was started, so the type of column "
                                + column + ", which `columns.set` adds, has yet to be asked for.");
            }
        }
        return Optional.of(new Known(read.text().get(), read.types(), read.exact(), read.exact()));
    }

    /** A rule of which a table was made: nothing is tried again. */
    void take(RowRule made) {
        Map<String, String> types = new HashMap<>();
        Map<String, String> set = new LinkedHashMap<>();
        for (RowRule.Expression e : made.expressions()) {
            set.put(e.name(), e.sql());
            if (e.added()) {
                types.put(e.name(), e.type());
            }
        }
        RuleText text = new RuleText(made.origin(), made.where(), set, made.written());
        known.put(made.origin(), new Known(text, types, made.exactWhere(), made.exactValues()));
        if (made.wholeRows()) {
            wholeRows.add(made.origin());
        }
    }

    void attempt(TableDefinition table, List<SchemaStep> first) {
        RuleTexts.Read read = texts.of(table);
        read.problems().forEach(p -> problem(p.key(), p.why()));
        read.notes().forEach(n -> notes.add(line(n.key()) + n.key() + ": " + n.why()));
        if (read.text().isEmpty() || !read.problems().isEmpty()) {
            return;
        }
        RuleText text = read.text().get();
        try {
            attempt(text, table, first);
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
        RuleTrial here = schema.tryRule(there(table), text, typesThere(there.types()), first);
        here.problems().forEach(p -> problem(text, "." + p.key(), p.why()));
        compare(text, there.texts(), here.texts());
        here.changing().stream().sorted().forEach(key -> changing.add(path(text, "." + key)));
        boolean exactWhere = !here.changing().contains(RuleTrial.WHERE);
        boolean exactValues = here.changing().stream().allMatch(RuleTrial.WHERE::equals);
        Known found = new Known(text, there.types(), exactWhere, exactValues);
        RowRule rule = new RuleBinding(table).first(found);
        RuleBinding.objection(rule, table).ifPresent(why -> problem(text, "", why));
        known.put(text.origin(), found);
        if (rule.wholeRows()) {
            wholeRows.add(text.origin());
        }
    }

    /** The copy is computed at the source, changes are at the destination. */
    private void compare(RuleText text, TextSense there, TextSense here) {
        source = there;
        destination = here;
        if (!there.order().equals(here.order())) {
            here.ordered().stream().sorted().forEach(key -> ordered.add(path(text, "." + key)));
        }
        if (!there.letters().equals(here.letters()) || !there.order().equals(here.order())) {
            here.lettered().stream().sorted().forEach(key -> lettered.add(path(text, "." + key)));
        }
    }

    private Map<String, String> typesThere(Map<String, String> types) {
        Map<String, String> there = new LinkedHashMap<>();
        types.forEach((column, type) -> there.put(column, there(type)));
        return there;
    }

    private void objections(RuleText text, TableDefinition table) {
        List<String> columns =
                table.copiedColumns().stream().map(ColumnDefinition::name).toList();
        String row = text.origin().table();
        TableRules settings = new TableRules(spec, DestinationNames.SAME, name -> Optional.empty());
        if (settings.policy(table).missesRows()) {
            problem(text, "", RowRules.NEEDS_ALL_ROWS);
        }
        if (columns.isEmpty()) {
            problem(text, "", "the table has no columns");
        }
        if (text.where() != null) {
            ExpressionText.objection(text.where(), row, columns)
                    .ifPresent(why -> problem(text, "." + RuleTrial.WHERE, why));
        }
        List<String> excluded = Optional.ofNullable(spec.tables().get(text.origin()))
                .map(t -> t.columns().exclude())
                .orElse(List.of());
        text.set().forEach((column, sql) -> {
            ExpressionText.objection(sql, row, columns)
                    .ifPresent(why -> problem(text, "." + RuleTrial.set(column), why));
            boolean computed =
                    table.columns().stream().anyMatch(c -> c.name().equals(column)) && !columns.contains(column);
            if (computed) {
                problem(text, "." + RuleTrial.set(column), "the source computes this column itself; set another one");
            }
            if (excluded.contains(column)) {
                problem(text, "." + RuleTrial.set(column), "the column is excluded; take it out of columns.exclude");
            }
        });
    }

    /** @param key within the table's settings; what a script has made stands in the script's place */
    private void problem(RuleText text, String key, String why) {
        problem(path(text, key), why);
    }

    private String path(RuleText text, String key) {
        Optional<TableSpec> own = Optional.ofNullable(spec.tables().get(text.origin()));
        boolean where = key.equals("." + RuleTrial.WHERE)
                && own.flatMap(TableSpec::where).isPresent();
        boolean set = own.map(t -> t.columns().set().keySet()).orElse(Set.of()).stream()
                .anyMatch(column -> key.equals("." + RuleTrial.set(column)));
        boolean written = where || set || key.isEmpty() && own.isPresent();
        return written
                ? RuleTexts.place(text.origin(), "") + key
                : texts.scriptPath(text.origin()) + " (table " + text.origin()
                        + key.replace(".columns.set.", ", column ") + ")";
    }

    private void problem(String path, String why) {
        problems.add(line(path) + path + ": " + why);
    }

    /** @param path with the table in parentheses after it, perhaps */
    private String line(String path) {
        int table = path.indexOf(" (table ");
        OptionalInt line = spec.lineOf(table < 0 ? path : path.substring(0, table));
        return line.isPresent() ? "line " + line.getAsInt() + ": " : "";
    }

    /** Each partition has its own columns and perhaps its own key. */
    void partitions(Catalog catalog) {
        RowRules rules = rules();
        Function<QualifiedName, Optional<TableDefinition>> tables = RowRules.in(catalog);
        for (TableDefinition table : catalog.tables()) {
            try {
                RowRule rule = rules.rule(table, tables);
                boolean twice = rule != null
                        && table.isPartition()
                        && rule.origin().equals(table.name())
                        && table.parents().stream().anyMatch(p -> tables.apply(p)
                                .filter(t -> rules.rule(t, tables) != null)
                                .isPresent());
                if (twice) {
                    problems.add(RuleTexts.place(table.name(), "")
                            + ": it is a partition of a table that has a filter or expressions of its own;"
                            + " those hold for all its partitions");
                }
            } catch (PenstockException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
    }
}
