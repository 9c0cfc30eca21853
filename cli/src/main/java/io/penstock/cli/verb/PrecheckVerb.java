package io.penstock.cli.verb;

import io.penstock.cli.Wiring;
import io.penstock.cli.text.JsonLines;
import io.penstock.cli.text.TextTable;
import io.penstock.core.check.Finding;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.run.Precheck;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the checks and nothing else. */
@Command(name = "precheck", description = "Run every check of both databases; change nothing.")
final class PrecheckVerb implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final Flags flags = new Flags();

    @Mixin
    private final TaskArgument argument = new TaskArgument();

    PrecheckVerb(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        TaskSpec task = argument.read();
        Wiring wiring = new Wiring(task, FaultPoints.NONE);
        List<Finding> findings = Precheck.run(task, wiring.source(), wiring.destination());
        if (flags.json) {
            JsonLines json = new JsonLines(shell.out());
            findings.forEach(finding -> json.print(json(finding)));
        } else {
            table(findings).forEach(shell.out()::println);
        }
        boolean failed = findings.stream().anyMatch(f -> f.state() == Finding.State.FAILED);
        return failed ? ExitCode.CHECK_FAILED : ExitCode.DONE;
    }

    private static List<String> table(List<Finding> findings) {
        TextTable table = new TextTable(List.of("item", "state", "ignorable", "why", "fix"), Set.of());
        findings.forEach(f -> table.row(f.item(), state(f), f.ignorable() ? "yes" : "no", f.why(), f.fix()));
        return table.lines();
    }

    private static Map<String, Object> json(Finding finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("item", finding.item());
        object.put("state", state(finding));
        object.put("ignorable", finding.ignorable());
        object.put("why", finding.why());
        object.put("fix", finding.fix());
        return object;
    }

    private static String state(Finding finding) {
        return finding.state().name().toLowerCase(Locale.ROOT);
    }
}
