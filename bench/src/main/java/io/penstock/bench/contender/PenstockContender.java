package io.penstock.bench.contender;

import io.penstock.bench.Wiring;
import io.penstock.bench.database.Session;
import io.penstock.bench.stage.CapturedMessages;
import io.penstock.bench.workload.Workload;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Penstock, whole or with one end of its pipeline replaced by nothing. */
public record PenstockContender(Ends ends) implements Contender {
    /** Those of the script that users start it with. */
    static final List<String> JVM_OPTIONS =
            List.of("-Xmx512m", "-XX:+UseParallelGC", "-XX:MaxInlineLevel=7", "-XX:InlineSmallCode=800");

    public static final String NAME = "penstock";

    /** Which ends of the pipeline are real. */
    public enum Ends {
        BOTH,
        /** Messages come out of a file. */
        NULL_SOURCE,
        /** Batches are thrown away. */
        NULL_DESTINATION
    }

    @Override
    public String name() {
        return switch (ends) {
            case BOTH -> NAME;
            case NULL_SOURCE -> "penstock-null-source";
            case NULL_DESTINATION -> "penstock-null-destination";
        };
    }

    @Override
    public Fit fit(Workload workload) {
        if (ends == Ends.BOTH) {
            return Fit.ALWAYS;
        }
        return workload.kind() == Workload.Kind.DRAIN ? Fit.WHEN_ASKED : Fit.NEVER;
    }

    @Override
    public Entry enter(Site site) {
        Map<String, String> arguments = JvmEntry.arguments(site);
        if (site.workload().kind() == Workload.Kind.FULL) {
            arguments.put("phases", "full");
            return entry(site, arguments, true, () -> {});
        }
        adopt(site);
        arguments.put("phases", "incremental");
        return switch (ends) {
            case BOTH -> entry(site, arguments, false, () -> {});
            case NULL_DESTINATION -> {
                arguments.put("discard", "yes");
                yield entry(site, arguments, true, () -> {});
            }
            case NULL_SOURCE -> {
                Path messages = temporaryFile();
                arguments.put("replay", messages.toString());
                yield entry(site, arguments, false, () -> capture(site, messages));
            }
        };
    }

    private Entry entry(Site site, Map<String, String> arguments, boolean saysDone, Runnable beforeStart) {
        Optional<String> slot = site.workload().kind() == Workload.Kind.FULL || ends == Ends.NULL_SOURCE
                ? Optional.empty()
                : Optional.of(Wiring.slot(PenstockProgram.TASK));
        boolean writes = ends != Ends.NULL_DESTINATION;
        return new JvmEntry(
                site,
                new JvmEntry.Program(
                        PenstockProgram.class, JVM_OPTIONS, arguments, saysDone, writes, slot, beforeStart));
    }

    /**
     * Both databases are equal already: the task takes a slot over and catches up with nothing. The publication comes first, because
     * the slot cannot be read over changes that are older than it.
     */
    private static void adopt(Site site) {
        String source = site.source().url(site.sourceDatabase());
        String destination = site.destination().url(site.destinationDatabase());
        TaskSpec spec = PenstockProgram.spec(source, destination, List.of(Phase.INCREMENTAL), site.jobs());
        SourceSessions sessions = Wiring.source(spec);
        try (SourceSetup setup = sessions.setup();
                SlotControl slot = sessions.slot()) {
            setup.publish(setup.catalog(spec.objects()), spec.objects(), List.of());
            slot.create(() -> false);
        }
        Wiring.run(spec, Wiring.Stages.ALL, new TaskRun.Options(Until.CAUGHT_UP, FaultPoints.NONE))
                .run();
    }

    private static Path temporaryFile() {
        try {
            Path file = Files.createTempFile("penstock-bench-", ".messages");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void capture(Site site, Path messages) {
        try (Session session = site.source().open(site.sourceDatabase())) {
            CapturedMessages.capture(
                    session, Wiring.slot(PenstockProgram.TASK), Wiring.publications(PenstockProgram.TASK), messages);
        }
    }
}
