package io.penstock.cli;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.Secret;
import io.penstock.core.task.TaskSpec;
import io.penstock.destination.PostgresDestination;
import io.penstock.destination.apply.MergePlanner;
import io.penstock.destination.schema.TableWishes;
import io.penstock.engine.run.TaskRun;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.PgEndpoint;
import io.penstock.source.setup.PostgresSource;
import io.penstock.source.snapshot.SnapshotSettings;
import io.penstock.source.stream.CatchUpLimits;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The one place that knows which source and which destination stand behind the engine's ports. */
public final class Wiring {
    private final TaskSpec spec;
    private final FaultPoints faults;
    private final CatchUpLimits catchUp;
    private final boolean alwaysBySlot;

    public Wiring(TaskSpec spec, FaultPoints faults) {
        this(spec, faults, spec.incremental().catchUp() ? CatchUpLimits.DEFAULT : CatchUpLimits.OFF);
    }

    /**
     * With other limits.
     *
     * @param catchUp other limits than the usual ones, so that tests need no large backlog
     * @throws PenstockException USAGE when a database's address cannot be used
     */
    public Wiring(TaskSpec spec, FaultPoints faults, CatchUpLimits catchUp) {
        this(spec, faults, catchUp, false);
    }

    private Wiring(TaskSpec spec, FaultPoints faults, CatchUpLimits catchUp, boolean alwaysBySlot) {
        requireAddresses(spec);
        this.spec = spec;
        this.faults = faults;
        this.catchUp = catchUp;
        this.alwaysBySlot = alwaysBySlot;
    }

    /** The same, but snapshots of the source are taken by temporary slots, as if the server needed that. */
    public Wiring alwaysBySlot() {
        return new Wiring(spec, faults, catchUp, true);
    }

    public SourceSessions source() {
        SnapshotSettings snapshots =
                new SnapshotSettings(alwaysBySlot, spec.full().jobs());
        return new PostgresSource(connector(spec.source()), spec.name(), catchUp, snapshots);
    }

    public DestinationSessions destination() {
        return destination(Optional.empty());
    }

    /** With other thresholds than those measured on this kind of server, when there are any. */
    public DestinationSessions destination(Optional<MergePlanner> planner) {
        return new PostgresDestination(
                connector(spec.destination()), spec.name(), TableWishes.of(spec), planner, faults);
    }

    public TaskRun run(TaskRun.Options options) {
        return new TaskRun(spec, source(), destination(), options);
    }

    private PgConnector connector(EndpointSpec endpoint) {
        return new PgConnector(address(endpoint), "penstock " + spec.name());
    }

    private static PgEndpoint address(EndpointSpec endpoint) {
        return PgEndpoint.of(
                endpoint.url(), endpoint.password().map(Secret::value).orElse(null));
    }

    /** Both at once, and with their places in the task file. */
    private static void requireAddresses(TaskSpec spec) {
        List<String> problems = Stream.of(
                        problem(spec, "source.url", spec.source()),
                        problem(spec, "destination.url", spec.destination()))
                .flatMap(Optional::stream)
                .toList();
        if (!problems.isEmpty()) {
            throw new PenstockException(ErrorKind.USAGE, String.join("\n", problems));
        }
    }

    private static Optional<String> problem(TaskSpec spec, String path, EndpointSpec endpoint) {
        try {
            address(endpoint);
            return Optional.empty();
        } catch (PenstockException e) {
            OptionalInt line = spec.lineOf(path);
            String place = line.isPresent() ? "line " + line.getAsInt() + ": " : "";
            return Optional.of(place + path + ": " + e.getMessage());
        }
    }
}
