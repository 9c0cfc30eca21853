package io.penstock.cli.verb;

import io.penstock.core.task.TaskSpec;
import io.penstock.engine.taskfile.TaskFileReader;
import io.penstock.engine.taskfile.UnsupportedFeatures;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The task file. */
final class TaskArgument {
    @Parameters(index = "0", paramLabel = "TASK_FILE", description = "The task file (YAML).")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    /** The task, unless it asks for what does not exist yet. */
    TaskSpec read() {
        TaskSpec task = TaskFileReader.read(file);
        UnsupportedFeatures.check(task);
        return task;
    }

    /** The task as far as it says where its databases are; for looking and removing, which no unsupported feature hinders. */
    TaskSpec readAny() {
        return TaskFileReader.read(file);
    }
}
