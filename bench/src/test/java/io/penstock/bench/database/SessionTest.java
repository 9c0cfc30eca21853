package io.penstock.bench.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "create subscription s connection 'host=h user=u password=TOPSECRET dbname=d' publication s",
                "host=h password='TOP SECRET' user=u",
                "jdbc:postgresql://h:5432/d?user=u&password=TOPSECRET&x=y",
                "postgresql://u:TOPSECRET@h:5432/d",
            })
    void a_failure_never_quotes_a_password(String text) {
        assertThat(Session.failed(text, new SQLException("refused: " + text)))
                .hasMessageNotContainingAny("TOPSECRET", "TOP SECRET")
                .hasMessageContaining("***");
    }

    @Test
    void a_failure_names_its_statement() {
        assertThat(Session.failed("select 1 from pgbench_accounts", new SQLException("no such table")))
                .hasMessage("Benchmark: no such table in: select 1 from pgbench_accounts");
    }
}
