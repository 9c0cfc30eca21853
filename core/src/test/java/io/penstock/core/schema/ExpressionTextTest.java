package io.penstock.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTextTest {
    private static final List<String> COLUMNS = List.of("id", "Name", "values", "order");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = 1",
                "'select' || $$table;$$ -- ; select",
                "\"select\" = 1",
                "customers.id + public.customers(1)",
                "f(\"values\", (values))",
                "x.table_name /* ( */",
                "cast(x as customers)",
                "x::customers",
            })
    void has_nothing_against_an_expression_over_one_row(String sql) {
        assertThat(ExpressionText.objection(sql, "customers", COLUMNS)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                            | it is empty",
                "'-- nothing'                  | it is empty",
                "a) or (b                      | it must be one expression",
                "a; b                          | it must be one expression",
                "f(a                           | a closing parenthesis is missing",
                "(select 1)                    | it holds a subquery",
                "id in (VALUES (1))            | it holds a subquery",
                "exists (table t)              | it holds a subquery",
                "to_json(customers)            | it uses the whole row",
                "customers                     | it uses the whole row",
                "(\"customers\").*             | it uses the whole row",
                "row(customers.*)              | it uses the whole row",
            })
    void says_why_another_text_is_none(String sql, String why) {
        assertThat(ExpressionText.objection(sql, "customers", COLUMNS).orElseThrow())
                .startsWith(why);
    }

    @Test
    void a_column_may_have_the_tables_name() {
        assertThat(ExpressionText.objection("customers + 1", "customers", List.of("customers")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "ID + 1                       ~ id",
                "\"ID\" + 1                   ~ ''",
                "name || 'id'                 ~ ''",
                "\"Name\" || customers.id     ~ id Name",
                "f(\"order\") -- id           ~ order",
                "U&\"\\0069d\" + 1            ~ id Name values order",
            })
    void finds_the_columns_whose_names_occur(String sql, String columns) {
        assertThat(String.join(" ", ExpressionText.columns(sql, COLUMNS))).isEqualTo(columns);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "character varying(10)           | character varying",
                "character(3)                    | bpchar",
                "character(3)[]                  | bpchar[]",
                "bit(8)                          | \"bit\"",
                "bit varying(8)                  | bit varying",
                "numeric(10,2)[]                 | numeric[]",
                "numeric(3,-2)                   | numeric",
                "timestamp(3) without time zone  | timestamp without time zone",
                "interval day to second(3)       | interval day to second",
                "integer                         | integer",
                "\"odd(3)\"                      | \"odd(3)\"",
                "shop.\"odd(3)\"                 | shop.\"odd(3)\"",
            })
    void a_type_without_its_modifier_takes_any_value(String type, String bare) {
        assertThat(TypeText.withoutModifier(type)).isEqualTo(bare);
    }

    @ParameterizedTest
    @CsvSource({
        "integer, true",
        "timestamp(3) with time zone, true",
        "uuid, true",
        "text, false",
        "numeric, false",
        "public.mood, false"
    })
    void only_a_value_of_fixed_length_is_always_in_the_row(String type, boolean always) {
        assertThat(TypeText.alwaysInRow(type)).isEqualTo(always);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'eu'",
                " 'it''s' ",
                "7",
                "-7.5",
                "true",
                "'eu'::text",
                "'a' :: varchar(9)",
                "cast('eu' as text)",
                "CAST( 1 AS int )"
            })
    void a_literal_is_a_constant(String sql) {
        assertThat(ExpressionText.constant(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "region",
                "now()",
                "'now'::timestamptz",
                "'a' || 'b'",
                "E'\\n'",
                "'eu' -- ours",
                "'a' 'b'",
                "upper('a')",
                ""
            })
    void everything_else_is_none_even_if_it_never_changes(String sql) {
        assertThat(ExpressionText.constant(sql)).isFalse();
    }
}
