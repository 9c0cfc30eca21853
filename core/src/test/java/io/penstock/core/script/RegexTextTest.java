package io.penstock.core.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "^abc$ ; ^abc$ ; true",
                "abc ; abc ; false",
                "^a|b$ ; ^a|b$ ; false",
                "^a$|^b$ ; ^a$|^b$ ; true",
                "^(?:a|b)+$ ; ^(?:a|b)+$ ; true",
                "^\\d{2,3}$ ; ^[0-9]{2,3}$ ; true",
                "^\\D\\W\\S$ ; ^[^0-9][^a-zA-Z0-9_][^ \\t\\n\\v\\f\\r]$ ; true",
                "^[\\w.-]+@x$ ; ^[a-zA-Z0-9_\\.-]+@x$ ; true",
                "^[^a-z\\]]$ ; ^[^a-z\\]]$ ; true",
                "^a.c$ ; ^a[^\\n\\r\\u0085\\u2028\\u2029]c$ ; true",
                "^a*?b+?$ ; ^a*b+$ ; true",
                "^\\$\\.\\\\$ ; ^\\$\\.\\\\$ ; true",
                "^\\t\\u65e5日$ ; ^\\t\\u65e5日$ ; true",
                "a$b ; a$b ; false",
            })
    void is_rewritten_where_both_sides_differ(String java, String postgresql, boolean anchored) {
        assertThat(RegexText.of(java).text()).isEqualTo(postgresql);
        assertThat(RegexText.of(java).anchored()).isEqualTo(anchored);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?i)a", "(?=a)", "(?<n>a)", "(a)\\1", "\\bword", "\\p{L}", "a*+", "a{2}{3}", "a{256}", "[a&&b]",
                "[a[b]]", "^*", "\\x41", "\\Qa\\E", "[\\D]", "[a^]"
            })
    void what_has_no_counterpart_is_refused(String java) {
        assertThatThrownBy(() -> RegexText.of(java))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no exact counterpart");
    }

    @Test
    void the_end_is_the_very_end_as_postgresql_has_it() {
        RegexText regex = RegexText.of("^a+?[$]\\$(b$|c)");
        assertThat(regex.strict().pattern()).isEqualTo("^a+?[$]\\$(b\\z|c)");
        assertThat(regex.strict().matcher("a$$b").find()).isTrue();
        assertThat(regex.strict().matcher("a$$b\n").find()).isFalse();
    }

    @Test
    void a_text_can_be_made_a_pattern_of_its_own() {
        assertThat(RegexText.literal("a.b (c) \\ [d]{1}^$|*+? 日_-"))
                .isEqualTo("a\\.b \\(c\\) \\\\ \\[d\\]\\{1\\}\\^\\$\\|\\*\\+\\? 日_-");
    }
}
