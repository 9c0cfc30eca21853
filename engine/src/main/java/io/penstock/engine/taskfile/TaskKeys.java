package io.penstock.engine.taskfile;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.AlertsSpec;
import io.penstock.core.task.ConflictPolicy;
import io.penstock.core.task.DdlKind;
import io.penstock.core.task.DefaultDistribution;
import io.penstock.core.task.DmlKind;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.EtlSpec;
import io.penstock.core.task.FullSpec;
import io.penstock.core.task.IncrementalSpec;
import io.penstock.core.task.InstanceClass;
import io.penstock.core.task.NameCase;
import io.penstock.core.task.NamesSpec;
import io.penstock.core.task.ObjectSelection;
import io.penstock.core.task.OnDdlError;
import io.penstock.core.task.OnMissingColumn;
import io.penstock.core.task.Phase;
import io.penstock.core.task.RetrySpec;
import io.penstock.core.task.RunnerSpec;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import io.penstock.core.task.VerifySpec;
import io.penstock.core.task.WalSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The keys at the top of the file, and with them the whole file. */
final class TaskKeys {
    private static final Pattern GROUP = Pattern.compile("(?<!\\\\)\\$([0-9])");

    private TaskKeys() {}

    private static final Key<String> NAME = Key.required(
            "name",
            Scalars.matching(
                    "[a-z0-9][a-z0-9-]{0,39}",
                    "1 to 40 lower-case letters, digits and dashes, beginning with a letter or digit"),
            "Name of the task, unique per source and per destination.");

    private static final Key<EndpointSpec> SOURCE =
            Key.required("source", SectionKeys.SOURCE, "The database the rows come from.");

    private static final Key<EndpointSpec> DESTINATION =
            Key.required("destination", SectionKeys.DESTINATION, "The database that is kept equal.");

    private static final Key<List<Phase>> PHASES = Key.of(
            "phases",
            new ListType<>(Scalars.word(Phase.values()), "phases", 1).as(TaskKeys::inOrder, phases -> phases),
            TaskSpec.DEFAULT_PHASES,
            "Any part of schema, full, incremental in this order; incremental alone starts at the slot's position.");

    private static final Key<ObjectSelection> OBJECTS = Key.of(
            "objects",
            new ListType<>(TableKeys.OBJECT, "entries with schema or table", 0)
                    .as(ObjectSelection::new, ObjectSelection::rules),
            ObjectSelection.EVERYTHING,
            "What to synchronise; the first match wins, nothing listed means every user schema.");

    private static final Key<Map<QualifiedName, TableSpec>> TABLES =
            Key.of("tables", TableKeys.TABLES, Map.of(), "Settings of single tables, by source name.");

    // ---- names

    private static final Key<NameCase> CASE = Key.of(
            "case", Scalars.word(NameCase.values()), NamesSpec.DEFAULT_CASE, "Case of names at the destination.");

    private static final Key<String> MATCH = Key.required(
            "match",
            Scalars.text("a regular expression").as(TaskKeys::compiling, regex -> regex),
            "Regular expression for the whole name schema.table.");

    private static final Key<String> TO =
            Key.required("to", Scalars.text("a name, with $1 for a group"), "The new name; $1 is the first group.");

    private static final Key<List<NamesSpec.Rule>> RULES = Key.of(
            "rules",
            new ListType<>(new ObjectType<>(List.of(MATCH, TO), TaskKeys::rule), "entries with match and to", 0),
            List.of(),
            "Bulk renaming; the first match wins.");

    private static final Key<NamesSpec> NAMES = Key.of(
            "names",
            new ObjectType<>(List.of(CASE, RULES), fields -> new NamesSpec(fields.get(CASE), fields.get(RULES))),
            NamesSpec.DEFAULT,
            "How source names become destination names.");

    // ---- the rest

    private static final Key<ConflictPolicy> CONFLICTS = Key.of(
            "conflicts",
            Scalars.word(ConflictPolicy.values()),
            TaskSpec.DEFAULT_CONFLICTS,
            "Destination tables of the same name: fail stops the precheck; ignore lets full keep their rows and "
                    + "incremental overwrite them.");

    private static final Key<Set<DmlKind>> DML =
            Key.of("dml", TableKeys.dmlType(), TaskSpec.DEFAULT_DML, "Row changes to follow.");

    private static final Key<Set<DdlKind>> DDL = Key.of(
            "ddl",
            TableKeys.ddlType(),
            TaskSpec.DEFAULT_DDL,
            "Changes of definition to follow; an empty list is none.");

    private static final Key<OnDdlError> ON_DDL_ERROR = Key.of(
            "onDdlError",
            Scalars.word(OnDdlError.values()),
            TaskSpec.DEFAULT_ON_DDL_ERROR,
            "When the destination cannot do a change of definition: only that table waits, or the task stops.");

    private static final Key<OnMissingColumn> ON_MISSING_COLUMN = Key.of(
            "onMissingColumn",
            Scalars.word(OnMissingColumn.values()),
            TaskSpec.DEFAULT_ON_MISSING_COLUMN,
            "When the destination lacks a column of the source.");

    private static final Key<EtlSpec> ETL = Key.optional("etl", TableKeys.ETL_TYPE, "Transformation by a script.");

    private static final Key<String> STORAGE = Key.of(
            "storage",
            Scalars.storage(),
            TaskSpec.DEFAULT_STORAGE,
            "Storage of tables created by the schema phase: default, heap, ao_row, ao_column, beam, or any access "
                    + "method of the destination.");

    private static final Key<Map<String, String>> STORAGE_OPTIONS = Key.of(
            "storageOptions",
            TableKeys.storageOptionsType(),
            Map.of(),
            "Options of the WITH clause of created tables, such as compresstype: zstd.");

    private static final Key<DefaultDistribution> DISTRIBUTED_BY = Key.of(
            "distributedBy",
            Scalars.word(DefaultDistribution.values()),
            TaskSpec.DEFAULT_DISTRIBUTION,
            "Distribution of created tables: by the whole key, or selective: by its shortest beginning that the source's "
                    + "statistics call selective enough.");

    private static final Key<FullSpec> FULL =
            Key.of("full", SectionKeys.FULL, FullSpec.DEFAULT, "The copy of the rows that exist.");

    private static final Key<IncrementalSpec> INCREMENTAL =
            Key.of("incremental", SectionKeys.INCREMENTAL, IncrementalSpec.DEFAULT, "Following the changes.");

    private static final Key<RetrySpec> RETRY =
            Key.of("retry", SectionKeys.RETRY, RetrySpec.DEFAULT, "How long the task tries again by itself.");

    private static final Key<WalSpec> WAL =
            Key.of("wal", SectionKeys.WAL, WalSpec.DEFAULT, "WAL the slot keeps on the source.");

    private static final Key<VerifySpec> VERIFY =
            Key.of("verify", SectionKeys.VERIFY, VerifySpec.DEFAULT, "Verification by the task itself.");

    private static final Key<AlertsSpec> ALERTS =
            Key.of("alerts", SectionKeys.ALERTS, AlertsSpec.DEFAULT, "Who is told when something is wrong.");

    private static final Key<RunnerSpec> RUNNER =
            Key.of("runner", SectionKeys.RUNNER, RunnerSpec.DEFAULT, "Where the task runs: local, or flink.");

    private static final Key<InstanceClass> CLASS = Key.of(
            "class",
            Scalars.word(InstanceClass.values()),
            TaskSpec.DEFAULT_CLASS,
            "Cap on rows per second, or unlimited.");

    private static final Key<Map<String, String>> TAGS = Key.of(
            "tags",
            new MapType<>("tags to their values", TaskKeys::tag, Scalars.looseText("text")),
            Map.of(),
            "Free labels to find tasks by.");

    private static final List<Key<?>> KEYS = List.of(
            NAME,
            SOURCE,
            DESTINATION,
            PHASES,
            OBJECTS,
            TABLES,
            NAMES,
            CONFLICTS,
            DML,
            DDL,
            ON_DDL_ERROR,
            ON_MISSING_COLUMN,
            ETL,
            STORAGE,
            STORAGE_OPTIONS,
            DISTRIBUTED_BY,
            FULL,
            INCREMENTAL,
            RETRY,
            WAL,
            VERIFY,
            ALERTS,
            RUNNER,
            CLASS,
            TAGS);

    /** The whole file; {@code lines} are those the same reading has found. */
    static ObjectType<TaskSpec> file(Map<String, Integer> lines) {
        return new ObjectType<>(KEYS, fields -> task(fields, lines));
    }

    private static TaskSpec task(Fields fields, Map<String, Integer> lines) {
        return new TaskSpec(
                fields.get(NAME),
                fields.get(SOURCE),
                fields.get(DESTINATION),
                fields.get(PHASES),
                fields.get(OBJECTS),
                fields.get(TABLES),
                fields.get(NAMES),
                fields.get(CONFLICTS),
                fields.get(DML),
                fields.get(DDL),
                fields.get(ON_DDL_ERROR),
                fields.get(ON_MISSING_COLUMN),
                fields.find(ETL),
                fields.get(STORAGE),
                fields.get(STORAGE_OPTIONS),
                fields.get(DISTRIBUTED_BY),
                fields.get(FULL),
                fields.get(INCREMENTAL),
                fields.get(RETRY),
                fields.get(WAL),
                fields.get(VERIFY),
                fields.get(ALERTS),
                fields.get(RUNNER),
                fields.get(CLASS),
                fields.get(TAGS),
                lines);
    }

    private static List<Phase> inOrder(List<Phase> phases) {
        if (!phases.equals(phases.stream().sorted().toList())) {
            throw new IllegalArgumentException("must be in the order schema, full, incremental");
        }
        return phases;
    }

    private static String compiling(String regex) {
        try {
            Pattern.compile(regex);
            return regex;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "is not a valid regular expression: " + e.getDescription() + " near character "
                            + (e.getIndex() + 1),
                    e);
        }
    }

    private static NamesSpec.Rule rule(Fields fields) {
        NamesSpec.Rule rule = new NamesSpec.Rule(fields.get(MATCH), fields.get(TO));
        rule.target();
        int groups = rule.pattern().matcher("").groupCount();
        Matcher reference = GROUP.matcher(rule.to());
        while (reference.find()) {
            if (Integer.parseInt(reference.group(1)) > groups) {
                throw new IllegalArgumentException(
                        "to uses $" + reference.group(1) + ", but match has " + groups + " group(s)");
            }
        }
        return rule;
    }

    private static String tag(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("must not be empty");
        }
        return name;
    }
}
