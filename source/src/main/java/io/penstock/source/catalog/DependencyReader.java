package io.penstock.source.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads what tables and types call or use that does not travel with them: extensions and the user's functions. */
final class DependencyReader {
    /**
     * Everything of a table that may hold an expression, an operator class or a collation, as {@code (classid, objid)}; for use inside
     * a query in which {@code given(oid)} are the tables.
     */
    static final String EXPRESSIONS = """
            select 'pg_class'::regclass::oid as classid, given.oid as objid from given
            union all
            select 'pg_class'::regclass, indexrelid from pg_index where indrelid in (select oid from given)
            union all
            select 'pg_attrdef'::regclass, oid from pg_attrdef where adrelid in (select oid from given)
            union all
            select 'pg_constraint'::regclass, oid from pg_constraint where conrelid in (select oid from given)""";

    static final CatalogQuery USED =
            CatalogQuery.of("dependencies", "extension", """
            with given(oid) as (select unnest(cast({tables} as oid[])))
            select distinct e.extname::text as extension,
                   case when e.oid is null and d.refclassid = 'pg_proc'::regclass then d.refobjid::regprocedure::text end as function
              from (%s
                    union all
                    select 'pg_constraint'::regclass, c.oid
                      from (%s) c
                    union all
                    select 'pg_type'::regclass, unnest(cast({types} as oid[]))) part(classid, objid)
              join pg_depend d on d.classid = part.classid and d.objid = part.objid
              left join pg_depend x on x.classid = d.refclassid and x.objid = d.refobjid and x.deptype = 'e'
              left join pg_extension e on e.oid = x.refobjid
             where d.refobjid >= 16384 and d.deptype = 'n'
               and (e.oid is not null or d.refclassid = 'pg_proc'::regclass)""".formatted(EXPRESSIONS, TypeReader.CONSTRAINTS));

    private final CatalogRows catalog;

    /** Names in alphabetical order. */
    record Dependencies(Set<String> extensions, List<String> functions) {}

    private record Used(String extension, String function) {}

    DependencyReader(CatalogRows catalog) {
        this.catalog = catalog;
    }

    Dependencies read(Collection<Integer> tables, TypeGraph types) {
        Set<String> extensions = new TreeSet<>(types.extensions());
        Set<String> functions = new TreeSet<>();
        List<Used> used = catalog.list(
                USED,
                new CatalogScope(tables, types.oids()),
                row -> new Used(text(row.optional("extension")), text(row.optional("function"))));
        for (Used one : used) {
            extensions.add(one.extension());
            functions.add(one.function());
        }
        extensions.remove("");
        functions.remove("");
        return new Dependencies(extensions, new ArrayList<>(functions));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
