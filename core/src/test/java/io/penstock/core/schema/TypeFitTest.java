package io.penstock.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeFitTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "integer               | integer",
                "smallint              | bigint",
                "bigint                | numeric",
                "integer               | double precision",
                "point                 | text",
                "character varying(10) | character varying(10)",
                "character varying(10) | character varying(20)",
                "character varying(10) | character varying",
                "character(5)          | character varying(5)",
                "text                  | character varying",
                "numeric(8,2)          | numeric(10,2)",
                "numeric(8,2)          | numeric",
                "timestamp(3) without time zone | timestamp without time zone",
                "integer[]             | bigint[]",
                "date                  | timestamp without time zone",
                "shop.mood             | shop.mood",
            })
    void a_type_holds_all_of_a_smaller_one(String from, String to) {
        assertThat(TypeFit.into(from, to)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bigint                | integer",
                "text                  | integer",
                "text                  | character varying(10)",
                "character varying(20) | character varying(10)",
                "character varying     | character varying(10)",
                "numeric               | numeric(10,2)",
                "numeric(10,4)         | numeric(10,2)",
                "numeric(10,0)         | numeric(10,2)",
                "integer               | numeric(10,2)",
                "bigint                | double precision",
                "double precision      | real",
                "timestamp with time zone | timestamp without time zone",
                "timestamp without time zone | timestamp with time zone",
                "bit(3)                | bit(4)",
                "bigint[]              | integer[]",
                "integer[]             | integer",
                "\"my(20)\"            | \"my(30)\"",
            })
    void a_value_that_would_be_refused_or_changed_does_not_fit(String from, String to) {
        assertThat(TypeFit.into(from, to)).isFalse();
    }
}
