package io.penstock.source.catalog;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.schema.TypeDefinition.CompositeType;
import io.penstock.core.schema.TypeDefinition.DomainType;
import io.penstock.core.schema.TypeDefinition.EnumType;
import io.penstock.core.schema.TypeDefinition.RangeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the types that columns and expressions of tables need, with everything these are made of. */
final class TypeReader {
    static final CatalogQuery LABELS = CatalogQuery.of("labels", "enumtypid", """
            select enumtypid, oid as value_oid, enumlabel
              from pg_enum
             where enumtypid in (select unnest(cast({types} as oid[])))
             order by enumtypid, enumsortorder""");

    /** Since 18 NOT NULL of a domain is a constraint too; it stays a property here. */
    static final CatalogQuery DOMAIN_CHECKS = CatalogQuery.of("domain_checks", "contypid", """
            select contypid, conname, pg_get_constraintdef(oid) as definition
              from pg_constraint
             where contypid in (select unnest(cast({types} as oid[]))) and contype = 'c'
             order by contypid, conname""");

    static final CatalogQuery ATTRIBUTES = CatalogQuery.of("attributes", "oid", """
            select r.oid, a.attnum, a.attname, a.atttypid, format_type(a.atttypid, a.atttypmod) as type,
                   case when a.attcollation not in (0, t.typcollation)
                        then quote_ident(cn.nspname) || '.' || quote_ident(c.collname) end as collation
              from pg_type r
              join pg_attribute a on a.attrelid = r.typrelid
              join pg_type t on t.oid = a.atttypid
              left join pg_collation c on c.oid = a.attcollation
              left join pg_namespace cn on cn.oid = c.collnamespace
             where r.oid in (select unnest(cast({types} as oid[]))) and r.typtype = 'c' and a.attnum > 0 and not a.attisdropped
             order by r.oid, a.attnum""");

    /** Types of columns and of casts in expressions, and then the types these are made of. */
    static final CatalogQuery NEEDED = new CatalogQuery("needed_types", "oid", version -> """
            with recursive given(oid) as (
              select unnest(cast({tables} as oid[]))),
            needed(oid) as (
              select unnest(cast({types} as oid[]))
              union
              select atttypid from pg_attribute
               where attrelid in (select oid from given) and attnum > 0 and not attisdropped
              union
              select d.refobjid
                from (%s) part(classid, objid)
                join pg_depend d on d.classid = part.classid and d.objid = part.objid
               where d.refclassid = 'pg_type'::regclass
              union
              select made.oid
                from needed n
                join pg_type t on t.oid = n.oid
               cross join lateral (
                     select t.typelem where t.typelem <> 0
                     union all select t.typbasetype where t.typtype = 'd'
                     union all select rngsubtype from pg_range where rngtypid = t.oid
                     %s
                     union all select atttypid from pg_attribute
                                where attrelid = t.typrelid and t.typtype = 'c' and attnum > 0 and not attisdropped
                     ) made(oid))
            select oid from needed""".formatted(
                    DependencyReader.EXPRESSIONS,
                    CatalogQuery.since(
                            14, version, "union all select rngtypid from pg_range where rngmultitypid = t.oid", "")));

    static final CatalogQuery TYPES = new CatalogQuery("types", "oid", version -> """
            select t.oid, n.nspname, t.typname, t.typtype, t.typcategory, t.typelem, t.typbasetype, r.rngsubtype,
                   %s as multirange_of, %s as multirange, %s as multirange_schema,
                   case when t.typtype = 'c' and k.relkind <> 'c' then k.relname end as row_type_of,
                   kn.nspname as row_type_schema, e.extname, t.typnotnull,
                   case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end as base_type,
                   coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)) as default_expression,
                   case when t.typtype = 'd' and t.typcollation not in (0, b.typcollation)
                          or t.typtype = 'r' and r.rngcollation not in (0, s.typcollation)
                        then quote_ident(cn.nspname) || '.' || quote_ident(c.collname) end as collation,
                   format_type(r.rngsubtype, null) as subtype,
                   case when not o.opcdefault then quote_ident(opn.nspname) || '.' || quote_ident(o.opcname) end as opclass,
                   case when r.rngsubdiff <> 0 then r.rngsubdiff::regproc::text end as subdiff,
                   coalesce(r.rngcanonical <> 0, false) as canonical,
                   x.description as comment
              from pg_type t
              join pg_namespace n on n.oid = t.typnamespace
              left join pg_class k on k.oid = t.typrelid
              left join pg_namespace kn on kn.oid = k.relnamespace
              left join pg_depend d on d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e'
              left join pg_extension e on e.oid = d.refobjid
              left join pg_type b on b.oid = t.typbasetype
              left join pg_range r on r.rngtypid = t.oid
              left join pg_type s on s.oid = r.rngsubtype
              left join pg_opclass o on o.oid = r.rngsubopc
              left join pg_namespace opn on opn.oid = o.opcnamespace
              left join pg_collation c on c.oid = case t.typtype when 'd' then t.typcollation else r.rngcollation end
              left join pg_namespace cn on cn.oid = c.collnamespace
              left join pg_description x on x.classoid = 'pg_type'::regclass and x.objoid = t.oid and x.objsubid = 0
              %s
             where t.oid in (select unnest(cast({types} as oid[])))
             order by t.oid""".formatted(
                    CatalogQuery.since(14, version, "mr.rngtypid", "null::oid"),
                    CatalogQuery.since(14, version, "m.typname", "null::name"),
                    CatalogQuery.since(14, version, "mn.nspname", "null::name"),
                    CatalogQuery.since(14, version, """
                                left join pg_range mr on mr.rngmultitypid = t.oid
                                left join pg_type m on m.oid = r.rngmultitypid
                                left join pg_namespace mn on mn.oid = m.typnamespace""", "")));

    private final CatalogRows catalog;

    /** What is stored outside {@code pg_type}, by the type's oid. */
    private record Details(
            Map<Integer, List<EnumType.Value>> values,
            Map<Integer, List<DomainType.Constraint>> checks,
            Map<Integer, List<Attribute>> attributes) {}

    private record Attribute(int type, CompositeType.Attribute definition) {}

    TypeReader(CatalogRows catalog) {
        this.catalog = catalog;
    }

    /** The types that the scope's tables need, its types, and everything these are made of. */
    TypeGraph read(CatalogScope scope) {
        CatalogScope needed = CatalogScope.ofTypes(catalog.list(NEEDED, scope, row -> row.oid("oid")));
        Details details = new Details(
                catalog.byOid(LABELS, needed, row -> new EnumType.Value(row.oid("value_oid"), row.text("enumlabel"))),
                catalog.byOid(
                        DOMAIN_CHECKS,
                        needed,
                        row -> new DomainType.Constraint(row.text("conname"), row.deparsed("definition"))),
                catalog.byOid(ATTRIBUTES, needed, TypeReader::attribute));
        return new TypeGraph(catalog.list(TYPES, needed, row -> type(row, details)));
    }

    private static Attribute attribute(CatalogRow row) {
        return new Attribute(
                row.oid("atttypid"),
                new CompositeType.Attribute(
                        row.integer("attnum"), row.text("attname"), row.text("type"), row.optional("collation")));
    }

    private static TypeRow type(CatalogRow row, Details details) {
        int oid = row.oid("oid");
        char kind = row.character("typtype");
        QualifiedName rowTypeOf = row.name("row_type_schema", "row_type_of");
        return new TypeRow(
                oid,
                new QualifiedName(row.text("nspname"), row.text("typname")),
                kind,
                row.character("typcategory"),
                parts(row, kind, details.attributes().getOrDefault(oid, List.of())),
                rowTypeOf,
                row.optional("extname"),
                rowTypeOf == null ? definition(row, kind, details) : null);
    }

    private static List<Integer> parts(CatalogRow row, char kind, List<Attribute> attributes) {
        List<Integer> parts = new ArrayList<>();
        for (String column : List.of("typelem", "typbasetype", "rngsubtype", "multirange_of")) {
            int part = row.oid(column);
            if (part != 0) {
                parts.add(part);
            }
        }
        if (kind == 'c') {
            attributes.forEach(attribute -> parts.add(attribute.type()));
        }
        return parts;
    }

    private static @Nullable TypeDefinition definition(CatalogRow row, char kind, Details details) {
        int oid = row.oid("oid");
        QualifiedName name = new QualifiedName(row.text("nspname"), row.text("typname"));
        String comment = row.optional("comment");
        return switch (kind) {
            case 'e' -> new EnumType(oid, name, details.values().getOrDefault(oid, List.of()), comment);
            case 'd' -> domain(row, name, details.checks().getOrDefault(oid, List.of()));
            case 'r' -> range(row, name);
            case 'c' ->
                new CompositeType(
                        oid,
                        name,
                        details.attributes().getOrDefault(oid, List.of()).stream()
                                .map(Attribute::definition)
                                .toList(),
                        comment);
            default -> null;
        };
    }

    private static DomainType domain(CatalogRow row, QualifiedName name, List<DomainType.Constraint> checks) {
        return new DomainType(
                row.oid("oid"),
                name,
                row.text("base_type"),
                row.optional("collation"),
                row.flag("typnotnull"),
                row.optional("default_expression"),
                checks,
                row.optional("comment"));
    }

    private static RangeType range(CatalogRow row, QualifiedName name) {
        return new RangeType(
                row.oid("oid"),
                name,
                row.text("subtype"),
                row.optional("opclass"),
                row.optional("collation"),
                row.optional("subdiff"),
                row.flag("canonical"),
                row.name("multirange_schema", "multirange"),
                row.optional("comment"));
    }
}
