package io.penstock.source.catalog;

import io.penstock.postgres.connection.SessionSettings;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The function {@code penstock.describe(tables oid[], types oid[])} that takes a catalog image inside the source, made of the queries
 * {@link CatalogReader} runs. Pure.
 */
public final class ImageFunction {
    /**
     * Asked only when a type is of such a kind, because in a session's first image planning a query costs more than anything else.
     */
    private static final List<OfTypes> OF_TYPES = List.of(
            new OfTypes("e", TypeReader.LABELS),
            new OfTypes("d", TypeReader.DOMAIN_CHECKS),
            new OfTypes("c", TypeReader.ATTRIBUTES),
            new OfTypes("c,d,m,r", TypeReader.DETAILS));

    /** @param kinds values of {@code typtype} */
    private record OfTypes(String kinds, CatalogQuery query) {}

    private static final List<CatalogQuery> OF_TABLES = List.of(
            TableReader.TABLES,
            TableParts.COLUMNS,
            TableParts.CONSTRAINTS,
            TableParts.INDEXES,
            SequenceReader.SEQUENCES,
            DependencyReader.USED);

    /** Settings that change how the server writes definitions and values, and that a user may have set otherwise. */
    private static final List<String> PINNED = List.of(
            "extra_float_digits",
            "IntervalStyle",
            "bytea_output",
            "lc_monetary",
            "TimeZone",
            "DateStyle",
            "standard_conforming_strings",
            "array_nulls",
            "xmloption",
            "xmlbinary",
            "quote_all_identifiers");

    private ImageFunction() {}

    /** The statement that creates or replaces the function, for a server of this version. */
    public static String text(int version) {
        StringBuilder body = new StringBuilder();
        append(body, RelationQueries.RELATED, version);
        body.append(assign("p_tables", RelationQueries.RELATED));
        body.append("  if exists (select from pg_inherits i where i.inhrelid = any (p_tables)) then\n");
        append(body, RelationQueries.RELATED_LINKS, version);
        body.append("  end if;\n");
        body.append(assignTypes(TypeReader.USED, version));
        body.append("""
                  if exists (select from pg_type t where t.oid = any (p_types) and (t.typtype <> 'b' or t.typelem <> 0)) then
                """);
        body.append(assignTypes(TypeReader.NEEDED, version));
        body.append("""
                  end if;
                  v_kinds := array(select distinct t.typtype from pg_type t where t.oid = any (p_types));
                """);
        for (OfTypes some : OF_TYPES) {
            body.append("  if v_kinds && '{" + some.kinds() + "}' then\n");
            append(body, some.query(), version);
            body.append("  end if;\n");
        }
        append(body, TypeReader.TYPES, version);
        OF_TABLES.forEach(query -> append(body, query, version));
        return """
                create or replace function penstock.describe(p_tables oid[], p_types oid[]) returns jsonb
                language plpgsql volatile set search_path = pg_catalog, pg_temp %s as $penstock$
                #variable_conflict use_column
                declare
                  v_kinds "char"[];
                  v_image jsonb := jsonb_build_object('version', current_setting('server_version_num')::int);
                begin
                %s  return v_image;
                end $penstock$""".formatted(pinned(), body);
    }

    /** The condition under which a schema, given as SQL, is a user's. */
    public static String userSchema(String name) {
        return RelationQueries.userSchema(name);
    }

    private static void append(StringBuilder body, CatalogQuery query, int version) {
        body.append("""
                  v_image := v_image || jsonb_build_object('%s',
                    (select coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(answer))), '[]') from (
                %s
                    ) answer));
                """.formatted(query.name(), sql(query, version)));
    }

    /** Which types there are follows from the members that tell of them. */
    private static String assignTypes(CatalogQuery query, int version) {
        return """
                  p_types := array(
                %s);
                """.formatted(sql(query, version));
    }

    private static String sql(CatalogQuery query, int version) {
        return query.text(version).replace(CatalogQuery.TABLES, "p_tables").replace(CatalogQuery.TYPES, "p_types");
    }

    private static String assign(String variable, CatalogQuery query) {
        return """
                  %s := array(select cast(member ->> '%s' as oid) from jsonb_array_elements(v_image -> '%s') member);
                """.formatted(variable, query.key(), query.name());
    }

    private static String pinned() {
        return SessionSettings.source().values().entrySet().stream()
                .filter(setting -> PINNED.contains(setting.getKey()))
                .map(setting -> "set " + setting.getKey() + " = '" + setting.getValue() + "'")
                .collect(Collectors.joining(" "));
    }
}
