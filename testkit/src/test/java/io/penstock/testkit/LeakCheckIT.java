package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class LeakCheckIT {
    @Test
    void names_slots_and_open_transactions_and_passes_when_they_are_gone() throws SQLException {
        try (EmbeddedServer server = EmbeddedServer.start(18)) {
            server.execute("postgres", "select pg_create_logical_replication_slot('left_over', 'pgoutput')");
            try (Connection open = server.connect("postgres")) {
                open.setAutoCommit(false);
                open.createStatement().execute("select 'forgotten'");

                assertThatThrownBy(() -> LeakCheck.assertNothingLeft(server))
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("logical slot left_over")
                        .hasMessageContaining("forgotten");
            }
            server.execute("postgres", "select pg_drop_replication_slot('left_over')");

            LeakCheck.assertNothingLeft(server);
        }
    }
}
