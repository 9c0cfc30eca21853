package io.penstock.bench;

import io.penstock.bench.stage.DiscardingDestination;
import io.penstock.bench.stage.MessageDecoder;
import io.penstock.bench.stage.ReplayingSource;
import io.penstock.bench.stage.RowEncoder;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.TaskSpec;
import io.penstock.destination.PostgresDestination;
import io.penstock.destination.apply.CopyEncoder;
import io.penstock.engine.run.TaskRun;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.PgEndpoint;
import io.penstock.source.publication.TaskNames;
import io.penstock.source.setup.PostgresSource;
import io.penstock.source.snapshot.SnapshotSettings;
import io.penstock.source.stream.CatchUpLimits;
import io.penstock.source.stream.PgoutputDecoder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The one place of the benchmark that knows which source and which destination stand behind the engine's ports. */
public final class Wiring {
    private Wiring() {}

    /**
     * What is left out of a run to see what the rest costs.
     *
     * @param replay a file of captured messages that takes the place of the slot
     * @param discard whether batches are thrown away instead of written
     */
    public record Stages(Optional<Path> replay, boolean discard) {
        public static final Stages ALL = new Stages(Optional.empty(), false);
    }

    public static TaskRun run(TaskSpec spec, Stages stages, TaskRun.Options options) {
        SourceSessions source = source(spec);
        DestinationSessions destination =
                new PostgresDestination(connector(spec, spec.destination()), spec.name(), FaultPoints.NONE);
        if (stages.replay().isPresent()) {
            source = new ReplayingSource(source, stages.replay().get(), decoder());
        }
        if (stages.discard()) {
            destination = new DiscardingDestination(destination);
        }
        return new TaskRun(spec, source, destination, options);
    }

    public static SourceSessions source(TaskSpec spec) {
        CatchUpLimits catchUp = spec.incremental().catchUp() ? CatchUpLimits.DEFAULT : CatchUpLimits.OFF;
        return new PostgresSource(connector(spec, spec.source()), spec.name(), catchUp, SnapshotSettings.DEFAULT);
    }

    public static MessageDecoder decoder() {
        return new PgoutputDecoder()::decode;
    }

    /**
     * Encodes tuples of this many columns as lines of COPY, all columns in their order.
     *
     * @param buffers sees every buffer that is full
     */
    public static RowEncoder encoder(Consumer<byte[]> buffers, int columns) {
        CopyEncoder encoder = new CopyEncoder((buffer, length) -> buffers.accept(buffer));
        int[] order = IntStream.range(0, columns).toArray();
        int[] offsets = new int[columns];
        return (message, tuple) -> {
            encoder.row(message, tuple, order, offsets);
            encoder.endRow();
        };
    }

    /** Names of the task's slot and publications at the source. */
    public static String slot(String task) {
        return new TaskNames(task).slot();
    }

    public static String publications(String task) {
        return new TaskNames(task).publicationNames();
    }

    private static PgConnector connector(TaskSpec spec, EndpointSpec endpoint) {
        return new PgConnector(PgEndpoint.of(endpoint.url(), null), "penstock " + spec.name());
    }
}
