package io.penstock.core.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
    @ParameterizedTest
    @CsvSource({
        "tmp_*, tmp_1, true",
        "tmp_*, tmp_, true",
        "tmp_*, tmp, false",
        "*, anything, true",
        "TMP_*, tmp_1, true",
        "tmp_*, TMP_1, false",
        "a?c, abc, true",
        "a?c, ac, false",
        "a?c, a😀c, true",
        "*_20??, sales_2024, true",
        "*_20??, sales_202, false",
        "a*b*c, a1b2b3c, true",
        "a*b*c, a1c2b, false",
        "orders, orders, true",
        "orders, orders2, false",
        "20*, 2024, true",
    })
    void matches_like_a_shell(String pattern, String name, boolean expected) {
        assertThat(NamePattern.parse(pattern).matches(name)).isEqualTo(expected);
    }

    @Test
    void takes_wildcards_in_double_quotes_for_themselves() {
        NamePattern pattern = NamePattern.parse("\"Tmp*\"");
        assertThat(pattern.isGlob()).isFalse();
        assertThat(pattern.matches("Tmp*")).isTrue();
        assertThat(pattern.matches("Tmp1")).isFalse();
    }

    @Test
    void is_fast_on_many_stars() {
        assertThat(NamePattern.parse("*a*a*a*a*a*a*a*a*a*a*a*a*b").matches("a".repeat(63))).isFalse();
    }

    @Test
    void reads_schema_and_table() {
        assertThat(NamePattern.parseQualified("sales.\"Order Items\""))
                .isEqualTo(List.of(new NamePattern("sales", false), new NamePattern("Order Items", true)));
        assertThatThrownBy(() -> NamePattern.parseQualified("orders")).hasMessageContaining("schema.table");
        assertThatThrownBy(() -> NamePattern.parse("a.b")).hasMessageContaining("without a dot");
    }
}
