package io.penstock.source.snapshot;

import io.penstock.core.snapshot.TableSnapshot;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.error.SqlErrors;
import io.penstock.postgres.server.ServerFacts;
import io.penstock.source.publication.TaskNames;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how snapshots of a source are taken, by asking the server once. Servers that number commits (PolarDB with
 * {@code polar_csn_enable}) do not say which transactions were running. Thread-safe.
 */
public final class SnapshotChooser {
    private static final Logger log = LoggerFactory.getLogger(SnapshotChooser.class);

    private final PgConnector connector;
    private final TaskNames names;
    private final SnapshotSettings settings;
    private volatile @Nullable Boolean bySlot;

    public SnapshotChooser(PgConnector connector, TaskNames names, SnapshotSettings settings) {
        this.connector = connector;
        this.names = names;
        this.settings = settings;
    }

    /**
     * For the server of the given session.
     *
     * @param stop ends the waiting for transactions that are open, once it says true
     */
    public Snapshots choose(Connection session, BooleanSupplier stop) {
        return slots(session) > 0 ? new SlotSnapshots(connector, names, stop) : new TextSnapshots();
    }

    /** How many temporary slots may be needed at the same time; 0 where the server's snapshots say enough. */
    public int slots(Connection session) {
        Boolean known = bySlot;
        if (known == null) {
            known = settings.alwaysBySlot() || !trusted(session);
            bySlot = known;
            if (known) {
                log.info("snapshots are taken by temporary slots");
            }
        }
        return known ? settings.slots() : 0;
    }

    private static boolean trusted(Connection session) {
        if (ServerFacts.read(session).csnSnapshots()) {
            return false;
        }
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery("select txid_current_snapshot()::text")) {
            row.next();
            return TableSnapshot.isPlain(row.getString(1));
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "look at a snapshot");
        }
    }
}
