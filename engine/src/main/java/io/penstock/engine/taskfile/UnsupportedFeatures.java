package io.penstock.engine.taskfile;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.task.AlertsSpec;
import io.penstock.core.task.InstanceClass;
import io.penstock.core.task.RunnerSpec;
import io.penstock.core.task.TaskSpec;
import io.penstock.core.task.VerifySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Refuses settings whose feature a later part of Penstock brings, so that none is ever ignored silently. The part that
 * brings a feature removes its line here.
 */
public final class UnsupportedFeatures {
    private static final List<Refusal> REFUSALS = List.of(
            new Refusal("full.queriesPerSecond", "E", task -> !task.full()
                    .queriesPerSecond()
                    .isUnlimited()),
            new Refusal("full.rowsPerSecond", "E", task -> !task.full()
                    .rowsPerSecond()
                    .isUnlimited()),
            new Refusal("full.mbPerSecond", "E", task -> !task.full()
                    .bytesPerSecond()
                    .isUnlimited()),
            new Refusal("incremental.rowsPerSecond", "E", task -> !task.incremental()
                    .rowsPerSecond()
                    .isUnlimited()),
            new Refusal("incremental.mbPerSecond", "E", task -> !task.incremental()
                    .bytesPerSecond()
                    .isUnlimited()),
            new Refusal("incremental.lanes", "G", task -> task.incremental().lanes() > 1),
            new Refusal(
                    "verify.after",
                    "E",
                    task -> task.isSet("verify.after") || task.verify().after() != VerifySpec.DEFAULT_AFTER),
            new Refusal("verify.every", "E", task -> task.verify().every().isPresent()),
            new Refusal("verify.sample", "E", task -> !task.verify().sample().equals(VerifySpec.DEFAULT_SAMPLE)),
            new Refusal(
                    "alerts.lagSeconds",
                    "F",
                    task -> task.isSet("alerts.lagSeconds")
                            || !task.alerts().lag().equals(AlertsSpec.DEFAULT_LAG)),
            new Refusal("alerts.webhook", "F", task -> task.alerts().webhook().isPresent()),
            new Refusal("alerts.mail", "F", task -> !task.alerts().mail().isEmpty()),
            new Refusal("runner", "G", task -> !task.runner().equals(RunnerSpec.DEFAULT)),
            new Refusal("class", "F", task -> task.instanceClass() != InstanceClass.UNLIMITED));

    private UnsupportedFeatures() {}

    private record Refusal(String path, String part, Predicate<TaskSpec> asked) {}

    /**
     * Passes, or tells everything that cannot be had yet.
     *
     * @throws PenstockException of kind {@link ErrorKind#NOT_YET} with one line for every setting that asks for a later
     * feature
     */
    public static void check(TaskSpec task) {
        List<Refusal> asked = new ArrayList<>(REFUSALS);
        asked.removeIf(refusal -> !refusal.asked().test(task));
        if (!asked.isEmpty()) {
            throw new PenstockException(
                    ErrorKind.NOT_YET,
                    asked.stream().map(refusal -> message(task, refusal)).collect(Collectors.joining("\n")));
        }
    }

    private static String message(TaskSpec task, Refusal refusal) {
        OptionalInt line = task.lineOf(refusal.path());
        String place = line.isPresent() ? "line " + line.getAsInt() + ": " : "";
        return place + refusal.path() + ": not yet: comes with part " + refusal.part();
    }
}
