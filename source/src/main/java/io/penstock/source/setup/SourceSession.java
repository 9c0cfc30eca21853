package io.penstock.source.setup;

import io.penstock.core.check.Finding;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
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
import io.penstock.core.snapshot.TableSnapshot;
import io.penstock.core.task.ObjectSelection;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import io.penstock.source.capture.CaptureSchema;
import io.penstock.source.catalog.CatalogReader;
import io.penstock.source.publication.SourceObjects;
import io.penstock.source.publication.TaskNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One session at the source for everything but reading rows. One thread. */
public final class SourceSession implements SourceSetup {
    private static final Logger log = LoggerFactory.getLogger(SourceSession.class);
    /** Longer than any reasonable statement; then a person should look at who is idle in a transaction. */
    private static final Duration BARRIER_PATIENCE = Duration.ofMinutes(10);

    private static final Duration BARRIER_PAUSE = Duration.ofMillis(20);
    private static final Duration BARRIER_REPORT = Duration.ofSeconds(5);

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

    public SourceSession(PgConnector connector, String task) {
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
            return new SourceChecks(connection, names).run(catalog);
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
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("set transaction isolation level repeatable read read only");
                String snapshot = text("select txid_current_snapshot()::text");
                Catalog catalog = reading.apply(new CatalogReader(connection));
                // After the snapshot was taken, so that nothing it shows can be at or beyond this position.
                Lsn insert = Lsn.parse(text("select pg_current_wal_insert_lsn()::text"));
                return new Picture(catalog, TableSnapshot.parse(snapshot, insert.value()));
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
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
        try {
            long begun = System.nanoTime();
            long reported = begun;
            long own = number("select txid_current()");
            while (number("select txid_snapshot_xmin(txid_current_snapshot())") < own) {
                long now = System.nanoTime();
                if (now - reported > BARRIER_REPORT.toNanos()) {
                    reported = now;
                    log.warn("waits for transactions that began before the slot oldest=\"{}\"", blockers());
                }
                if (now - begun > BARRIER_PATIENCE.toNanos()) {
                    throw new PenstockException(
                            ErrorKind.TRANSIENT,
                            "Transactions older than the slot are still open on the source after "
                                    + BARRIER_PATIENCE.toMinutes() + " minutes: " + blockers()
                                    + ". The copy cannot begin before they end; end them, or wait.");
                }
                Thread.sleep(BARRIER_PAUSE.toMillis());
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "wait for older transactions", connector.describe());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(ErrorKind.INTERRUPTED, "Stopped while waiting for older transactions.", e);
        }
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Who holds a transaction id: sessions by process id and application, and prepared transactions by name. */
    private String blockers() throws SQLException {
        String sql = """
                select coalesce(string_agg(who, ', '), 'none visible')
                  from (select 'pid ' || l.pid || coalesce(' (' || nullif(a.application_name, '') || ', ' || a.state || ')', '')
                          from pg_locks l left join pg_stat_activity a using (pid)
                         where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted and l.pid <> pg_backend_pid()
                        union all
                        select 'prepared transaction ' || gid from pg_prepared_xacts) b(who)""";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public List<String> release() {
        return objects.remove();
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
