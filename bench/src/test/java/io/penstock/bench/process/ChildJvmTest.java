package io.penstock.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.error.PenstockException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChildJvmTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A child that says something and dies. */
    static final class Mortal {
        private Mortal() {}

        public static void main(String[] arguments) {
            ChildProgram program = ChildProgram.begin(arguments);
            program.say("last words");
            System.exit(3);
        }
    }

    /** A child that is never ready. */
    static final class Mute {
        private Mute() {}

        public static void main(String[] arguments) {
            System.exit(4);
        }
    }

    @Test
    void a_dead_child_is_noticed_although_nobody_reads_what_it_said() {
        try (ChildJvm child = ChildJvm.start(Mortal.class, List.of(), Map.of())) {
            child.go();

            assertThatThrownBy(() -> awaitDeath(child))
                    .isInstanceOf(PenstockException.class)
                    .hasMessageContaining("status 3");
            assertThat(child.line(LIMIT)).isEqualTo("last words");
        }
    }

    private static void awaitDeath(ChildJvm child) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            child.requireAlive();
            Thread.onSpinWait();
        }
    }

    @Test
    void a_child_that_never_gets_ready_is_told() {
        assertThatThrownBy(() -> ChildJvm.start(Mute.class, List.of(), Map.of()))
                .isInstanceOf(PenstockException.class)
                .hasMessageContaining("status 4");
    }
}
