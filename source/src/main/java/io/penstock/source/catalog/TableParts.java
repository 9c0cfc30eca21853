package io.penstock.source.catalog;

import static java.util.stream.Collectors.toMap;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.IndexDefinition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Reads columns, constraints and indexes, one query each for all tables. */
final class TableParts {
    private final CatalogSession session;

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

    TableParts(CatalogSession session) {
        this.session = session;
    }

    Columns columns(Collection<Integer> tables, TypeGraph types) throws SQLException {
        String sql = """
                select a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.atttypid, a.atttypmod,
                       t.typcategory,
                       case when a.attcollation not in (0, t.typcollation)
                            then quote_ident(cn.nspname) || '.' || quote_ident(c.collname) end as collation,
                       a.attnotnull, a.atthasdef, pg_get_expr(d.adbin, d.adrelid) as default_expression, a.attidentity,
                       %s as attgenerated, %s as missing_value, a.attislocal, m.description as comment
                  from pg_attribute a
                  join pg_type t on t.oid = a.atttypid
                  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                  left join pg_collation c on c.oid = a.attcollation
                  left join pg_namespace cn on cn.oid = c.collnamespace
                  left join pg_description m on m.classoid = 'pg_class'::regclass and m.objoid = a.attrelid
                                            and m.objsubid = a.attnum
                 where a.attrelid in (select unnest(cast(? as oid[]))) and a.attnum > 0 and not a.attisdropped
                 order by a.attrelid, a.attnum""".formatted(
                        session.since(12, "a.attgenerated", "''"),
                        session.since(
                                11,
                                "case when a.atthasmissing then (cast(cast(a.attmissingval as text) as text[]))[1] end",
                                "cast(null as text)"));
        return new Columns(tables, session.byOid(sql, row -> column(row, types), tables));
    }

    private static ColumnDefinition column(ResultSet row, TypeGraph types) throws SQLException {
        int type = CatalogSession.oid(row, "atttypid");
        return new ColumnDefinition(
                row.getInt("attnum"),
                row.getString("attname"),
                row.getString("type"),
                type,
                row.getInt("atttypmod"),
                CatalogSession.character(row, "typcategory"),
                types.binarySafe(type),
                row.getString("collation"),
                row.getBoolean("attnotnull"),
                row.getBoolean("atthasdef") ? CatalogSession.deparsed(row, "default_expression") : null,
                row.getString("missing_value"),
                identity(CatalogSession.character(row, "attidentity")),
                generated(CatalogSession.character(row, "attgenerated")),
                row.getBoolean("attislocal"),
                row.getString("comment"));
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

    /**
     * A foreign key to a partitioned table has further rows, one per partition it points to; they belong to the first. Since 18 NOT
     * NULL is a constraint too; it stays a property of the column here.
     */
    Map<Integer, List<ConstraintDefinition>> constraints(Columns columns) throws SQLException {
        String sql = """
                select c.conrelid, c.oid as constraint_oid, c.conname, c.contype, pg_get_constraintdef(c.oid) as definition,
                       coalesce(array_to_string(c.conkey, ' '), '') as columns,
                       fn.nspname as referenced_schema, f.relname as referenced_table, c.convalidated,
                       case when c.contype = 'c' then c.conislocal else %s end as local,
                       m.description as comment
                  from pg_constraint c
                  left join pg_class f on f.oid = c.confrelid
                  left join pg_namespace fn on fn.oid = f.relnamespace
                  left join pg_description m on m.classoid = 'pg_constraint'::regclass and m.objoid = c.oid
                                            and m.objsubid = 0
                  %s
                 where c.conrelid in (select unnest(cast(? as oid[]))) and c.contype in ('p', 'u', 'c', 'f', 'x')
                   %s
                 order by c.conrelid, c.conname""".formatted(
                        session.since(11, "c.conparentid = 0", "true"),
                        session.since(11, "left join pg_constraint p on p.oid = c.conparentid", ""),
                        session.since(11, "and coalesce(p.confrelid, c.confrelid) = c.confrelid", ""));
        return session.byOid(sql, row -> constraint(row, columns), columns.tables());
    }

    private static ConstraintDefinition constraint(ResultSet row, Columns columns) throws SQLException {
        return new ConstraintDefinition(
                CatalogSession.oid(row, "constraint_oid"),
                row.getString("conname"),
                kind(CatalogSession.character(row, "contype")),
                CatalogSession.deparsed(row, "definition"),
                columns.names(CatalogSession.oid(row, "conrelid"), row.getString("columns"), Integer.MAX_VALUE),
                CatalogSession.name(row, "referenced_schema", "referenced_table"),
                row.getBoolean("convalidated"),
                row.getBoolean("local"),
                row.getString("comment"));
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

    Map<Integer, List<KeyChoice.Candidate>> indexes(Columns columns) throws SQLException {
        String sql = """
                select i.indrelid, x.oid as index_oid, x.relname, pg_get_indexdef(i.indexrelid) as definition, quote_ident(x.relname) as quoted_index,
                       quote_ident(n.nspname) || '.' || quote_ident(t.relname) as quoted_table, i.indisunique,
                       i.indkey::text as columns, i.%s as key_columns,
                       i.indpred is not null as partial, con.oid is not null as is_constraint, h.inhrelid is not null as inherited,
                       i.indimmediate, i.indisvalid and i.indisready and i.indislive as valid,
                       m.description as comment,
                       i.indisprimary, i.indisreplident, i.indisexclusion
                  from pg_index i
                  join pg_class x on x.oid = i.indexrelid
                  join pg_class t on t.oid = i.indrelid
                  join pg_namespace n on n.oid = t.relnamespace
                  left join pg_constraint con on con.conrelid = i.indrelid and con.conindid = i.indexrelid
                                             and con.contype in ('p', 'u', 'x')
                  left join pg_inherits h on h.inhrelid = i.indexrelid
                  left join pg_description m on m.classoid = 'pg_class'::regclass and m.objoid = i.indexrelid
                                            and m.objsubid = 0
                 where i.indrelid in (select unnest(cast(? as oid[])))
                 order by i.indrelid, x.relname""".formatted(session.since(11, "indnkeyatts", "indnatts"));
        return session.byOid(sql, row -> index(row, columns), columns.tables());
    }

    private static KeyChoice.Candidate index(ResultSet row, Columns columns) throws SQLException {
        boolean unique = row.getBoolean("indisunique");
        IndexDefinition index = new IndexDefinition(
                CatalogSession.oid(row, "index_oid"),
                row.getString("relname"),
                IndexText.tail(
                        CatalogSession.deparsed(row, "definition"),
                        unique,
                        row.getString("quoted_index"),
                        row.getString("quoted_table")),
                columns.names(CatalogSession.oid(row, "indrelid"), row.getString("columns"), row.getInt("key_columns")),
                unique,
                row.getBoolean("partial"),
                row.getBoolean("is_constraint"),
                row.getBoolean("inherited"),
                row.getBoolean("indimmediate"),
                row.getBoolean("valid"),
                row.getString("comment"));
        return new KeyChoice.Candidate(
                index,
                row.getBoolean("indisprimary"),
                row.getBoolean("indisreplident"),
                row.getBoolean("indisexclusion"));
    }

    private static PenstockException unknown(String column, char code) {
        return new PenstockException(
                ErrorKind.INTERNAL,
                "The source's catalog has the unknown value '" + code + "' in " + column
                        + "; this version of Penstock does not" + " know what it means.");
    }
}
