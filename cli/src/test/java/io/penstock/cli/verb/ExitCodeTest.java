package io.penstock.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    @Test
    void every_kind_of_failure_has_the_code_of_the_contract() {
        Map<ErrorKind, Integer> expected = new EnumMap<>(Map.of(
                ErrorKind.USAGE, 2,
                ErrorKind.NOT_YET, 2,
                ErrorKind.PRECHECK, 1,
                ErrorKind.CONNECTION, 3,
                ErrorKind.LOGIN, 3,
                ErrorKind.INTERRUPTED, 130));
        for (ErrorKind kind : ErrorKind.values()) {
            assertThat(ExitCode.of(kind)).as("%s", kind).isEqualTo(expected.getOrDefault(kind, 4));
        }
    }

    @Test
    void what_a_database_lacks_is_a_failure_of_the_task_once_it_has_begun() {
        assertThat(ExitCode.of(ErrorKind.PRECHECK, true)).isEqualTo(4);
        assertThat(ExitCode.of(ErrorKind.LOGIN, true)).isEqualTo(3);
    }

    @Test
    void a_defect_is_a_failure_of_the_task_and_says_so() {
        assertThat(Failure.exitCode(new IllegalStateException("x"), false)).isEqualTo(4);
        assertThat(Failure.message(new IllegalStateException("x"))).contains("defect", "--debug");
        assertThat(Failure.message(new PenstockException(ErrorKind.LOGIN, "No entry.")))
                .isEqualTo("No entry.");
    }
}
