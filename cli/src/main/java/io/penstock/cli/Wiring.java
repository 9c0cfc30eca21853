package io.penstock.cli;

import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.Secret;
import io.penstock.core.task.TaskSpec;
import io.penstock.destination.PostgresDestination;
import io.penstock.engine.run.TaskRun;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.PgEndpoint;
import io.penstock.source.setup.PostgresSource;
import io.penstock.source.stream.CatchUpLimits;

/** The one place that knows which source and which destination stand behind the engine's ports. */
public final class Wiring {
    private final TaskSpec spec;
    private final FaultPoints faults;
    private final CatchUpLimits catchUp;

    public Wiring(TaskSpec spec, FaultPoints faults) {
        this(spec, faults, spec.incremental().catchUp() ? CatchUpLimits.DEFAULT : CatchUpLimits.OFF);
    }

    /** @param catchUp other limits than the usual ones, so that tests need no large backlog */
    public Wiring(TaskSpec spec, FaultPoints faults, CatchUpLimits catchUp) {
        this.spec = spec;
        this.faults = faults;
        this.catchUp = catchUp;
    }

    public SourceSessions source() {
        return new PostgresSource(connector(spec.source()), spec.name(), catchUp);
    }

    public DestinationSessions destination() {
        return new PostgresDestination(connector(spec.destination()), spec.name(), faults);
    }

    public TaskRun run(TaskRun.Options options) {
        return new TaskRun(spec, source(), destination(), options);
    }

    private PgConnector connector(EndpointSpec endpoint) {
        String password = endpoint.password().map(Secret::value).orElse(null);
        return new PgConnector(PgEndpoint.of(endpoint.url(), password), "penstock " + spec.name());
    }
}
