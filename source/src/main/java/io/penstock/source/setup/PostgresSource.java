package io.penstock.source.setup;

import io.penstock.core.port.SlotControl;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.port.TableCopySource;
import io.penstock.core.stream.ChangeStream;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.source.copy.TableCopies;
import io.penstock.source.publication.TaskNames;
import io.penstock.source.slot.ReplicationSlot;
import io.penstock.source.stream.ReplicationStream;

/** A PostgreSQL server as the source of one task. Thread-safe; every port is a session of its own. */
public final class PostgresSource implements SourceSessions {
    /** Room for what the server sends while the reader leaves the socket alone; the kernel may grant less. */
    private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

    private final PgConnector connector;
    private final String task;

    public PostgresSource(PgConnector connector, String task) {
        this.connector = connector;
        this.task = task;
    }

    @Override
    public SourceSetup setup() {
        return new SourceSession(connector, task);
    }

    @Override
    public SlotControl slot() {
        return new ReplicationSlot(connector, new TaskNames(task).slot());
    }

    @Override
    public TableCopySource copies() {
        return new TableCopies(connector);
    }

    @Override
    public ChangeStream stream(long from) {
        TaskNames names = new TaskNames(task);
        SessionSettings settings = SessionSettings.source().withReceiveBuffer(RECEIVE_BUFFER_BYTES);
        return ReplicationStream.start(
                connector.openReplication(settings), names.slot(), names.publication(), from, connector.describe());
    }

    @Override
    public void cut() {
        connector.cut();
    }
}
