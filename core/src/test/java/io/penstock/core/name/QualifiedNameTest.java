package io.penstock.core.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QualifiedNameTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "public.orders           | public   | orders",
                "Public.ORDERS           | public   | orders",
                "public.\"Order Items\"  | public   | Order Items",
                "\"a.b\".\"c\"\"d\"      | a.b      | c\"d",
                "_x.t$1                  | _x       | t$1",
                "verkäufe.ÄPFEL          | verkäufe | Äpfel",
                "public.order            | public   | order",
            })
    void is_read_as_postgresql_reads_it(String text, String schema, String table) {
        assertThat(QualifiedName.parse(text)).isEqualTo(new QualifiedName(schema, table));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "public | orders      | public.orders",
                "public | Orders      | public.\"Orders\"",
                "public | order       | public.\"order\"",
                "public | between     | public.\"between\"",
                "public | json_table  | public.\"json_table\"",
                "public | log         | public.log",
                "public | 2024        | public.\"2024\"",
                "public | a$b         | public.\"a$b\"",
                "public | äpfel       | public.\"äpfel\"",
                "a.b    | c\"d        | \"a.b\".\"c\"\"d\"",
            })
    void is_written_with_quotes_only_where_needed(String schema, String table, String text) {
        assertThat(new QualifiedName(schema, table)).hasToString(text);
    }

    @Test
    void survives_the_round_trip_whatever_its_characters() {
        List<String> names = List.of("a", "A", "select", "a b", "a\"b", "a.b", "*", "日本", "\"", "x".repeat(63), "'", "😀", "1");
        for (String schema : names) {
            for (String table : names) {
                QualifiedName name = new QualifiedName(schema, table);
                assertThat(QualifiedName.parse(name.toString())).isEqualTo(name);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "orders", "a.b.c", "a.", ".b", "a..b", "a b.c", "a.\"b", "a.\"\"", "1a.b", "a.b*", "a.\"b\"c"})
    void is_refused_when_it_is_not_schema_and_table(String text) {
        assertThatThrownBy(() -> QualifiedName.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void is_refused_when_postgresql_would_cut_it() {
        assertThatThrownBy(() -> QualifiedName.parse("public." + "ä".repeat(32))).hasMessageContaining("63 bytes");
    }

    @Test
    void is_ordered_by_schema_then_table() {
        assertThat(new QualifiedName("a", "z")).isLessThan(new QualifiedName("b", "a"));
        assertThat(new QualifiedName("a", "b")).isLessThan(new QualifiedName("a", "z"));
    }
}
