package io.penstock.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PenstockContenderTest {
    @Test
    void it_runs_with_the_options_that_users_start_it_with() throws IOException {
        String script = Files.readString(Path.of("..", "penstock"));
        String functions = Files.readString(Path.of("..", "cli", "src", "main", "sh", "launcher.sh"));

        assertThat(script + functions).contains(PenstockContender.JVM_OPTIONS);
    }
}
