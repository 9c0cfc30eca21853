package io.penstock.destination.progress;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.progress.TaskProgress;
import io.penstock.core.progress.TaskState;
import io.penstock.core.relation.TableMapping;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.postgres.error.SqlErrors;
import io.penstock.postgres.server.SchemaOwners;
import io.penstock.postgres.server.ServerFacts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The task's records in schema {@code penstock}. Statements keep to what Greenplum 6 (PostgreSQL 9.4) understands: no ON CONFLICT. One
 * thread.
 */
public final class ProgressTables implements ProgressStore {
    /** The server notices within moments that the process of an earlier run is gone. */
    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(10);

    private static final int LANE = 0;

    private final Connection connection;
    private final String endpoint;
    private final String task;

    public ProgressTables(PgConnector connector, String task) {
        this.connection = connector.open(SessionSettings.destination());
        this.endpoint = connector.describe();
        this.task = task;
    }

    @Override
    public void lock() {
        try {
            long deadline = System.nanoTime() + LOCK_PATIENCE.toNanos();
            while (!tryLock()) {
                if (System.nanoTime() > deadline) {
                    throw new PenstockException(
                            ErrorKind.PRECHECK,
                            "Task " + task + " is running already: another process holds its lock in the destination ("
                                    + endpoint + "). Stop that process first.");
                }
                Thread.sleep(200);
            }
            create();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "create schema penstock", endpoint);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(ErrorKind.INTERRUPTED, "Stopped while waiting for the task's lock.", e);
        }
    }

    private boolean tryLock() throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("select pg_try_advisory_lock(1885695603, hashtext(?))")) {
            query.setString(1, task);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    @Override
    public boolean running() {
        // The two keys of an advisory lock are shown as unsigned numbers.
        String sql = """
                select exists (select 1 from pg_locks l join pg_database d on d.oid = l.database
                                where d.datname = current_database() and l.locktype = 'advisory' and l.granted
                                  and l.classid::bigint = 1885695603 and l.objsubid = 2
                                  and l.objid::bigint = (hashtext(?)::bigint & 4294967295))""";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, task);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "look at the task's lock", endpoint);
        }
    }

    private void create() throws SQLException {
        SchemaOwners.require(connection, "destination");
        if (isComplete()) {
            return;
        }
        if (!exists()) {
            requireWritable();
        }
        String ending = ProgressSchema.ending(ServerFacts.read(connection));
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            // IF NOT EXISTS alone fails when two tasks start at the same moment.
            statement.execute("select pg_advisory_xact_lock(1885695602)");
            statement.execute("create schema if not exists penstock");
            SchemaOwners.require(connection, "destination");
            for (Map.Entry<String, String> table : ProgressSchema.TABLES.entrySet()) {
                statement.execute("create table if not exists penstock." + table.getKey() + " (" + table.getValue()
                        + ")" + ending);
            }
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** A task that has begun waits until the server takes changes again; one that begins would wait for nothing. */
    private void requireWritable() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_setting('transaction_read_only') = 'on'")) {
            row.next();
            if (row.getBoolean(1)) {
                throw new PenstockException(
                        ErrorKind.PRECHECK,
                        "The destination's sessions are read-only (" + endpoint
                                + "): it is a standby, or default_transaction_read_only is on. Name the primary"
                                + " (target_session_attrs=read-write chooses it among several hosts), or reset the setting.");
            }
        }
    }

    /** What older tasks kept may be less than tasks keep today. */
    @Override
    public boolean exists() {
        try {
            return tables(List.of("progress", "progress_tables", "progress_chunks")) == 3;
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "look for the task's records", endpoint);
        }
    }

    private boolean isComplete() throws SQLException {
        return tables(ProgressSchema.TABLES.keySet()) == ProgressSchema.TABLES.size();
    }

    private int tables(Collection<String> names) throws SQLException {
        String sql = """
                select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname = 'penstock' and c.relkind = 'r' and c.relname = any (?)""";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setArray(1, connection.createArrayOf("text", names.toArray()));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    @Override
    public Optional<TaskProgress> task() {
        String sql = """
                select system_id, timeline, slot, applied_lsn::text, (extract(epoch from commit_time) * 1000000)::bigint,
                       heartbeat, state, phase, error
                  from penstock.progress where task = ? and lane = ?""";
        try {
            if (!exists()) {
                return Optional.empty();
            }
            try (PreparedStatement query = connection.prepareStatement(sql)) {
                query.setString(1, task);
                query.setInt(2, LANE);
                try (ResultSet row = query.executeQuery()) {
                    return row.next() ? Optional.of(task(row)) : Optional.empty();
                }
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read the task's progress", endpoint);
        }
    }

    private static TaskProgress task(ResultSet row) throws SQLException {
        return new TaskProgress(
                row.getString(1),
                row.getInt(2),
                row.getString(3),
                Lsn.parse(row.getString(4)).value(),
                row.getLong(5),
                row.getLong(6),
                TaskState.of(row.getString(7)),
                row.getString(8),
                row.getString(9));
    }

    @Override
    public void save(TaskProgress progress) {
        String update = """
                update penstock.progress
                   set system_id = ?, timeline = ?, slot = ?, applied_lsn = greatest(applied_lsn, ?::pg_lsn), state = ?, phase = ?,
                       error = ?, updated_at = now()
                 where task = ? and lane = ?""";
        String insert = """
                insert into penstock.progress
                  (system_id, timeline, slot, applied_lsn, state, phase, error, task, lane, heartbeat, updated_at)
                values (?, ?, ?, ?::pg_lsn, ?, ?, ?, ?, ?, 0, now())""";
        try {
            if (write(update, progress) == 0) {
                write(insert, progress);
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "save the task's progress", endpoint);
        }
    }

    private int write(String sql, TaskProgress progress) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, progress.systemId());
            statement.setInt(2, progress.timeline());
            statement.setString(3, progress.slot());
            statement.setString(4, Lsn.format(progress.appliedLsn()));
            statement.setString(5, progress.state().code());
            statement.setString(6, progress.phase());
            statement.setString(7, progress.error());
            statement.setString(8, task);
            statement.setInt(9, LANE);
            return statement.executeUpdate();
        }
    }

    @Override
    public List<TableProgress> tables() {
        String sql = """
                select t.mapping, t.state, t.snapshot, t.insert_lsn::text,
                       case when t.state = 'copying'
                            then (select coalesce(sum(c.rows_copied), 0) from penstock.progress_chunks c
                                   where c.task = t.task and c.source = t.source)
                            else t.rows_copied end,
                       t.bytes_copied, t.rows_estimated, t.inserts, t.updates, t.deletes, t.error
                  from penstock.progress_tables t where t.task = ? order by t.source""";
        try {
            return exists() ? tables(sql) : List.of();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "read the tables' progress", endpoint);
        }
    }

    private List<TableProgress> tables(String sql) throws SQLException {
        Map<String, Map<String, Long>> omitted = omitted();
        List<TableProgress> tables = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, task);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    tables.add(table(row, omitted));
                }
            }
        }
        return tables;
    }

    /** By source table and kind. */
    private Map<String, Map<String, Long>> omitted() throws SQLException {
        Map<String, Map<String, Long>> omitted = new HashMap<>();
        if (tables(List.of("progress_omitted")) == 0) {
            return omitted;
        }
        try (PreparedStatement query = connection.prepareStatement(
                "select source, kind, omitted from penstock.progress_omitted where task = ?")) {
            query.setString(1, task);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    omitted.computeIfAbsent(row.getString(1), s -> new HashMap<>())
                            .merge(OmissionRows.shown(row.getString(2)), row.getLong(3), Long::sum);
                }
            }
        }
        return omitted;
    }

    private static TableProgress table(ResultSet row, Map<String, Map<String, Long>> omitted) throws SQLException {
        TableMapping mapping = MappingJson.read(row.getString(1));
        Map<String, Long> own = omitted.getOrDefault(mapping.source().toString(), Map.of());
        return new TableProgress(
                mapping,
                TableState.of(row.getString(2)),
                row.getString(3),
                Lsn.parse(row.getString(4)).value(),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                new TableProgress.Counters(row.getLong(8), row.getLong(9), row.getLong(10), own),
                row.getString(11));
    }

    @Override
    public void save(TableProgress progress) {
        try {
            new TableRecords(connection, task).save(progress);
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "save the progress of " + progress.mapping().source(), endpoint);
        }
    }

    @Override
    public void release() {
        try {
            if (exists()) {
                create();
                connection.setAutoCommit(false);
                forget();
            }
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "remove the task's progress", endpoint);
        }
    }

    private void forget() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            new SharedTables(connection, task).leave();
            for (String table : ProgressSchema.TABLES.keySet()) {
                if (!table.equals(SharedTables.LEFT_ROWS)) {
                    deleteFrom(table);
                }
            }
            if (isEmpty()) {
                statement.execute("drop schema penstock cascade");
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private void deleteFrom(String table) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from penstock." + table + " where task = ?")) {
            delete.setString(1, task);
            delete.executeUpdate();
        }
    }

    private boolean isEmpty() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select not exists (select 1 from penstock.progress)")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw SqlErrors.wrap(e, "close a session", endpoint);
        }
    }
}
