package io.penstock.source.setup;

import io.penstock.core.check.Finding;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DdlCapture;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.snapshot.TableSnapshot;
import io.penstock.core.task.ObjectSelection;
import io.penstock.source.capture.CaptureProbe;
import io.penstock.source.publication.TaskNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What the source must offer before a task may start. Leaves nothing behind. One thread. */
final class SourceChecks {
    private static final int OLDEST_VERSION = 110_000;

    private final Connection connection;
    private final TaskNames names;

    SourceChecks(Connection connection, TaskNames names) {
        this.connection = connection;
        this.names = names;
    }

    List<Finding> run(Catalog catalog, ObjectSelection objects) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        findings.add(version(catalog));
        findings.add(primary());
        findings.add(writable());
        findings.add(walLevel());
        findings.add(snapshots());
        findings.add(replicationRight());
        findings.add(freeSlot());
        findings.add(freeWalsender());
        findings.add(createRight());
        findings.add(tables(catalog));
        findings.add(ownership(catalog));
        findings.add(readRight(catalog));
        findings.add(unlogged(catalog));
        findings.add(foreignPartitions(catalog));
        findings.add(foreignTables(objects));
        findings.add(hypertables(catalog));
        findings.add(ddlCapture());
        findings.add(encoding());
        return findings;
    }

    private static Finding version(Catalog catalog) {
        return require(
                "source.version",
                catalog.serverVersion() >= OLDEST_VERSION,
                "The source is PostgreSQL " + catalog.serverVersion() / 10_000 + ".",
                "Penstock reads PostgreSQL 11 and newer; upgrade the source.");
    }

    private Finding primary() throws SQLException {
        return require(
                "source.primary",
                bool("select not pg_is_in_recovery()"),
                "The source is a standby; its snapshots do not list running transactions, so a copy would not be exact.",
                "Point source.url at the primary, for example with target_session_attrs=read-write.");
    }

    private Finding writable() throws SQLException {
        return require(
                "source.read_write",
                bool("select pg_is_in_recovery() or current_setting('transaction_read_only') = 'off'"),
                "The source's sessions are read-only, and the task has to create its publication and heartbeat there.",
                "Reset default_transaction_read_only for the role " + text("select quote_ident(current_user)") + ".");
    }

    private Finding walLevel() throws SQLException {
        String level = text("select current_setting('wal_level')");
        return require(
                "source.wal_level",
                level.equals("logical"),
                "wal_level is " + level + ", so the source writes no log that changes can be decoded from.",
                "ALTER SYSTEM SET wal_level = logical; then restart the server (managed services: set the parameter wal_level or"
                        + " rds.logical_replication in the console).");
    }

    private Finding snapshots() throws SQLException {
        try {
            TableSnapshot.parse(text("select txid_current_snapshot()::text"), 0);
            return Finding.passed("source.snapshots");
        } catch (PenstockException e) {
            return Finding.failed("source.snapshots", e.getMessage(), "Turn commit sequence numbers off if you can.");
        }
    }

    private Finding replicationRight() throws SQLException {
        boolean allowed = bool("""
                select rolsuper or rolreplication
                       or exists (select from pg_roles g where g.rolname in ('rds_replication', 'rds_superuser')
                                                           and pg_has_role(current_user, g.oid, 'member'))
                  from pg_roles where rolname = current_user""");
        return require(
                "source.replication_right",
                allowed,
                "The role may not use replication slots.",
                "ALTER ROLE " + text("select quote_ident(current_user)")
                        + " REPLICATION; (Amazon RDS: GRANT rds_replication TO the role)");
    }

    private Finding freeSlot() throws SQLException {
        return require(
                "source.free_slot",
                bool("select current_setting('max_replication_slots')::int > count(*) filter (where slot_name <> '"
                        + names.slot() + "') from pg_replication_slots"),
                "All replication slots are in use (max_replication_slots = "
                        + text("select current_setting('max_replication_slots')") + ").",
                "Drop a slot that nobody needs, or raise max_replication_slots and restart the source.");
    }

    private Finding freeWalsender() throws SQLException {
        return require(
                "source.free_walsender",
                bool("select current_setting('max_wal_senders')::int > count(*) from pg_stat_replication"
                        + " where application_name not like 'penstock%'"),
                "All WAL senders are in use (max_wal_senders = " + text("select current_setting('max_wal_senders')")
                        + ").",
                "Raise max_wal_senders and restart the source.");
    }

    private Finding createRight() throws SQLException {
        return require(
                "source.create_right",
                bool("select has_database_privilege(current_database(), 'create')"),
                "The role may create neither schema penstock nor a publication in this database.",
                "GRANT CREATE ON DATABASE " + text("select quote_ident(current_database())") + " TO "
                        + text("select quote_ident(current_user)") + ";");
    }

    private static Finding tables(Catalog catalog) {
        return require(
                "source.tables",
                !catalog.tablesWithRows().isEmpty(),
                "The selected objects contain no table.",
                "Check `objects` in the task file against the tables of the database.");
    }

    private Finding ownership(Catalog catalog) throws SQLException {
        List<QualifiedName> foreign = without(catalog, """
                select pg_has_role(current_user, c.relowner, 'usage') from pg_class c where c.oid = ?""");
        return require(
                "source.ownership",
                foreign.isEmpty(),
                "Only its owner may publish a table; the role does not own " + list(foreign) + ".",
                "GRANT the owning role to " + text("select quote_ident(current_user)")
                        + ", or connect as the owner or a superuser.");
    }

    private Finding readRight(Catalog catalog) throws SQLException {
        List<QualifiedName> closed = without(catalog, "select has_table_privilege(?::oid, 'select')");
        return require(
                "source.read_right",
                closed.isEmpty(),
                "The role may not read " + list(closed) + ".",
                "GRANT SELECT ON " + list(closed) + " TO " + text("select quote_ident(current_user)") + ";");
    }

    private static Finding unlogged(Catalog catalog) {
        List<QualifiedName> unlogged = catalog.tables().stream()
                .filter(TableDefinition::unlogged)
                .map(TableDefinition::name)
                .toList();
        if (unlogged.isEmpty()) {
            return Finding.passed("source.unlogged_tables");
        }
        return Finding.failed(
                "source.unlogged_tables",
                "Changes of unlogged tables are not in the log: " + list(unlogged) + ".",
                "Exclude them under `objects`, or ALTER TABLE ... SET LOGGED.");
    }

    /** Their rows belong to the table as its users see it, but are in no log of this server. */
    private Finding foreignPartitions(Catalog catalog) throws SQLException {
        List<QualifiedName> mixed = without(catalog, """
                select not exists (select from pg_inherits i join pg_class c on c.oid = i.inhrelid
                                    where i.inhparent = ? and c.relkind = 'f')""");
        return require(
                "source.foreign_partitions",
                mixed.isEmpty(),
                "Foreign tables are partitions or children of " + list(mixed)
                        + "; their rows are not in this server's log.",
                "Detach them, or exclude the parent under `objects` and synchronise the other server with a task of its own.");
    }

    /** They are never among the selected tables; whoever selects a schema should know. */
    private Finding foreignTables(ObjectSelection objects) throws SQLException {
        String item = "source.foreign_tables";
        List<String> tables = tablesBy("""
                select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where c.relkind = 'f' and not c.relispartition order by 1, 2""").stream()
                .filter(t -> objects.selects(t.schema(), t.table()))
                .map(QualifiedName::toString)
                .toList();
        return tables.isEmpty()
                ? Finding.passed(item)
                : Finding.warning(
                        item,
                        "Foreign tables are left out, because their rows are not in this server's log: "
                                + String.join(", ", tables) + ".",
                        "Synchronise them from the server that holds them, if they are needed.");
    }

    /** A hypertable's rows lie in tables of TimescaleDB's own schema, under names that change as time goes by. */
    private Finding hypertables(Catalog catalog) throws SQLException {
        String item = "source.hypertables";
        if (!bool("select to_regclass('_timescaledb_catalog.hypertable') is not null")) {
            return Finding.passed(item);
        }
        List<QualifiedName> tables =
                tablesBy("select schema_name, table_name from _timescaledb_catalog.hypertable order by 1, 2").stream()
                        .filter(t -> catalog.table(t).isPresent())
                        .toList();
        return require(
                item,
                tables.isEmpty(),
                "Hypertables of TimescaleDB keep their rows in tables of its own, which are not followed: "
                        + list(tables) + ".",
                "Exclude them under `objects`.");
    }

    private List<QualifiedName> tablesBy(String sql) throws SQLException {
        List<QualifiedName> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(new QualifiedName(rows.getString(1), rows.getString(2)));
            }
        }
        return found;
    }

    private Finding ddlCapture() throws SQLException {
        // Where nothing may be written another item says so.
        if (bool("select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on'")
                || new CaptureProbe(connection).allowed()) {
            return Finding.passed("source.ddl_capture");
        }
        return Finding.warning(
                "source.ddl_capture",
                "DDL capture: not available. " + DdlCapture.FALLBACK,
                "Connect as a superuser, or as the privileged account of the managed service, to have them followed.");
    }

    private Finding encoding() throws SQLException {
        String encoding = text("select current_setting('server_encoding')");
        if (!encoding.equals("SQL_ASCII")) {
            return Finding.passed("source.encoding");
        }
        return Finding.warning(
                "source.encoding",
                "The source database has encoding SQL_ASCII: text that is not valid UTF-8 will be refused by the destination.",
                "Make sure that all text is valid UTF-8.");
    }

    /** Tables for which the query of one boolean says false; the query's parameter is the table's oid. */
    private List<QualifiedName> without(Catalog catalog, String sql) throws SQLException {
        List<QualifiedName> missing = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            for (TableDefinition table : catalog.tables()) {
                if (!holds(query, table)) {
                    missing.add(table.name());
                }
            }
        }
        return missing;
    }

    private static boolean holds(PreparedStatement query, TableDefinition table) throws SQLException {
        query.setLong(1, Integer.toUnsignedLong(table.oid()));
        try (ResultSet row = query.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static String list(List<QualifiedName> names) {
        return names.stream().map(QualifiedName::toString).collect(Collectors.joining(", "));
    }

    private static Finding require(String item, boolean met, String why, String fix) {
        return met ? Finding.passed(item) : Finding.failed(item, why, fix);
    }

    private boolean bool(String sql) throws SQLException {
        return text(sql).equals("t");
    }

    private String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
