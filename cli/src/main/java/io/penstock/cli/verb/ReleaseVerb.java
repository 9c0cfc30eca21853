package io.penstock.cli.verb;

import io.penstock.cli.Wiring;
import io.penstock.cli.release.TaskRelease;
import io.penstock.cli.text.JsonLines;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.task.TaskSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Removes a task. */
@Command(
        name = "release",
        description =
                "Remove everything Penstock made for a task: slot, publications, event triggers, helper schema, records. Tables and rows stay.")
final class ReleaseVerb implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final Flags flags = new Flags();

    @Mixin
    private final TaskArgument argument = new TaskArgument();

    ReleaseVerb(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        TaskSpec task = argument.readAny();
        Wiring wiring = new Wiring(task, FaultPoints.NONE);
        TaskRelease.Report report = new TaskRelease(task.name(), wiring.source(), wiring.destination()).run();
        boolean released = report.remaining().isEmpty();
        if (flags.json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("task", task.name());
            object.put("released", released);
            object.put("remaining", report.remaining());
            new JsonLines(shell.out()).print(object);
        } else if (released) {
            shell.out()
                    .println(
                            "Released " + task.name()
                                    + ": nothing of it is left at the source, nor at the destination but the tables and their rows.");
        }
        if (!flags.json) {
            report.remaining().forEach(shell.err()::println);
        }
        if (report.unreachable().isPresent()) {
            return ExitCode.UNREACHABLE;
        }
        return released ? ExitCode.DONE : ExitCode.FAILED;
    }
}
