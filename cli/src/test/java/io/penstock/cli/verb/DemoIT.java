package io.penstock.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
    private static final Duration LIMIT = Duration.ofSeconds(180);

    @TempDir
    private Path folder;

    @Test
    void the_demo_ends_with_0_after_its_seconds_and_leaves_nothing() throws Exception {
        try (PenstockProcess demo = new PenstockProcess(folder, "demo", "--seconds", "5", "--no-console")) {
            assertThat(demo.exit(LIMIT)).as(demo.out() + demo.err()).isZero();

            assertThat(demo.out())
                    .contains("psql postgresql://", "copied shop.documents: 250 rows")
                    .containsPattern("shop.order_items +[0-9,]+ +[0-9,]+  yes")
                    .endsWith("Every row of 13 tables is equal.\n");
            assertNothingLeft();
        }
    }

    @Test
    void sigterm_closes_the_shop_compares_and_leaves_nothing() throws Exception {
        try (PenstockProcess demo = new PenstockProcess(folder, "demo", "--json")) {
            Await.until("incremental", LIMIT, () -> demo.out().contains("\"phase\":\"incremental\""));

            demo.terminate();

            assertThat(demo.exit(LIMIT)).as(demo.out() + demo.err()).isZero();
            assertThat(demo.out()).contains("\"equal\":true").doesNotContain("\"equal\":false");
            assertNothingLeft();
        }
    }

    @Test
    void sigterm_while_the_servers_start_leaves_nothing() throws Exception {
        try (PenstockProcess demo = new PenstockProcess(folder, "demo")) {
            Await.until("started", LIMIT, () -> demo.out().contains("Starting"));

            demo.terminate();

            assertThat(demo.exit(LIMIT)).isIn(130, 143);
            assertNothingLeft();
        }
    }

    private void assertNothingLeft() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("tmp"))) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("penstock")))
                    .isEmpty();
        }
        List<String> servers = ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(folder.toString()))
                .toList();
        assertThat(servers).isEmpty();
    }
}
