package io.penstock.cli.verb;

import io.penstock.cli.Wiring;
import io.penstock.cli.text.JsonLines;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.name.Identifiers;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.relation.RuleText;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.TaskNames;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.mapping.ListedTables;
import io.penstock.engine.mapping.RowRules;
import io.penstock.engine.mapping.RuleCheck;
import io.penstock.engine.mapping.RuledSchema;
import io.penstock.engine.mapping.SelectiveKeys;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what a task would create. The text is SQL that psql takes, the mapping in comments. */
@Command(name = "plan", description = "Print the destination's DDL and the mapping a task would use; change nothing.")
final class PlanVerb implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final Flags flags = new Flags();

    @Mixin
    private final TaskArgument argument = new TaskArgument();

    PlanVerb(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        TaskSpec task = argument.read();
        Wiring wiring = new Wiring(task, FaultPoints.NONE);
        try (SourceSetup setup = wiring.source().setup();
                DestinationSchema schema = wiring.destination().schema()) {
            Catalog catalog = setup.catalog(task.objects());
            ListedTables.require(task, catalog);
            DestinationNames names = SelectiveKeys.choose(
                    task, setup, catalog, TaskNames.of(task).of(catalog));
            RuleCheck check = new RuleCheck(task, setup, schema);
            check.require(catalog, task.runs(Phase.SCHEMA));
            RowRules rules = check.rules();
            List<SchemaStep> steps =
                    task.runs(Phase.SCHEMA) ? new RuledSchema(schema, rules).plan(catalog, names) : List.of();
            PlannedMapping mapping = new PlannedMapping(catalog, names, rules.texts());
            if (flags.json) {
                printJson(mapping, steps);
            } else {
                printText(task, mapping, steps);
            }
        }
        return ExitCode.DONE;
    }

    private void printText(TaskSpec task, PlannedMapping mapping, List<SchemaStep> steps) {
        comment("Task " + task.name() + ", from " + task.source().maskedUrl() + " to "
                + task.destination().maskedUrl());
        shell.out().println("--");
        mapping.lines().forEach(this::comment);
        printRules(mapping.rules());
        for (Stage stage : Stage.values()) {
            List<SchemaStep> ofStage =
                    steps.stream().filter(s -> s.stage() == stage).toList();
            if (!ofStage.isEmpty()) {
                shell.out().println("\n-- " + heading(stage));
                ofStage.forEach(this::printStep);
            }
        }
    }

    private void printRules(Collection<RuleText> rules) {
        for (RuleText rule : rules) {
            if (rule.where() != null) {
                comment(rule.origin() + ": only rows where " + rule.where());
            }
            rule.set()
                    .forEach((column, sql) ->
                            comment(rule.origin() + ": column " + Identifiers.quote(column) + " = " + sql));
        }
    }

    /** A line break in a name would end the comment, and what follows it would be run as SQL. */
    private void comment(String text) {
        shell.out().println("-- " + text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?"));
    }

    private static String heading(Stage stage) {
        return switch (stage) {
            case BEFORE_COPY -> "Before the copy";
            case AFTER_COPY -> "After the copy";
            case WHEN_CONSISTENT -> "When all tables show one moment of the source";
        };
    }

    private void printStep(SchemaStep step) {
        shell.out().println();
        step.notes().forEach(note -> comment(step.object() + ": " + note));
        step.statements().forEach(sql -> shell.out().println(sql + ";"));
    }

    private void printJson(PlannedMapping mapping, List<SchemaStep> steps) {
        JsonLines json = new JsonLines(shell.out());
        mapping.objects().forEach(json::print);
        for (SchemaStep step : steps) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("stage", step.stage().name().toLowerCase(Locale.ROOT));
            object.put("object", step.object());
            object.put("statements", step.statements());
            object.put("notes", step.notes());
            json.print(object);
        }
    }
}
