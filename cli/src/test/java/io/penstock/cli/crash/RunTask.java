package io.penstock.cli.crash;

import io.penstock.cli.Wiring;
import io.penstock.core.fault.FaultPoints;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.engine.taskfile.TaskFileReader;
import java.nio.file.Path;

/** A process of its own that runs a task file, as {@code penstock run} does; with a second argument only until caught up. */
final class RunTask {
    private RunTask() {}

    public static void main(String[] args) {
        Until until = args.length > 1 ? Until.CAUGHT_UP : Until.NEVER;
        TaskRun run = new Wiring(TaskFileReader.read(Path.of(args[0])), FaultPoints.NONE)
                .run(new TaskRun.Options(until, FaultPoints.NONE));
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            run.stop();
            try {
                main.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        run.run();
    }
}
