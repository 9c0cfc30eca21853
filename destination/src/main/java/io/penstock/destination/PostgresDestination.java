package io.penstock.destination;

import io.penstock.core.change.Alignment;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.BatchWriter;
import io.penstock.core.port.ChunkLoader;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.port.QuarantineStore;
import io.penstock.destination.apply.AlignmentApplier;
import io.penstock.destination.apply.BatchApplier;
import io.penstock.destination.apply.MergePlanner;
import io.penstock.destination.load.CopyLoader;
import io.penstock.destination.progress.DefinitionTables;
import io.penstock.destination.progress.ProgressTables;
import io.penstock.destination.progress.QuarantineTable;
import io.penstock.destination.schema.SchemaWriter;
import io.penstock.destination.schema.TableWishes;
import io.penstock.postgres.connection.PgConnector;
import java.util.Optional;

/** A PostgreSQL server, or one of Greenplum's family, as the destination of one task. Thread-safe; every port is a session of its own. */
public final class PostgresDestination implements DestinationSessions {
    private final PgConnector connector;
    private final String task;
    private final TableWishes wishes;
    private final Optional<MergePlanner> planner;
    private final FaultPoints faults;

    /** For ports that make no tables. */
    public PostgresDestination(PgConnector connector, String task, FaultPoints faults) {
        this(connector, task, TableWishes.NONE, Optional.empty(), faults);
    }

    /** With other thresholds than those measured on this kind of server. */
    public PostgresDestination(PgConnector connector, String task, MergePlanner planner, FaultPoints faults) {
        this(connector, task, TableWishes.NONE, Optional.of(planner), faults);
    }

    /**
     * For a task.
     *
     * @param wishes what the task file says about the tables
     * @param planner empty takes the thresholds measured on this kind of server
     */
    public PostgresDestination(
            PgConnector connector,
            String task,
            TableWishes wishes,
            Optional<MergePlanner> planner,
            FaultPoints faults) {
        this.connector = connector;
        this.task = task;
        this.wishes = wishes;
        this.planner = planner;
        this.faults = faults;
    }

    @Override
    public ProgressStore progress() {
        return new ProgressTables(connector, task);
    }

    @Override
    public DestinationSchema schema() {
        return new SchemaWriter(connector, task, wishes);
    }

    @Override
    public ChunkLoader loader() {
        return new CopyLoader(connector, task, faults);
    }

    @Override
    public BatchWriter writer() {
        return new BatchApplier(connector, task, planner, faults);
    }

    @Override
    public DefinitionStore definitions() {
        return DefinitionTables.open(connector, task);
    }

    @Override
    public QuarantineStore quarantine() {
        return QuarantineTable.open(connector, task);
    }

    @Override
    public void align(Alignment alignment) {
        new AlignmentApplier(connector, task).apply(alignment);
    }

    @Override
    public void cut() {
        connector.cut();
    }
}
