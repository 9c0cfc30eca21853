package io.penstock.source.catalog;

import io.penstock.postgres.connection.SessionSettings;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The function {@code penstock.describe(tables oid[], types oid[])} that takes a catalog image inside the source, made of the queries
 * {@link CatalogReader} runs. Pure.
 */
public final class ImageFunction {
    private static final List<CatalogQuery> OF_TYPES =
            List.of(TypeReader.LABELS, TypeReader.DOMAIN_CHECKS, TypeReader.ATTRIBUTES, TypeReader.TYPES);

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
        append(body, RelationQueries.RELATED_LINKS, version);
        append(body, TypeReader.NEEDED, version);
        body.append(assign("p_types", TypeReader.NEEDED));
        OF_TYPES.forEach(query -> append(body, query, version));
        OF_TABLES.forEach(query -> append(body, query, version));
        return """
                create or replace function penstock.describe(p_tables oid[], p_types oid[]) returns jsonb
                language plpgsql volatile set search_path = pg_catalog, pg_temp %s as $penstock$
                #variable_conflict use_column
                declare
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
        String sql =
                query.text(version).replace(CatalogQuery.TABLES, "p_tables").replace(CatalogQuery.TYPES, "p_types");
        body.append("""
                  v_image := v_image || jsonb_build_object('%s',
                    (select coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(answer))), '[]') from (
                %s
                    ) answer));
                """.formatted(query.name(), sql));
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
