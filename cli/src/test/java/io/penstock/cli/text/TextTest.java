package io.penstock.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void columns_are_as_wide_as_their_widest_cell_and_numbers_stand_right() {
        TextTable table = new TextTable(List.of("table", "rows", "equal"), Set.of(1));
        table.row("shop.orders", "1,200", "yes");
        table.row("a", "7", "NO");

        assertThat(table.lines())
                .containsExactly("table         rows  equal", "shop.orders  1,200  yes", "a                7  NO");
    }

    @Test
    void sizes_and_times_are_short() {
        assertThat(List.of(Units.bytes(0), Units.bytes(1536), Units.bytes(157_286_400), Units.bytes(1L << 50)))
                .containsExactly("0 B", "1.5 kB", "150 MB", "1024 TB");
        assertThat(List.of(
                        Units.time(Duration.ofMillis(850)),
                        Units.time(Duration.ofMillis(4300)),
                        Units.time(Duration.ofSeconds(12)),
                        Units.time(Duration.ofSeconds(185)),
                        Units.time(Duration.ofMinutes(130))))
                .containsExactly("850 ms", "4.3 s", "12 s", "3 min 5 s", "2 h 10 min");
        assertThat(Units.count(1_234_567)).isEqualTo("1,234,567");
    }

    @Test
    void a_line_that_stays_is_put_above_the_lines_that_are_redrawn() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Screen screen = new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        screen.redraw(List.of("one", "two"));
        screen.print("stays");
        screen.redraw(List.of());

        assertThat(bytes.toString(StandardCharsets.UTF_8).replace("\u001b", "^"))
                .isEqualTo("^[J^[?7lone\ntwo\n^[?7h" + "^[2A\r^[Jstays\n^[?7lone\ntwo\n^[?7h" + "^[2A\r^[J");
    }
}
