package io.penstock.postgres.expression;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression makes of its database's collation. The server has resolved every operator and every collation of a view it has
 * stored, so nothing is guessed from the text.
 */
public enum CollationUse {
    /** Compares texts by order. */
    ORDER,
    /** Calls something else that is given the collation and may use it: changes case, matches a pattern, or is not known. */
    LETTERS;

    /** {@code DEFAULT_COLLATION_OID}. */
    private static final String DEFAULT = "100";

    private static final Pattern CALL =
            Pattern.compile(":(opno|funcid) ([0-9]+)(?: :\\w+ [^\\s(){}:]+)* :inputcollid ([0-9]+)");
    /** {@code GREATEST} and {@code LEAST}, and comparisons of rows. */
    private static final Pattern ORDERING = Pattern.compile(
            "\\{MINMAXEXPR [^{}()]*:inputcollid 100 |:inputcollids \\(o(?: [0-9]+)* 100(?: [0-9]+)*\\)");

    private static final Pattern ORDERS = Pattern.compile(
            "(text|bpchar|array|range|multirange|record)_?(lt|le|gt|ge|larger|smaller|cmp)|bt(text|bpchar|array|record)(sort)?cmp|width_bucket");

    /** Functions of the server that are given a collation and give the same under each that the database can have. */
    private static final Set<String> INDIFFERENT =
            Set.of(("texteq textne bpchareq bpcharne array_eq array_ne record_eq record_ne range_eq range_ne"
                            + " textlike textnlike bpcharlike bpcharnlike like notlike like_escape similar_escape similar_to_escape"
                            + " text_pattern_lt text_pattern_le text_pattern_ge text_pattern_gt starts_with"
                            + " textcat textanycat anytextcat concat concat_ws format text varchar bpchar name char"
                            + " length char_length character_length textlen bpcharlen octet_length bit_length"
                            + " substr substring left right lpad rpad ltrim rtrim btrim overlay replace translate strpos position"
                            + " split_part repeat reverse ascii chr md5 hashtext hashtextextended hashbpchar hash_array"
                            + " quote_ident quote_literal quote_nullable encode decode convert convert_from convert_to"
                            + " to_char to_date to_timestamp to_number date_part date_trunc extract timezone age"
                            + " array_append array_prepend array_cat array_length array_lower array_upper array_ndims cardinality"
                            + " array_position array_positions array_remove array_replace array_to_string string_to_array"
                            + " arraycontains arraycontained arrayoverlap array_to_json to_json to_jsonb row_to_json"
                            + " json_build_object json_build_array jsonb_build_object jsonb_build_array json_object jsonb_object"
                            + " json_object_field json_object_field_text jsonb_object_field jsonb_object_field_text"
                            + " json_extract_path json_extract_path_text jsonb_extract_path jsonb_extract_path_text"
                            + " jsonb_exists jsonb_exists_any jsonb_exists_all jsonb_delete jsonb_delete_path jsonb_set jsonb_insert"
                            + " num_nulls num_nonnulls pg_typeof")
                    .split(" "));

    /** @param view schema and name, quoted where needed; its default collation is the database's */
    public static Set<CollationUse> of(Connection connection, String view) throws SQLException {
        String tree;
        try (PreparedStatement query = connection.prepareStatement(
                "select ev_action::text from pg_catalog.pg_rewrite where ev_class = ?::pg_catalog.regclass")) {
            query.setString(1, view);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                tree = row.getString(1);
            }
        }
        Set<CollationUse> uses = EnumSet.noneOf(CollationUse.class);
        if (ORDERING.matcher(tree).find()) {
            uses.add(ORDER);
        }
        Set<Long> operators = new TreeSet<>();
        Set<Long> functions = new TreeSet<>();
        Matcher call = CALL.matcher(tree);
        while (call.find()) {
            if (call.group(3).equals(DEFAULT)) {
                (call.group(1).equals("opno") ? operators : functions).add(Long.valueOf(call.group(2)));
            }
        }
        String sql = """
                select p.proname::text || case when p.proname = 'substring' and p.proargtypes[1] = 25 then ' from pattern' else '' end,
                       n.nspname = 'pg_catalog'
                  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                 where p.oid = any (?) or p.oid in (select o.oprcode from pg_catalog.pg_operator o where o.oid = any (?))""";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setArray(1, connection.createArrayOf("oid", functions.toArray()));
            query.setArray(2, connection.createArrayOf("oid", operators.toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    note(row.getString(1), row.getBoolean(2), uses);
                }
            }
        }
        return uses;
    }

    private static void note(String function, boolean ofTheSystem, Set<CollationUse> uses) {
        if (ofTheSystem && ORDERS.matcher(function).matches()) {
            uses.add(ORDER);
        } else if (!ofTheSystem || !INDIFFERENT.contains(function)) {
            uses.add(LETTERS);
        }
    }
}
