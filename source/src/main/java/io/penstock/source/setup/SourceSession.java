package io.penstock.source.setup;

import io.penstock.core.check.Finding;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DdlCapture;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.port.SourceState;
import io.penstock.core.relation.RuleText;
import io.penstock.core.relation.RuleTrial;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.Picture;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.ObjectSelection;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import io.penstock.source.capture.CaptureSchema;
import io.penstock.source.catalog.CatalogReader;
import io.penstock.source.publication.SourceObjects;
import io.penstock.source.publication.TaskNames;
import io.penstock.source.slot.LeftSlots;
import io.penstock.source.slot.OlderTransactions;
import io.penstock.source.snapshot.SnapshotChooser;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** One session at the source for everything but reading rows. One thread. */
public final class SourceSession implements SourceSetup {
    private final PgConnector connector;
    private final Connection connection;
    private final TaskNames names;
    private final SourceObjects objects;
    private final CaptureSchema capture;
    private final SnapshotChooser snapshots;

    public SourceSession(PgConnector connector, String task, SnapshotChooser snapshots) {
        this.snapshots = snapshots;
        this.connector = connector;
        this.names = new TaskNames(task);
        this.connection = connector.open(SessionSettings.source());
        this.objects = new SourceObjects(connection, names, connector.describe());
        this.capture = new CaptureSchema(connection, names);
    }

    /** Asked through a walsender: the system identifier is not open to every role otherwise. */
    @Override
    public SourceState state() {
        String system;
        int timeline;
        try (Connection walsender = connector.openReplication();
                Statement statement = walsender.createStatement();
                ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
            row.next();
            system = row.getString("systemid");
            timeline = row.getInt("timeline");
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "identify the source", connector.describe());
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select current_setting('server_version_num')::int, pg_is_in_recovery(),
                               case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end,
                               case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end""")) {
            row.next();
            return new SourceState(
                    system,
                    timeline,
                    row.getInt(1),
                    row.getBoolean(2),
                    Lsn.parse(row.getString(3)).value(),
                    Lsn.parse(row.getString(4)).value());
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read the source's position", connector.describe());
        }
    }

    @Override
    public List<Finding> check(Catalog catalog) {
        try {
            return new SourceChecks(connection, names, snapshots).run(catalog);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "check the source", connector.describe());
        }
    }

    @Override
    public Catalog catalog(ObjectSelection selection) {
        return new CatalogReader(connection).read(selection);
    }

    @Override
    public Catalog tables(Collection<Integer> oids) {
        return new CatalogReader(connection).readTables(oids);
    }

    @Override
    public Picture picture(ObjectSelection selection) {
        return picture(reader -> reader.read(selection));
    }

    @Override
    public Picture picture(Collection<Integer> oids) {
        return picture(reader -> reader.readTables(oids));
    }

    private Picture picture(Function<CatalogReader, Catalog> reading) {
        try {
            try {
                return snapshots.choose(connection, () -> false).begin(connection, List.of(), reading);
            } finally {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                    connection.setAutoCommit(true);
                }
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read the definitions", connector.describe());
        }
    }

    private String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void publish(Catalog catalog, ObjectSelection selection, Collection<QualifiedName> wholeRows) {
        objects.create(catalog, selection, wholeRows);
    }

    @Override
    public String database() {
        try {
            return text("select pg_catalog.current_database()");
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "ask for the database's name", connector.describe());
        }
    }

    @Override
    public RuleTrial tryRule(TableDefinition table, RuleText rule) {
        try {
            return new SourceTrial(connection, table, rule).run();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "try the expressions for " + table.name(), connector.describe());
        }
    }

    @Override
    public void addToPublication(int oid) {
        Catalog catalog = tables(List.of(oid));
        for (TableDefinition table : catalog.tables()) {
            if (table.oid() == oid && table.kind() == TableDefinition.Kind.TABLE && !table.unlogged()) {
                objects.add(table, catalog.serverVersion());
            }
        }
    }

    @Override
    public DdlCapture ddlCapture(long failuresSince) {
        try {
            return capture.state(failuresSince);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "look at the capture of definitions", connector.describe());
        }
    }

    @Override
    public long captureFailures() {
        try {
            return capture.failures();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "look at the capture of definitions", connector.describe());
        }
    }

    @Override
    public void purgeDdlLog(long appliedId) {
        try {
            capture.purge(appliedId);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "purge penstock.ddl_log", connector.describe());
        }
    }

    @Override
    public void heartbeat() {
        objects.heartbeat();
    }

    @Override
    public void awaitOlderTransactions() {
        new OlderTransactions(connection, connector.describe()).await(() -> false);
    }

    @Override
    public List<String> release() {
        List<String> left = new ArrayList<>(new LeftSlots(connection, names, connector.describe()).end());
        left.addAll(objects.remove());
        return left;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "close a session", connector.describe());
        }
    }
}
