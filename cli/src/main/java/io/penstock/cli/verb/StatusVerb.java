package io.penstock.cli.verb;

import io.penstock.cli.Wiring;
import io.penstock.cli.status.StatusJson;
import io.penstock.cli.status.StatusReader;
import io.penstock.cli.status.StatusText;
import io.penstock.cli.status.TaskStatus;
import io.penstock.cli.text.JsonLines;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.task.TaskSpec;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells where a task stands. */
@Command(
        name = "status",
        description = "Show state, phase, tables, positions and lag of a task. Reads both databases, from any machine.")
final class StatusVerb implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final Flags flags = new Flags();

    @Mixin
    private final TaskArgument argument = new TaskArgument();

    StatusVerb(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        TaskSpec task = argument.readAny();
        Wiring wiring = new Wiring(task, FaultPoints.NONE);
        StatusReader reader = new StatusReader(task.name(), wiring.source(), wiring.destination(), Clock.systemUTC());
        TaskStatus status = reader.read();
        if (flags.json) {
            new JsonLines(shell.out()).print(StatusJson.of(status));
        } else {
            StatusText.lines(status).forEach(shell.out()::println);
        }
        Optional<PenstockException> failure = reader.failure();
        return failure.isPresent() ? Failure.report(shell.err(), failure.get(), flags.debug) : ExitCode.DONE;
    }
}
