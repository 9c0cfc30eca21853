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
import io.penstock.core.schema.ColumnStatistics;
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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One session at the source for everything but reading rows. One thread. */
public final class SourceSession implements SourceSetup {
    /** Those of partitioned tables are kept for them with their partitions. */
    private static final String STATISTICS = """
            select c.oid::int8, s.attname::text, s.n_distinct, coalesce(s.most_common_freqs[1], 0)
              from pg_catalog.pg_class c
              join pg_catalog.pg_namespace n on n.oid = c.relnamespace
              join pg_catalog.pg_stats s
                on s.schemaname = n.nspname and s.tablename = c.relname and s.inherited = (c.relkind = 'p')
             where c.oid::int8 = any (?)""";

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
    public List<Finding> check(Catalog catalog, ObjectSelection selection) {
        try {
            return new SourceChecks(connection, names, snapshots).run(catalog, selection);
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
    public Map<Integer, Map<String, ColumnStatistics>> statistics(Collection<Integer> oids) {
        Map<Integer, Map<String, ColumnStatistics>> all = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(STATISTICS)) {
            query.setArray(
                    1,
                    connection.createArrayOf(
                            "int8", oids.stream().map(Integer::toUnsignedLong).toArray()));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    all.computeIfAbsent((int) rows.getLong(1), t -> new HashMap<>())
                            .put(rows.getString(2), new ColumnStatistics(rows.getDouble(3), rows.getDouble(4)));
                }
            }
            return all;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read the source's statistics", connector.describe());
        }
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
    public boolean addToPublication(int oid) {
        Catalog catalog = tables(List.of(oid));
        boolean changed = false;
        for (TableDefinition table : catalog.tables()) {
            if (table.oid() == oid && table.kind() == TableDefinition.Kind.TABLE && !table.unlogged()) {
                changed |= objects.add(table, catalog.serverVersion());
            }
        }
        return changed;
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
    public Set<Integer> rewritten() {
        try {
            return capture.rewritten();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "look for tables that were rewritten", connector.describe());
        }
    }

    @Override
    public void rememberFiles(long failuresSince) {
        try {
            capture.rememberFiles(failuresSince);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "remember the tables' files", connector.describe());
        }
    }

    @Override
    public Set<Integer> existing(Collection<Integer> oids) {
        String sql =
                "select oid from pg_class where oid = any (?::oid[]) union all select oid from pg_type where oid = any (?::oid[])";
        String list = oids.stream().map(Integer::toUnsignedString).collect(Collectors.joining(",", "{", "}"));
        Set<Integer> existing = new HashSet<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, list);
            query.setString(2, list);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    existing.add((int) rows.getLong(1));
                }
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "look for dropped types and sequences", connector.describe());
        }
        return existing;
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
    public void endLeftSlots() {
        new LeftSlots(connection, names, connector.describe()).endOwn();
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
