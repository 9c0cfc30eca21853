package io.penstock.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.watch.Observation.Copy;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.TaskState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunViewTest {
    private static final QualifiedName ORDERS = new QualifiedName("public", "orders");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void a_bar_shows_rows_speed_and_time_left() {
        assertThat(ProgressText.bar("public.orders", new Copy(500, 4 << 20, 1000, 0, false), Duration.ofSeconds(4)))
                .isEqualTo(
                        "public.orders                [##########..........]  50%  500 of 1,000 rows  1.0 MB/s  ETA 4.0 s");
    }

    @Test
    void a_bar_without_an_estimate_shows_what_came_and_never_claims_to_be_done() {
        assertThat(ProgressText.bar("t", new Copy(0, 2048, -1, 0, false), Duration.ofMillis(500)))
                .endsWith("[....................]   0%  2.0 kB  4.0 kB/s");
        assertThat(new Copy(5000, 0, 1000, 0, false).fraction()).isEqualTo(0.99);
        assertThat(new Copy(5, 0, 1000, 0, true).fraction()).isEqualTo(1);
    }

    @Test
    void long_names_keep_their_end() {
        assertThat(ProgressText.shortened("a_schema_of_some_length.a_table_of_some_length"))
                .isEqualTo("...th.a_table_of_some_length")
                .hasSize(28);
    }

    @Test
    void plain_lines_come_once_per_table_and_every_ten_seconds() {
        RunView view = RunView.of(out, false, false);
        view.show(full(0, new Copy(0, 0, 1000, 0, false)));
        view.show(full(5, new Copy(700, 2 << 20, 1000, 0, false)));
        view.show(full(11, new Copy(800, 11 << 20, 1000, 0, false)));
        view.show(full(12, new Copy(1001, 3 << 20, 1000, 0, true)));
        view.show(incremental(13, 0));
        view.show(incremental(24, 22_000));
        view.leave();

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        full: 0 of 1 tables, 800 rows, 11.0 MB  1.0 MB/s  ETA 3.0 s
                        copied public.orders: 1,001 rows, 3.0 MB
                        incremental: lag 4 ms, applied 0/3000148, 2,000 changes/s, 22,000 changes in 7 transactions
                        incremental: ended at 0/3000148, 22,000 changes in 7 transactions
                        """);
    }

    @Test
    void json_tells_phases_tables_progress_and_the_end() {
        RunView view = RunView.of(out, true, true);
        view.show(full(0, new Copy(10, 100, 1000, 0, true)));
        view.show(incremental(1, 5));
        view.end(0, Optional.empty());

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .contains(
                        "{\"event\":\"phase\",\"phase\":\"full\",\"state\":\"initializing\",\"note\":null}",
                        "{\"event\":\"table\",\"phase\":\"full\",\"state\":\"initializing\",\"table\":\"public.orders\",\"rowsCopied\":10,\"bytesCopied\":100}",
                        "{\"event\":\"phase\",\"phase\":\"incremental\",\"state\":\"synchronizing\",\"note\":null}")
                .endsWith("{\"event\":\"end\",\"exit\":0,\"error\":null}")
                .allMatch(line -> line.startsWith("{\"event\":\""));
    }

    @Test
    void lag_is_the_age_of_the_last_transaction_only_while_behind() {
        Observation equal = incremental(1, 5);
        Observation behind = new Observation(
                0,
                10_000_000,
                "incremental",
                TaskState.SYNCHRONIZING,
                Optional.empty(),
                Map.of(),
                5,
                1,
                200,
                100,
                3_000_000,
                4_000);

        assertThat(equal.lagMillis()).isEqualTo(4);
        assertThat(behind.lagMillis()).isEqualTo(7_000);
    }

    private static Observation full(long seconds, Copy copy) {
        return observation(seconds, "full", TaskState.INITIALIZING, Map.of(ORDERS, copy), 0);
    }

    private static Observation incremental(long seconds, long changes) {
        return observation(
                seconds, "incremental", TaskState.SYNCHRONIZING, Map.of(ORDERS, new Copy(1, 1, 1, 1, true)), changes);
    }

    private static Observation observation(
            long seconds, String phase, TaskState state, Map<QualifiedName, Copy> copies, long changes) {
        long lsn = Lsn.parse("0/3000148").value();
        return new Observation(
                Duration.ofSeconds(seconds).toNanos(),
                0,
                phase,
                state,
                Optional.empty(),
                copies,
                changes,
                7,
                lsn,
                lsn,
                1,
                4_000);
    }
}
