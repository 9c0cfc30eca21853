package io.penstock.source.setup;

import io.penstock.core.port.SchemaEventDecoder;
import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.port.TableCopySource;
import io.penstock.core.stream.ChangeStream;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.source.capture.SchemaEventReader;
import io.penstock.source.copy.TableCopies;
import io.penstock.source.publication.TaskNames;
import io.penstock.source.slot.ReplicationSlot;
import io.penstock.source.snapshot.SnapshotChooser;
import io.penstock.source.snapshot.SnapshotSettings;
import io.penstock.source.stream.CatchUpLimits;
import io.penstock.source.stream.CatchUpStream;
import io.penstock.source.stream.ReplicationStream;
import io.penstock.source.stream.SlotQuery;
import io.penstock.source.stream.SpoolFolder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** A PostgreSQL server as the source of one task. Thread-safe; every port is a session of its own. */
public final class PostgresSource implements SourceSessions {
    private final PgConnector connector;
    private final String task;
    private final CatchUpLimits catchUp;
    private final SnapshotChooser snapshots;
    private final SpoolFolder spool;

    /** @param catchUp when a backlog is read in rounds through SQL */
    public PostgresSource(PgConnector connector, String task, CatchUpLimits catchUp, SnapshotSettings snapshots) {
        this.connector = connector;
        this.task = task;
        this.catchUp = catchUp;
        this.spool = SpoolFolder.temporary();
        this.snapshots = new SnapshotChooser(connector, new TaskNames(task), snapshots);
    }

    @Override
    public SourceSetup setup() {
        return new SourceSession(connector, task, snapshots);
    }

    @Override
    public SlotControl slot() {
        return new ReplicationSlot(connector, new TaskNames(task).slot());
    }

    @Override
    public TableCopySource copies() {
        return new TableCopies(connector, snapshots);
    }

    @Override
    public ChangeStream stream(LongSupplier applied, BooleanSupplier starved) {
        TaskNames names = new TaskNames(task);
        SlotQuery query = new SlotQuery(names.slot(), names.publicationNames(), connector.describe(), spool);
        return catchUp.equals(CatchUpLimits.OFF)
                ? ReplicationStream.start(connector, query, applied.getAsLong())
                : CatchUpStream.start(connector, query, new CatchUpStream.Writer(applied, starved), catchUp);
    }

    @Override
    public SchemaEventDecoder schemaEvents() {
        return new SchemaEventReader();
    }

    @Override
    public void cut() {
        connector.cut();
    }
}
