package io.penstock.source.catalog;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.SequenceDefinition;
import java.util.List;

/** Reads the sequences that belong to columns of tables or are called by their defaults. */
final class SequenceReader {
    static final CatalogQuery SEQUENCES = CatalogQuery.of("sequences", "oid", """
            with given(oid) as (select unnest(cast({tables} as oid[]))),
            wanted(oid) as (
              select d.objid
                from given
                join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = given.oid
               where d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
              union
              select d.refobjid
                from given
                join pg_attrdef a on a.adrelid = given.oid
                join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = a.oid
               where d.refclassid = 'pg_class'::regclass)
            select c.oid, n.nspname, c.relname, format_type(s.seqtypid, null) as type, s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
                   s.seqcache, s.seqcycle, o.refobjid as owner, a.attname, coalesce(o.deptype = 'i', false) as identity,
                   m.description as comment
              from wanted w
              join pg_class c on c.oid = w.oid and c.relkind = 'S'
              join pg_namespace n on n.oid = c.relnamespace
              join pg_sequence s on s.seqrelid = c.oid
              left join pg_depend o on o.classid = 'pg_class'::regclass and o.objid = c.oid and o.refobjsubid > 0
                                   and o.refclassid = 'pg_class'::regclass and o.deptype in ('a', 'i')
              left join pg_attribute a on a.attrelid = o.refobjid and a.attnum = o.refobjsubid
              left join pg_description m on m.classoid = 'pg_class'::regclass and m.objoid = c.oid and m.objsubid = 0
             where not exists (select from pg_depend e
                                where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
             order by n.nspname, c.relname""");

    private final CatalogRows catalog;

    SequenceReader(CatalogRows catalog) {
        this.catalog = catalog;
    }

    List<SequenceDefinition> read(RelationTree tree) {
        return catalog.list(SEQUENCES, CatalogScope.ofTables(tree.oids()), row -> sequence(row, tree));
    }

    /** A sequence owned by a table that is not selected stands alone at the destination. */
    private static SequenceDefinition sequence(CatalogRow row, RelationTree tree) {
        int owner = row.oid("owner");
        boolean owned = tree.oids().contains(owner);
        return new SequenceDefinition(
                row.oid("oid"),
                new QualifiedName(row.text("nspname"), row.text("relname")),
                row.text("type"),
                row.number("seqstart"),
                row.number("seqincrement"),
                row.number("seqmin"),
                row.number("seqmax"),
                row.number("seqcache"),
                row.flag("seqcycle"),
                owned ? tree.name(owner) : null,
                owned ? row.optional("attname") : null,
                owned && row.flag("identity"),
                row.optional("comment"));
    }
}
