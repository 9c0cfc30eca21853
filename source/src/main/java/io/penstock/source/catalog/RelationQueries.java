package io.penstock.source.catalog;

import io.penstock.core.task.SystemSchemas;
import java.util.stream.Collectors;

/** Which tables there are, and how they inherit from each other. */
final class RelationQueries {
    private static final String TABLES = """
            select c.oid, n.nspname, c.relname, c.relkind
              from %s
              join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p') and c.relpersistence <> 't'
               and not exists (select from pg_depend d
                                where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')""";

    /** A partition whose DETACH CONCURRENTLY waits for its second half is no longer seen through its parent. */
    private static final String INHERITANCE = """
            select i.inhrelid, i.inhparent, c.relispartition
              from %s
              join pg_class c on c.oid = i.inhrelid
             where c.relkind in ('r', 'p') %s
             order by i.inhrelid, i.inhseqno""";

    static final CatalogQuery ALL = CatalogQuery.of("all_tables", "oid", TABLES.formatted("pg_class c"));

    static final CatalogQuery ALL_LINKS =
            new CatalogQuery("all_links", "inhrelid", version -> links(version, "pg_inherits i"));

    /** Tables of users among those given, and everything they inherit from. */
    static final CatalogQuery RELATED = CatalogQuery.of(
            "related",
            "oid",
            """
            with recursive line(oid) as (
              select unnest(cast({tables} as oid[]))
              union
              select i.inhparent from line l join pg_inherits i on i.inhrelid = l.oid)
            """ + TABLES.formatted("line join pg_class c on c.oid = line.oid") + " and " + userSchema("n.nspname"));

    static final CatalogQuery RELATED_LINKS = new CatalogQuery(
            "links",
            "inhrelid",
            version -> links(
                    version,
                    "unnest(cast({tables} as oid[])) given(oid) join pg_inherits i on i.inhrelid = given.oid"));

    private RelationQueries() {}

    private static String links(int version, String from) {
        return INHERITANCE.formatted(from, CatalogQuery.since(14, version, "and not i.inhdetachpending", ""));
    }

    /** {@link SystemSchemas#contains} as a condition. */
    static String userSchema(String name) {
        String reserved = SystemSchemas.names().stream()
                .sorted()
                .map(schema -> "'" + schema + "'")
                .collect(Collectors.joining(", "));
        return "%1$s !~ '^pg_' and %1$s not in (%2$s)".formatted(name, reserved);
    }
}
