package io.penstock.source.capture;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DdlCapture;
import io.penstock.core.task.ObjectSelection;
import io.penstock.postgres.server.SchemaOwners;
import io.penstock.source.publication.PublicationMode;
import io.penstock.source.publication.TaskNames;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Schema {@code penstock} at a source, which all tasks share. Every method is one short transaction that may be repeated. One thread;
 * SQL errors are left to the caller, who knows the endpoint.
 */
public final class CaptureSchema {
    private static final String TRIGGERS_INTACT = """
            select count(*) = 5 from pg_event_trigger
             where evtenabled = 'A'
               and (evtname in ('penstock_ddl_end', 'penstock_ddl_drop', 'penstock_ddl_rewrite')
                    and evtfoid = to_regproc('penstock.on_event')
                    or evtname = 'penstock_ddl_caller' and evtfoid = to_regproc('penstock.on_caller')
                    or evtname = 'penstock_ddl_start' and evtfoid = to_regproc('penstock.on_start'))""";

    private static final String FAILURES =
            "select case when is_called then last_value else 0 end from penstock.capture_failures";

    /** Tables of users, and the files they are kept in. */
    private static final String FILES =
            "select oid, relfilenode from pg_class where relkind = 'r' and relpersistence <> 't' and oid >= 16384";

    private static final int SECRET_BITS = 128;

    private final Connection connection;
    private final TaskNames names;

    public CaptureSchema(Connection connection, TaskNames names) {
        this.connection = connection;
        this.names = names;
    }

    /**
     * What a task wants of the source.
     *
     * @param wholeRows tables whose old rows are needed with all their columns
     */
    public record Wish(
            ObjectSelection objects, PublicationMode mode, boolean captured, Collection<QualifiedName> wholeRows) {}

    /**
     * Within the caller's transaction.
     *
     * @throws io.penstock.core.error.PenstockException PRECHECK when somebody else could change what is in the schema
     */
    public void create(Wish wish) throws SQLException {
        CaptureScript script = script();
        // IF NOT EXISTS alone fails when two tasks start at the same moment.
        execute("select pg_advisory_xact_lock(7166478193)");
        execute("create schema if not exists penstock");
        SchemaOwners.require(connection, "source");
        execute(script.tables());
        update(
                "insert into penstock.secret select ? where not exists (select from penstock.secret)",
                new BigInteger(SECRET_BITS, new SecureRandom()).toString(Character.MAX_RADIX));
        if (wish.captured() && !intact(script)) {
            if ("t"
                    .equals(text("select not (" + TRIGGERS_INTACT
                            + ") and exists (select from penstock.tasks where captured)"))) {
                // The other tasks would take the triggers for intact all the time.
                execute("select nextval('penstock.capture_failures')");
            }
            execute(script.functions());
            execute(script.triggers());
            execute("comment on schema penstock is '" + comment(script) + "'");
        }
        // The row makes the task known to the others, so that the schema stays as long as one of them needs it.
        update("insert into penstock.heartbeat values (?, 0, now()) on conflict (task) do nothing", names.task());
        register(wish);
    }

    private void register(Wish wish) throws SQLException {
        update(
                "delete from penstock.files where task = ? and not (select captured from penstock.tasks where task = ?)",
                names.task(),
                names.task());
        String sql = """
                insert into penstock.tasks
                select ?, ?, ?, ?, cast(? as boolean), coalesce(max(id), 0) from penstock.ddl_log
                on conflict (task) do update set mode = excluded.mode, captured = excluded.captured""";
        update(
                sql,
                names.task(),
                names.allPublication(),
                names.keyPublication(),
                wish.mode().word(),
                Boolean.toString(wish.captured()));
        update("""
                insert into penstock.files
                select ?, t.oid, t.relfilenode from (%s) t
                 where not exists (select from penstock.files where task = ?)""".formatted(FILES), names.task(), names.task());
        update("delete from penstock.rules where task = ?", names.task());
        int position = 0;
        for (SelectionRules.Row rule : SelectionRules.of(wish.objects())) {
            position++;
            update(
                    "insert into penstock.rules values (?, cast(? as integer), ?, ?, ?)",
                    names.task(),
                    Integer.toString(position),
                    rule.schemas(),
                    rule.tables(),
                    rule.excluded());
        }
        update("delete from penstock.whole_rows where task = ? and relation = 0", names.task());
        for (QualifiedName table : wish.wholeRows()) {
            update(
                    "insert into penstock.whole_rows values (?, ?, ?, 0) on conflict do nothing",
                    names.task(),
                    table.schema(),
                    table.table());
        }
    }

    /** Whether the triggers and functions of this version of Penstock are there. */
    public boolean intact() throws SQLException {
        return intact(script());
    }

    private boolean intact(CaptureScript script) throws SQLException {
        return comment(script).equals(text("select obj_description(to_regnamespace('penstock'), 'pg_namespace')"))
                && "t".equals(text(TRIGGERS_INTACT));
    }

    private static String comment(CaptureScript script) {
        return "Penstock " + script.digest();
    }

    public boolean exists() throws SQLException {
        // A view could run anything.
        return "t"
                .equals(
                        text(
                                "select exists (select from pg_class where oid = to_regclass('penstock.tasks') and relkind = 'r')"));
    }

    /** See {@link io.penstock.core.port.SourceSetup#ddlCapture}. */
    public DdlCapture state(long failuresSince) throws SQLException {
        if (!exists()) {
            return DdlCapture.unavailable("Schema penstock is not there.");
        }
        try (PreparedStatement query = connection.prepareStatement(
                "select captured, (" + TRIGGERS_INTACT + ") from penstock.tasks where task = ?")) {
            query.setString(1, names.task());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next() || !row.getBoolean(1)) {
                    return DdlCapture.unavailable(DdlCapture.FALLBACK);
                }
                if (!row.getBoolean(2)) {
                    return DdlCapture.broken("An event trigger penstock_ddl_* was dropped, disabled or changed.");
                }
            }
        }
        return failures() == failuresSince
                ? DdlCapture.ACTIVE
                : DdlCapture.broken(
                        "The source could not log a change of definition (see rows capture_failed of penstock.ddl_log and its server's log),"
                                + " or the definitions were not compared since it was mended.");
    }

    /** See {@link io.penstock.core.port.SourceSetup#captureFailures}. */
    public long failures() throws SQLException {
        if (text("select to_regclass('penstock.capture_failures')") == null) {
            return 0;
        }
        String count = text(FAILURES);
        return count == null ? 0 : Long.parseLong(count);
    }

    /** See {@link io.penstock.core.port.SourceSetup#rewritten}. */
    public Set<Integer> rewritten() throws SQLException {
        Set<Integer> oids = new HashSet<>();
        String sql = """
                select t.oid
                  from (%s) t
                  left join penstock.files f on f.task = ? and f.relation = t.oid
                 where f.file is distinct from t.relfilenode""".formatted(FILES);
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, names.task());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    oids.add((int) rows.getLong(1));
                }
            }
        }
        return oids;
    }

    /**
     * See {@link io.penstock.core.port.SourceSetup#rememberFiles}. One statement, so that whatever it sees of a change that was not logged,
     * it sees the reason for that too.
     */
    public void rememberFiles(long failuresSince) throws SQLException {
        String sql = """
                with known(complete) as (select (%s) and (%s) = cast(? as bigint)),
                gone as (
                  delete from penstock.files f using known
                   where known.complete and f.task = ? and not exists (select from pg_class c where c.oid = f.relation))
                insert into penstock.files
                select ?, t.oid, t.relfilenode
                  from known
                  join (%s) t on known.complete
                  left join penstock.files f on f.task = ? and f.relation = t.oid
                 where f.file is distinct from t.relfilenode
                on conflict (task, relation) do update set file = excluded.file""".formatted(TRIGGERS_INTACT, FAILURES, FILES);
        update(sql, Long.toString(failuresSince), names.task(), names.task(), names.task());
    }

    /** See {@link io.penstock.core.port.SourceSetup#purgeDdlLog}. */
    public void purge(long appliedId) throws SQLException {
        update(
                "update penstock.tasks set ddl_applied = cast(? as bigint) where task = ? and ddl_applied < cast(? as bigint)",
                Long.toString(appliedId),
                names.task(),
                Long.toString(appliedId));
        execute("delete from penstock.ddl_log where id <= (select min(ddl_applied) from penstock.tasks)");
    }

    /** Whether no other task uses the schema. */
    public boolean isLast() throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("select not exists (select from penstock.heartbeat where task <> ?)")) {
            query.setString(1, names.task());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** Before the schema, so that users' commands no longer wait for the tables that are dropped. */
    public void dropTriggers() throws SQLException {
        execute("drop event trigger if exists penstock_ddl_caller");
        execute("drop event trigger if exists penstock_ddl_start");
        execute("drop event trigger if exists penstock_ddl_end");
        execute("drop event trigger if exists penstock_ddl_drop");
        execute("drop event trigger if exists penstock_ddl_rewrite");
    }

    /** From now on the event triggers do nothing for the task. */
    public void unregister() throws SQLException {
        update("delete from penstock.tasks where task = ?", names.task());
        update("delete from penstock.whole_rows where task = ?", names.task());
    }

    /** Forgets the task; the schema goes with the last one. Within the caller's transaction. */
    public void forget() throws SQLException {
        execute("select pg_advisory_xact_lock(7166478193)");
        update("delete from penstock.heartbeat where task = ?", names.task());
        unregister();
        update("delete from penstock.rules where task = ?", names.task());
        if (text("select to_regclass('penstock.files')") != null) {
            update("delete from penstock.files where task = ?", names.task());
        }
        if (isLast()) {
            execute("drop schema penstock cascade");
        }
    }

    /** The statement that keeps event triggers from changing a publication until the transaction ends. */
    public static String lockPublications(List<String> publications) {
        return "select pg_advisory_xact_lock(" + CaptureScript.publicationLock("oid")
                + ") from (select oid from pg_publication" + " where pubname in ('" + String.join("', '", publications)
                + "') order by oid) p";
    }

    private CaptureScript script() throws SQLException {
        return CaptureScript.forVersion(
                Integer.parseInt(String.valueOf(text("select current_setting('server_version_num')"))));
    }

    private @Nullable String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Braces in function bodies are no escapes of JDBC.
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private void update(String sql, @Nullable String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}
