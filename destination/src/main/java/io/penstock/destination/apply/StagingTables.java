package io.penstock.destination.apply;

import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.name.Identifiers;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postgresql.core.BaseConnection;

/**
 * Temporary tables of the session, created when first needed and kept, since creating one costs more than filling it. They are
 * emptied by every COMMIT; within a transaction a second use empties them first. One thread.
 */
final class StagingTables {
    /** Every COMMIT visits each of them, so only the most recently used are kept. */
    private static final int MAX_TABLES = 64;

    private final BaseConnection connection;
    private final FaultPoints faults;
    private final LinkedHashMap<String, Shape> known = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<String> filled = new HashSet<>();
    /** Those that a COMMIT has made lasting; others vanish with their transaction. */
    private Set<String> durable = Set.of();

    /**
     * @param columns the list in parentheses, and the storage where it is named
     * @param distribution what follows at the end, empty or beginning with a space
     */
    record Shape(String columns, String distribution) {}

    StagingTables(BaseConnection connection, FaultPoints faults) {
        this.connection = connection;
        this.faults = faults;
    }

    /**
     * An empty table.
     *
     * @param name unique per table and purpose
     * @param shape what CREATE TABLE says of it
     */
    String empty(String name, Shape shape) throws SQLException {
        String qualified = "pg_temp." + name;
        if (!shape.equals(known.get(qualified))) {
            known.remove(qualified);
            makeRoom();
            execute("drop table if exists " + qualified);
            execute("create temporary table " + name + " " + shape.columns() + " on commit delete rows"
                    + shape.distribution());
            takeDomainsOff(qualified);
            known.put(qualified, shape);
        } else if (filled.contains(qualified)) {
            execute("truncate " + qualified);
        }
        filled.add(qualified);
        return qualified;
    }

    /** A value that is not there is staged as NULL, which a domain may refuse; so its base type stands in for it, with its collation. */
    private void takeDomainsOff(String qualified) throws SQLException {
        String sql = """
                with recursive made(name, type, modifier, kind, base, base_modifier, sorted) as (
                  select a.attname, a.atttypid, a.atttypmod, t.typtype, t.typbasetype, t.typtypmod, a.attcollation
                    from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
                   where a.attrelid = '%s'::regclass and a.attnum > 0 and t.typtype = 'd'
                  union all
                  select m.name, m.base, m.base_modifier, t.typtype, t.typbasetype, t.typtypmod, m.sorted
                    from made m join pg_catalog.pg_type t on t.oid = m.base where m.kind = 'd')
                select m.name, pg_catalog.format_type(m.type, m.modifier) || coalesce((
                         select ' collate ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname)
                           from pg_catalog.pg_collation c join pg_catalog.pg_namespace n on n.oid = c.collnamespace
                          where c.oid = m.sorted and c.oid <> t.typcollation), '')
                  from made m join pg_catalog.pg_type t on t.oid = m.type where m.kind <> 'd'""".formatted(qualified);
        List<String> changes = new ArrayList<>();
        try (Statement query = connection.createStatement();
                ResultSet rows = query.executeQuery(sql)) {
            while (rows.next()) {
                changes.add("alter column " + Identifiers.quote(rows.getString(1)) + " type " + rows.getString(2));
            }
        }
        if (!changes.isEmpty()) {
            execute("alter table " + qualified + " " + String.join(", ", changes));
        }
    }

    private void makeRoom() throws SQLException {
        Iterator<Map.Entry<String, Shape>> eldest = known.entrySet().iterator();
        while (known.size() >= MAX_TABLES && eldest.hasNext()) {
            String name = eldest.next().getKey();
            if (!filled.contains(name)) {
                eldest.remove();
                execute("drop table " + name);
            }
        }
    }

    /** Removes all of them, because definitions they depend on are about to change. */
    void drop() throws SQLException {
        for (String name : known.keySet()) {
            execute("drop table if exists " + name);
        }
        forget();
    }

    /** Staging tables may have vanished with a savepoint; they are created anew when needed. */
    void forget() {
        known.clear();
        filled.clear();
    }

    void transactionEnded() {
        durable = Set.copyOf(known.keySet());
        filled.clear();
    }

    /** Opens a COPY into a table and hands its encoder to the caller, who must finish it. */
    CopyEncoder copy(String sql) throws SQLException {
        return new CopyEncoder(CopyEncoder.Target.server(connection.getCopyAPI().copyIn(sql)));
    }

    /** Ends a COPY into a staging table. */
    void loaded(CopyEncoder encoder) throws SQLException {
        encoder.finish();
        faults.reached(FaultPoint.STAGED);
    }

    /** Ends a COPY into a staging table whose size the way of joining depends on. */
    void loaded(CopyEncoder encoder, String table) throws SQLException {
        loaded(encoder);
        execute("analyze " + table);
    }

    /**
     * Whether one of the tables that this session has made is gone, as on Greenplum after a segment was restarted, although the session
     * looks healthy. The transaction must be over.
     */
    boolean lost() throws SQLException {
        for (String name : durable) {
            try (Statement query = connection.createStatement();
                    ResultSet row = query.executeQuery("select pg_catalog.to_regclass('" + name + "') is null")) {
                if (row.next() && row.getBoolean(1)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
