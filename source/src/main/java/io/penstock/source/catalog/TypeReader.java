package io.penstock.source.catalog;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.schema.TypeDefinition.CompositeType;
import io.penstock.core.schema.TypeDefinition.DomainType;
import io.penstock.core.schema.TypeDefinition.EnumType;
import io.penstock.core.schema.TypeDefinition.RangeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the types that columns and expressions of tables need, with everything these are made of. */
final class TypeReader {
    static final CatalogQuery LABELS = CatalogQuery.of("labels", "enumtypid", """
            select enumtypid, pg_enum.oid as value_oid, enumlabel
              from unnest(cast({types} as oid[])) given(oid)
              join pg_enum on enumtypid = given.oid
             order by enumtypid, enumsortorder""");

    /**
     * Constraints of domains. OFFSET, because where there are few domains the statistics say that every constraint of the database
     * belongs to each, and a planner that may choose reads them all.
     */
    static final String CONSTRAINTS = """
            select k.oid, k.contypid, k.conname, k.contype
              from unnest(cast({types} as oid[])) domain(oid)
              join pg_type t on t.oid = domain.oid and t.typtype = 'd'
             cross join lateral (
                   select oid, contypid, conname, contype from pg_constraint where contypid = t.oid offset 0) k""";

    /** Since 18 NOT NULL of a domain is a constraint too; it stays a property here. */
    static final CatalogQuery DOMAIN_CHECKS = CatalogQuery.of("domain_checks", "contypid", """
            select c.contypid, c.conname, pg_get_constraintdef(c.oid) as definition
              from (%s) c
             where c.contype = 'c'
             order by c.contypid, c.conname""".formatted(CONSTRAINTS));

    static final CatalogQuery ATTRIBUTES = CatalogQuery.of("attributes", "oid", """
            select r.oid, a.attnum, a.attname, a.atttypid, format_type(a.atttypid, a.atttypmod) as type,
                   case when a.attcollation not in (0, t.typcollation)
                        then quote_ident(cn.nspname) || '.' || quote_ident(c.collname) end as collation
              from unnest(cast({types} as oid[])) given(oid)
              join pg_type r on r.oid = given.oid
              join pg_attribute a on a.attrelid = r.typrelid
              join pg_type t on t.oid = a.atttypid
              left join pg_collation c on c.oid = a.attcollation
              left join pg_namespace cn on cn.oid = c.collnamespace
             where r.typtype = 'c' and a.attnum > 0 and not a.attisdropped
             order by r.oid, a.attnum""");

    /** Types of columns and of casts in expressions. */
    static final CatalogQuery USED = CatalogQuery.of("used_types", "oid", """
            with given(oid) as (select unnest(cast({tables} as oid[])))
            select unnest(cast({types} as oid[])) as oid
            union
            select a.atttypid
              from given
              join pg_attribute a on a.attrelid = given.oid
             where a.attnum > 0 and not a.attisdropped
            union
            select d.refobjid
              from (%s) part(classid, objid)
              join pg_depend d on d.classid = part.classid and d.objid = part.objid
             where d.refclassid = 'pg_type'::regclass""".formatted(DependencyReader.EXPRESSIONS));

    /** These types and those they are made of. */
    static final CatalogQuery NEEDED =
            new CatalogQuery("needed_types", "oid", version -> """
            with recursive needed(oid) as (
              select unnest(cast({types} as oid[]))
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
            select oid from needed""".formatted(CatalogQuery.since(
                    14, version, "union all select rngtypid from pg_range where rngmultitypid = t.oid", "")));

    static final CatalogQuery TYPES = CatalogQuery.of("types", "oid", """
            select t.oid, n.nspname, t.typname, t.typtype, t.typcategory, t.typelem, t.typbasetype, e.extname,
                   x.description as comment
              from unnest(cast({types} as oid[])) given(oid)
              join pg_type t on t.oid = given.oid
              join pg_namespace n on n.oid = t.typnamespace
              left join pg_depend d on d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e'
              left join pg_extension e on e.oid = d.refobjid
              left join pg_description x on x.classoid = 'pg_type'::regclass and x.objoid = t.oid and x.objsubid = 0
             order by t.oid""");

    /** What only composite types, domains and ranges have. */
    static final CatalogQuery DETAILS = new CatalogQuery("type_details", "oid", version -> """
            select t.oid, r.rngsubtype,
                   %s as multirange_of, %s as multirange, %s as multirange_schema,
                   case when t.typtype = 'c' and k.relkind <> 'c' then k.relname end as row_type_of,
                   kn.nspname as row_type_schema, t.typnotnull,
                   case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end as base_type,
                   coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)) as default_expression,
                   case when t.typtype = 'd' and t.typcollation not in (0, b.typcollation)
                          or t.typtype = 'r' and r.rngcollation not in (0, s.typcollation)
                        then quote_ident(cn.nspname) || '.' || quote_ident(c.collname) end as collation,
                   format_type(r.rngsubtype, null) as subtype,
                   case when not o.opcdefault then quote_ident(opn.nspname) || '.' || quote_ident(o.opcname) end as opclass,
                   case when r.rngsubdiff <> 0 then r.rngsubdiff::regproc::text end as subdiff,
                   coalesce(r.rngcanonical <> 0, false) as canonical
              from unnest(cast({types} as oid[])) given(oid)
              join pg_type t on t.oid = given.oid
              left join pg_class k on k.oid = t.typrelid
              left join pg_namespace kn on kn.oid = k.relnamespace
              left join pg_type b on b.oid = t.typbasetype
              left join pg_range r on r.rngtypid = t.oid
              left join pg_type s on s.oid = r.rngsubtype
              left join pg_opclass o on o.oid = r.rngsubopc
              left join pg_namespace opn on opn.oid = o.opcnamespace
              left join pg_collation c on c.oid = case t.typtype when 'd' then t.typcollation else r.rngcollation end
              left join pg_namespace cn on cn.oid = c.collnamespace
              %s
             where t.typtype in ('c', 'd', 'm', 'r')""".formatted(
                    CatalogQuery.since(14, version, "mr.rngtypid", "null::oid"),
                    CatalogQuery.since(14, version, "m.typname", "null::name"),
                    CatalogQuery.since(14, version, "mn.nspname", "null::name"),
                    CatalogQuery.since(14, version, """
                                left join pg_range mr on mr.rngmultitypid = t.oid
                                left join pg_type m on m.oid = r.rngmultitypid
                                left join pg_namespace mn on mn.oid = m.typnamespace""", "")));

    private final CatalogRows catalog;

    /** What stands in {@code pg_type} of every type. */
    private record Head(
            QualifiedName name,
            char kind,
            char category,
            List<Integer> parts,
            @Nullable String extension,
            @Nullable String comment) {}

    /** What is stored outside {@code pg_type}, by the type's oid. */
    private record Details(
            Map<Integer, List<EnumType.Value>> values,
            Map<Integer, List<DomainType.Constraint>> checks,
            Map<Integer, List<Attribute>> attributes) {}

    private record Attribute(int type, CompositeType.Attribute definition) {}

    /** What a type is made of and what creates it. */
    private record Made(
            List<Integer> parts,
            @Nullable QualifiedName rowTypeOf,
            @Nullable TypeDefinition definition) {
        static Made of(@Nullable TypeDefinition definition) {
            return new Made(List.of(), null, definition);
        }
    }

    TypeReader(CatalogRows catalog) {
        this.catalog = catalog;
    }

    /** The types that the scope's tables need, its types, and everything these are made of. */
    TypeGraph read(CatalogScope scope) {
        CatalogScope used = CatalogScope.ofTypes(catalog.list(USED, scope, row -> row.oid("oid")));
        CatalogScope needed = CatalogScope.ofTypes(catalog.list(NEEDED, used, row -> row.oid("oid")));
        Map<Integer, List<Head>> heads = catalog.byOid(TYPES, needed, TypeReader::head);
        Details details = new Details(
                catalog.byOid(LABELS, needed, row -> new EnumType.Value(row.oid("value_oid"), row.text("enumlabel"))),
                catalog.byOid(
                        DOMAIN_CHECKS,
                        needed,
                        row -> new DomainType.Constraint(row.text("conname"), row.deparsed("definition"))),
                catalog.byOid(ATTRIBUTES, needed, TypeReader::attribute));
        Map<Integer, List<Made>> made =
                catalog.byOid(DETAILS, needed, row -> made(row, known(heads, row.oid("oid")), details));
        List<TypeRow> types = new ArrayList<>();
        heads.forEach((oid, head) -> {
            Made simple = Made.of(simple(oid, head.get(0), details));
            types.add(type(
                    oid, head.get(0), made.getOrDefault(oid, List.of(simple)).get(0)));
        });
        return new TypeGraph(types);
    }

    private static Head known(Map<Integer, List<Head>> heads, int oid) {
        return heads.getOrDefault(oid, List.of()).stream()
                .findFirst()
                .orElseThrow(() -> new PenstockException(
                        ErrorKind.TRANSIENT, "A type changed at the source while the catalog was being read."));
    }

    private static @Nullable TypeDefinition simple(int oid, Head head, Details details) {
        return head.kind() == 'e'
                ? new EnumType(oid, head.name(), details.values().getOrDefault(oid, List.of()), head.comment())
                : null;
    }

    private static Attribute attribute(CatalogRow row) {
        return new Attribute(
                row.oid("atttypid"),
                new CompositeType.Attribute(
                        row.integer("attnum"), row.text("attname"), row.text("type"), row.optional("collation")));
    }

    private static Head head(CatalogRow row) {
        return new Head(
                new QualifiedName(row.text("nspname"), row.text("typname")),
                row.character("typtype"),
                row.character("typcategory"),
                parts(row, "typelem", "typbasetype"),
                row.optional("extname"),
                row.optional("comment"));
    }

    private static List<Integer> parts(CatalogRow row, String... columns) {
        return Stream.of(columns).map(row::oid).filter(part -> part != 0).toList();
    }

    private static TypeRow type(int oid, Head head, Made made) {
        List<Integer> parts = new ArrayList<>(head.parts());
        parts.addAll(made.parts());
        return new TypeRow(
                oid,
                head.name(),
                head.kind(),
                head.category(),
                parts,
                made.rowTypeOf(),
                head.extension(),
                made.definition());
    }

    private static Made made(CatalogRow row, Head head, Details details) {
        List<Integer> parts = new ArrayList<>(parts(row, "rngsubtype", "multirange_of"));
        if (head.kind() == 'c') {
            details.attributes()
                    .getOrDefault(row.oid("oid"), List.of())
                    .forEach(attribute -> parts.add(attribute.type()));
        }
        QualifiedName rowTypeOf = row.name("row_type_schema", "row_type_of");
        return new Made(parts, rowTypeOf, rowTypeOf == null ? definition(row, head, details) : null);
    }

    private static @Nullable TypeDefinition definition(CatalogRow row, Head head, Details details) {
        int oid = row.oid("oid");
        return switch (head.kind()) {
            case 'd' -> domain(row, head, details.checks().getOrDefault(oid, List.of()));
            case 'r' -> range(row, head);
            case 'c' ->
                new CompositeType(
                        oid,
                        head.name(),
                        details.attributes().getOrDefault(oid, List.of()).stream()
                                .map(Attribute::definition)
                                .toList(),
                        head.comment());
            default -> null;
        };
    }

    private static DomainType domain(CatalogRow row, Head head, List<DomainType.Constraint> checks) {
        return new DomainType(
                row.oid("oid"),
                head.name(),
                row.text("base_type"),
                row.optional("collation"),
                row.flag("typnotnull"),
                row.optional("default_expression"),
                checks,
                head.comment());
    }

    private static RangeType range(CatalogRow row, Head head) {
        return new RangeType(
                row.oid("oid"),
                head.name(),
                row.text("subtype"),
                row.optional("opclass"),
                row.optional("collation"),
                row.optional("subdiff"),
                row.flag("canonical"),
                row.name("multirange_schema", "multirange"),
                head.comment());
    }
}
