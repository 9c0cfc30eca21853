package io.penstock.cli.verb;

import io.penstock.cli.Wiring;
import io.penstock.cli.text.LogLines;
import io.penstock.cli.watch.RunView;
import io.penstock.cli.watch.Watcher;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.run.RunProgress;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a task, or resumes it. */
@Command(
        name = "run",
        description =
                "Run a task: precheck, schema, full, incremental. Run again to go on where it was; Ctrl-C stops cleanly.")
final class RunVerb implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final Flags flags = new Flags();

    @Mixin
    private final TaskArgument argument = new TaskArgument();

    @Option(
            names = "--until",
            paramLabel = "caught-up|LSN",
            converter = UntilConverter.class,
            description =
                    "End with 0 when the destination has applied what the source had written when the incremental phase"
                            + " was reached, or this position.")
    private Until until = Until.NEVER;

    @Option(
            names = "--skip",
            paramLabel = "ITEM",
            split = ",",
            description = "Ignore these ignorable findings of the precheck.")
    private Set<String> skip = new LinkedHashSet<>();

    RunVerb(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (flags.debug) {
            LogLines.debug();
        }
        RunView view = RunView.of(shell.out(), flags.json, shell.terminal());
        RunProgress progress = new RunProgress();
        try {
            TaskSpec task = argument.read();
            TaskRun run = new Wiring(task, FaultPoints.NONE).run(new TaskRun.Options(until, skip, FaultPoints.NONE));
            progress = run.watch();
            shell.interruption().stopWith(run::stop);
            watched(run, view);
        } catch (RuntimeException e) {
            int exit = ended(Failure.exitCode(e, progress.begun()));
            view.end(exit, Optional.of(Failure.message(e)));
            Failure.print(shell.err(), e, flags.debug);
            return exit;
        }
        int exit = ended(ExitCode.DONE);
        view.end(exit, Optional.empty());
        return exit;
    }

    private int ended(int exit) {
        return shell.interruption().exitCode().orElse(exit);
    }

    @SuppressWarnings("try") // the watcher works by being open
    private void watched(TaskRun run, RunView view) {
        try (Watcher watcher = Watcher.start(run.watch(), view, shell.err())) {
            run.run();
        }
    }
}
