package io.penstock.postgres.server;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whose the objects in schema {@code penstock} are. Whoever owns one decides what runs when a task, or at the source any user's command,
 * comes to it: a trigger, the body of a function. So they must belong to the task's role, to a superuser, or to a role that the task's
 * role belongs to; a superuser, who belongs to every role, trusts superusers only. SQL errors are left to the caller.
 *
 * <p>The roles it belongs to are trusted although their other members are, too: a second task's role replaces the functions that the first
 * one's made as a member of it, and nothing in the catalogs tells such a role from one that owns an application.
 */
public final class SchemaOwners {
    /** What to do about {@link #strangers}. */
    public static final String FIX =
            "If no task uses the schema, DROP SCHEMA penstock CASCADE and start again. If one does, connect as the role that set it up,"
                    + " or make sure that the schema holds nothing but what Penstock made and give it to the task's role (ALTER SCHEMA,"
                    + " ALTER TABLE, ALTER FUNCTION ... OWNER TO ...).";

    /** As many as a person wants to read. */
    private static final int NAMED = 5;

    private static final String STRANGERS = """
            with me as (select oid, rolsuper from pg_catalog.pg_roles where rolname = current_user),
            own as (select oid, nspowner, nspacl from pg_catalog.pg_namespace where nspname = 'penstock'),
            part(what, owner) as (
              select 'the schema', n.nspowner from own n
              union all
              select case c.relkind when 'S' then 'sequence ' when 'v' then 'view ' else 'table ' end || c.relname, c.relowner
                from own n join pg_catalog.pg_class c on c.relnamespace = n.oid
               where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
              union all
              select 'function ' || p.proname, p.proowner
                from own n join pg_catalog.pg_proc p on p.pronamespace = n.oid
              union all
              select 'a trigger of table ' || c.relname, p.proowner
                from own n
                join pg_catalog.pg_class c on c.relnamespace = n.oid
                join pg_catalog.pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal
                join pg_catalog.pg_proc p on p.oid = t.tgfoid
              union all
              select 'the right to create in the schema', a.grantee
                from (select (pg_catalog.aclexplode(nspacl)).* from own) a
               where a.privilege_type = 'CREATE')
            select distinct part.what, coalesce(pg_catalog.quote_ident(r.rolname), 'PUBLIC') as whose,
                   (select pg_catalog.quote_ident(current_user)) as mine
              from part
              cross join me
              left join pg_catalog.pg_roles r on r.oid = part.owner
             where case when r.oid is null then true
                        when r.oid = me.oid or r.rolsuper then false
                        when me.rolsuper then true
                        else not pg_catalog.pg_has_role(me.oid, r.oid, 'MEMBER') end
             order by 1, 2""";

    private SchemaOwners() {}

    /** One sentence that names them; empty when there are none, also when the schema is not there. */
    public static Optional<String> strangers(Connection connection) throws SQLException {
        List<String> parts = new ArrayList<>();
        String mine = "";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(STRANGERS)) {
            while (rows.next()) {
                parts.add(rows.getString("what") + " (" + rows.getString("whose") + ")");
                mine = rows.getString("mine");
            }
        }
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        String more = parts.size() > NAMED ? " and " + (parts.size() - NAMED) + " more" : "";
        return Optional.of(
                "Parts of schema penstock belong to others, who could let code of theirs run with the rights of " + mine
                        + ": " + String.join(", ", parts.subList(0, Math.min(NAMED, parts.size()))) + more + ".");
    }

    /**
     * @param end which database it is
     * @throws PenstockException PRECHECK when there are {@link #strangers}
     */
    public static void require(Connection connection, String end) throws SQLException {
        Optional<String> strangers = strangers(connection);
        if (strangers.isPresent()) {
            throw new PenstockException(ErrorKind.PRECHECK, "At the " + end + ": " + strangers.get() + " " + FIX);
        }
    }
}
