package io.penstock.core.task;

/** Where the task runs. */
public sealed interface RunnerSpec {
    /** No cluster is needed to begin. */
    RunnerSpec DEFAULT = new Local();

    /** In the process of the command. */
    record Local() implements RunnerSpec {}

    /** On an Apache Flink cluster. */
    record Flink(String jobManager, int parallelism) implements RunnerSpec {
        /** One task slot is what every cluster has. */
        public static final int DEFAULT_PARALLELISM = 1;
    }
}
