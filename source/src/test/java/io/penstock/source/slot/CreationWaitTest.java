package io.penstock.source.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.error.ErrorKind;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CreationWaitTest {
    private static final SQLException CANCELED = new SQLException("canceling statement due to user request", "57014");

    @Test
    void it_goes_on_while_there_is_time() {
        CreationWait wait = new CreationWait("s", () -> "pid 7", () -> false, Duration.ofHours(1));

        assertThat(wait.getAsBoolean()).isFalse();
        assertThat(wait.givenUp(CANCELED)).as("somebody else has canceled").isNull();
    }

    @Test
    void after_its_time_it_names_who_stands_in_the_way() {
        CreationWait wait = new CreationWait("s", () -> "pid 7 (app, idle in transaction)", () -> false, Duration.ZERO);

        assertThat(wait.getAsBoolean()).isTrue();
        assertThat(wait.givenUp(CANCELED))
                .hasMessageContaining("pid 7 (app, idle in transaction)")
                .hasMessageContaining("end them, or wait")
                .extracting("kind")
                .isEqualTo(ErrorKind.TRANSIENT);
    }

    @Test
    void it_ends_when_the_run_stops() {
        CreationWait wait = new CreationWait("s", () -> "pid 7", () -> true, Duration.ZERO);

        assertThat(wait.getAsBoolean()).isTrue();
        assertThat(wait.givenUp(CANCELED)).extracting("kind").isEqualTo(ErrorKind.INTERRUPTED);
    }

    @Test
    void it_ends_in_time_when_nobody_can_be_asked() {
        CreationWait wait = new CreationWait(
                "s",
                () -> {
                    throw new SQLException("connection lost");
                },
                () -> false,
                Duration.ZERO);

        assertThat(wait.getAsBoolean()).isTrue();
        assertThat(wait.givenUp(CANCELED)).hasMessageContaining("connection lost");
    }
}
