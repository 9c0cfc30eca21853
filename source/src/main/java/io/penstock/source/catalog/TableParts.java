package io.penstock.source.catalog;

import static java.util.stream.Collectors.toMap;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.IndexDefinition;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Reads columns, constraints and indexes, one query each for all tables. */
final class TableParts {
    static final CatalogQuery COLUMNS = new CatalogQuery("columns", "attrelid", version -> """
                select a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.atttypid, a.atttypmod,
                       t.typcategory,
                       case when a.attcollation not in (0, t.typcollation)
                            then quote_ident(cn.nspname) || '.' || quote_ident(c.collname) end as collation,
                       a.attnotnull, a.atthasdef, pg_get_expr(d.adbin, d.adrelid) as default_expression, a.attidentity,
                       %s as attgenerated, %s as missing_value, a.attislocal, m.description as comment
                  from unnest(cast({tables} as oid[])) given(oid)
                  join pg_attribute a on a.attrelid = given.oid
                  join pg_type t on t.oid = a.atttypid
                  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                  left join pg_collation c on c.oid = a.attcollation
                  left join pg_namespace cn on cn.oid = c.collnamespace
                  left join pg_description m on m.classoid = 'pg_class'::regclass and m.objoid = a.attrelid
                                            and m.objsubid = a.attnum
                 where a.attnum > 0 and not a.attisdropped
                 order by a.attrelid, a.attnum""".formatted(
                    CatalogQuery.since(12, version, "a.attgenerated", "''"),
                    CatalogQuery.since(
                            11,
                            version,
                            "case when a.atthasmissing then (cast(cast(a.attmissingval as text) as text[]))[1] end",
                            "cast(null as text)")));

    /**
     * A foreign key to a partitioned table has further rows, one per partition it points to; they belong to the first. Since 18 NOT
     * NULL is a constraint too; it stays a property of the column here.
     */
    static final CatalogQuery CONSTRAINTS = new CatalogQuery("constraints", "conrelid", version -> """
                select c.conrelid, c.oid as constraint_oid, c.conname, c.contype, pg_get_constraintdef(c.oid) as definition,
                       coalesce(array_to_string(c.conkey, ' '), '') as columns,
                       fn.nspname as referenced_schema, f.relname as referenced_table, c.convalidated,
                       case when c.contype = 'c' then c.conislocal else %s end as local,
                       m.description as comment
                  from unnest(cast({tables} as oid[])) given(oid)
                  join pg_constraint c on c.conrelid = given.oid
                  left join pg_class f on f.oid = c.confrelid
                  left join pg_namespace fn on fn.oid = f.relnamespace
                  left join pg_description m on m.classoid = 'pg_constraint'::regclass and m.objoid = c.oid
                                            and m.objsubid = 0
                  %s
                 where c.contype in ('p', 'u', 'c', 'f', 'x')
                   %s
                 order by c.conrelid, c.conname""".formatted(
                    CatalogQuery.since(11, version, "c.conparentid = 0", "true"),
                    CatalogQuery.since(11, version, "left join pg_constraint p on p.oid = c.conparentid", ""),
                    CatalogQuery.since(11, version, "and coalesce(p.confrelid, c.confrelid) = c.confrelid", "")));

    static final CatalogQuery INDEXES = new CatalogQuery("indexes", "indrelid", version ->
            """
                select i.indrelid, x.oid as index_oid, x.relname, pg_get_indexdef(i.indexrelid) as definition, quote_ident(x.relname) as quoted_index,
                       quote_ident(n.nspname) || '.' || quote_ident(t.relname) as quoted_table, i.indisunique,
                       i.indkey::text as columns, i.%s as key_columns,
                       i.indpred is not null as partial, con.oid is not null as is_constraint, h.inhrelid is not null as inherited,
                       i.indimmediate, i.indisvalid and i.indisready and i.indislive as valid,
                       m.description as comment,
                       i.indisprimary, i.indisreplident, i.indisexclusion
                  from unnest(cast({tables} as oid[])) given(oid)
                  join pg_index i on i.indrelid = given.oid
                  join pg_class x on x.oid = i.indexrelid
                  join pg_class t on t.oid = i.indrelid
                  join pg_namespace n on n.oid = t.relnamespace
                  left join pg_constraint con on con.conrelid = i.indrelid and con.conindid = i.indexrelid
                                             and con.contype in ('p', 'u', 'x')
                  left join pg_inherits h on h.inhrelid = i.indexrelid
                  left join pg_description m on m.classoid = 'pg_class'::regclass and m.objoid = i.indexrelid
                                            and m.objsubid = 0
                 order by i.indrelid, x.relname""".formatted(CatalogQuery.since(11, version, "indnkeyatts", "indnatts")));

    private final CatalogRows catalog;

    /** The columns of all tables; constraints and indexes name theirs by number. */
    record Columns(Collection<Integer> tables, Map<Integer, List<ColumnDefinition>> byTable) {
        List<ColumnDefinition> of(int table) {
            return byTable.getOrDefault(table, List.of());
        }

        /**
         * The names behind the numbers that an index or a constraint holds.
         *
         * @param numbers attribute numbers, parted by blanks; 0 is an expression
         * @param limit how many count, the others are only stored along
         * @return empty when there is an expression
         */
        List<String> names(int table, String numbers, int limit) {
            if (numbers.isEmpty()) {
                return List.of();
            }
            List<String> all = List.of(numbers.split(" "));
            List<String> counting = all.subList(0, Math.min(limit, all.size()));
            Map<String, String> names =
                    of(table).stream().collect(toMap(c -> Integer.toString(c.number()), ColumnDefinition::name));
            return names.keySet().containsAll(counting)
                    ? counting.stream().map(names::get).toList()
                    : List.of();
        }
    }

    TableParts(CatalogRows catalog) {
        this.catalog = catalog;
    }

    Columns columns(Collection<Integer> tables, TypeGraph types) {
        return new Columns(tables, catalog.byOid(COLUMNS, CatalogScope.ofTables(tables), row -> column(row, types)));
    }

    private static ColumnDefinition column(CatalogRow row, TypeGraph types) {
        int type = row.oid("atttypid");
        return new ColumnDefinition(
                row.integer("attnum"),
                row.text("attname"),
                row.text("type"),
                type,
                row.integer("atttypmod"),
                row.character("typcategory"),
                types.binarySafe(type),
                row.optional("collation"),
                row.flag("attnotnull"),
                row.flag("atthasdef") ? row.deparsed("default_expression") : null,
                row.optional("missing_value"),
                identity(row.character("attidentity")),
                generated(row.character("attgenerated")),
                row.flag("attislocal"),
                row.optional("comment"));
    }

    private static ColumnDefinition.Identity identity(char code) {
        return switch (code) {
            case ' ' -> ColumnDefinition.Identity.NO;
            case 'a' -> ColumnDefinition.Identity.ALWAYS;
            case 'd' -> ColumnDefinition.Identity.BY_DEFAULT;
            default -> throw unknown("attidentity", code);
        };
    }

    private static ColumnDefinition.Generated generated(char code) {
        return switch (code) {
            case ' ' -> ColumnDefinition.Generated.NO;
            case 's' -> ColumnDefinition.Generated.STORED;
            case 'v' -> ColumnDefinition.Generated.VIRTUAL;
            default -> throw unknown("attgenerated", code);
        };
    }

    Map<Integer, List<ConstraintDefinition>> constraints(Columns columns) {
        return catalog.byOid(CONSTRAINTS, CatalogScope.ofTables(columns.tables()), row -> constraint(row, columns));
    }

    private static ConstraintDefinition constraint(CatalogRow row, Columns columns) {
        return new ConstraintDefinition(
                row.oid("constraint_oid"),
                row.text("conname"),
                kind(row.character("contype")),
                row.deparsed("definition"),
                columns.names(row.oid("conrelid"), row.text("columns"), Integer.MAX_VALUE),
                row.name("referenced_schema", "referenced_table"),
                row.flag("convalidated"),
                row.flag("local"),
                row.optional("comment"));
    }

    private static ConstraintDefinition.Kind kind(char code) {
        return switch (code) {
            case 'p' -> ConstraintDefinition.Kind.PRIMARY_KEY;
            case 'u' -> ConstraintDefinition.Kind.UNIQUE;
            case 'c' -> ConstraintDefinition.Kind.CHECK;
            case 'f' -> ConstraintDefinition.Kind.FOREIGN_KEY;
            case 'x' -> ConstraintDefinition.Kind.EXCLUSION;
            default -> throw unknown("contype", code);
        };
    }

    Map<Integer, List<KeyChoice.Candidate>> indexes(Columns columns) {
        return catalog.byOid(INDEXES, CatalogScope.ofTables(columns.tables()), row -> index(row, columns));
    }

    private static KeyChoice.Candidate index(CatalogRow row, Columns columns) {
        boolean unique = row.flag("indisunique");
        IndexDefinition index = new IndexDefinition(
                row.oid("index_oid"),
                row.text("relname"),
                IndexText.tail(row.deparsed("definition"), unique, row.text("quoted_index"), row.text("quoted_table")),
                columns.names(row.oid("indrelid"), row.text("columns"), row.integer("key_columns")),
                unique,
                row.flag("partial"),
                row.flag("is_constraint"),
                row.flag("inherited"),
                row.flag("indimmediate"),
                row.flag("valid"),
                row.optional("comment"));
        return new KeyChoice.Candidate(
                index, row.flag("indisprimary"), row.flag("indisreplident"), row.flag("indisexclusion"));
    }

    private static PenstockException unknown(String column, char code) {
        return new PenstockException(
                ErrorKind.INTERNAL,
                "The source's catalog has the unknown value '" + code + "' in " + column
                        + "; this version of Penstock does not" + " know what it means.");
    }
}
