package io.penstock.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainCastTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table t alter a type bigint",
                "/* by a person */ ALTER TABLE t ALTER COLUMN a SET DATA TYPE numeric(10,2) ; ; -- using nothing",
                "alter table \"using\" alter a type text",
                "alter table t alter a type text, alter b set default 'using;'",
                "alter table t alter a type text, alter b set default $$ using ; $$",
                "alter /* nested /* using */ ; */ table t alter a type text",
            })
    void one_statement_without_using_is_a_plain_cast(String query) {
        assertThat(PlainCast.in(query)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alter table",
                "select change()",
                "do $$ begin alter table t alter a type bigint; end $$",
                "alter table t alter a type bigint using a::bigint",
                "alter table t alter a type bigint\nUsing(a + 1)",
                "alter table t alter a type bigint; alter table t alter a type text",
                "alter type t alter attribute a type bigint",
                "alter table t alter a type text, alter b set default '\\' using '",
                "alter table t alter a type text, alter b set default E'\\' using '",
                "alter table t add b text default 'x' -- '\n, alter a type text using 'y'",
                "alter table t alter a type text -- by a person\r using a || 'x'",
                "alter table t alter a type text, alter b set default 'password'***'\n; /* masked by Penstock */ ;",
                "alter table t alter a type text, alter b set default 'xx\n; /* cut by Penstock */ ;",
                "alter table t /* xx\n; /* cut by Penstock */ ;",
            })
    void everything_else_is_not(String query) {
        assertThat(PlainCast.in(query)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 'it''s', E'a\\'b', \"q\"\"x\", $a$ $b$ $a$, $1, 1e5, a$b from ünï -- end",
                "unclosed 'text",
                "unclosed $x$ text",
                "unclosed /* text",
                "a::numeric(10,2)[] || 'x'"
            })
    void tokens_together_are_the_text(String sql) {
        assertThat(SqlTokens.of(sql).stream().map(SqlTokens.Token::text).collect(Collectors.joining()))
                .isEqualTo(sql);
    }
}
