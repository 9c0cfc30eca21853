package io.penstock.core.name;

import java.util.List;
import java.util.Set;

/**
 * PostgreSQL's rules for writing names (PostgreSQL documentation, section 4.1.1 "Identifiers and Key Words").
 * Stateless; all methods may be called from any thread.
 */
public final class Identifiers {
    /**
     * Every key word that is not "non-reserved" in a PostgreSQL from 11 to 18 (appendix C, and {@code
     * pg_get_keywords()}): the same set {@code quote_ident} quotes. A word reserved in one version only is in it,
     * because both ends may have other versions.
     */
    private static final Set<String> KEYWORDS = Set.of("""
            all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both
            case cast char character check coalesce collate collation column concurrently constraint create cross
            current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
            decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign
            freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect
            interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query
            json_scalar json_serialize json_table json_value lateral leading least left like limit localtime
            localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset on
            only or order out outer overlaps overlay placing position precision primary real references returning right
            row select session_user setof similar smallint some substring symmetric system_user table tablesample then
            time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when
            where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi
            xmlroot xmlserialize xmltable\
            """.split("\\s+"));

    private Identifiers() {}

    /** The name as PostgreSQL's {@code quote_ident} writes it: in double quotes only where they are needed. */
    public static String quote(String name) {
        return needsQuotes(name) ? quoteAlways(name) : name;
    }

    /**
     * The name in double quotes, whatever it is. Right for generated SQL on every server: a warehouse may reserve more
     * words than PostgreSQL does (Greenplum: {@code distributed}, {@code partition}, {@code log}).
     */
    public static String quoteAlways(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /**
     * Takes dotted text apart, as PostgreSQL would: names without quotes fold to lower case (ASCII letters only, as in
     * a UTF-8 database), names in quotes stay.
     *
     * @throws IllegalArgumentException with a short reason when the text is not a dotted list of names
     */
    public static List<String> parse(String text) {
        return IdentifierScanner.scan(text, false).stream()
                .map(IdentifierScanner.Part::text)
                .toList();
    }

    /** One name alone, as {@link #parse} reads it. */
    public static String parseOne(String text) {
        List<String> parts = parse(text);
        if (parts.size() != 1) {
            throw new IllegalArgumentException("must be one name without a dot (or in double quotes)");
        }
        return parts.get(0);
    }

    private static boolean needsQuotes(String name) {
        if (name.isEmpty() || isDigit(name.charAt(0)) || KEYWORDS.contains(name)) {
            return true;
        }
        return !name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || isDigit(c) || c == '_');
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
