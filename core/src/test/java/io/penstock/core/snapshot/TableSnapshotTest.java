package io.penstock.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.error.PenstockException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableSnapshotTest {
    private static final long INSERT = 1_000;

    @Test
    void the_snapshot_holds_what_had_ended_and_not_what_ran_or_came_later() {
        TableSnapshot snapshot = TableSnapshot.parse("10:20:10,14,19", INSERT);

        assertThat(snapshot.contains(9, INSERT - 1)).isTrue();
        assertThat(snapshot.contains(10, INSERT - 1)).isFalse();
        assertThat(snapshot.contains(11, INSERT - 1)).isTrue();
        assertThat(snapshot.contains(14, INSERT - 1)).isFalse();
        assertThat(snapshot.contains(19, INSERT - 1)).isFalse();
        assertThat(snapshot.contains(20, INSERT - 1)).isFalse();
        assertThat(snapshot.contains(21, INSERT - 1)).isFalse();
    }

    @Test
    void a_commit_at_or_after_the_insert_position_is_never_in_the_snapshot() {
        TableSnapshot snapshot = TableSnapshot.parse("10:20:", INSERT);

        assertThat(snapshot.contains(5, INSERT - 1)).isTrue();
        assertThat(snapshot.contains(5, INSERT)).isFalse();
        assertThat(snapshot.contains(5, -1)).as("positions are unsigned").isFalse();
    }

    @Test
    void ids_are_widened_across_the_wrap_of_32_bits() {
        long wrap = 1L << 32;
        TableSnapshot snapshot =
                TableSnapshot.parse((wrap - 2) + ":" + (wrap + 5) + ":" + (wrap - 2) + "," + (wrap + 3), INSERT);

        assertThat(snapshot.contains(-3, 1)).as("before the wrap, ended").isTrue();
        assertThat(snapshot.contains(-2, 1)).as("before the wrap, running").isFalse();
        assertThat(snapshot.contains(-1, 1)).isTrue();
        assertThat(snapshot.contains(4, 1)).as("after the wrap, ended").isTrue();
        assertThat(snapshot.contains(3, 1)).as("after the wrap, running").isFalse();
        assertThat(snapshot.contains(5, 1)).isFalse();
    }

    @Test
    void ids_of_the_upper_half_are_not_negative() {
        TableSnapshot snapshot = TableSnapshot.parse("3000000000:3000000010:3000000005", INSERT);

        assertThat(snapshot.contains((int) 2_999_999_999L, 1)).isTrue();
        assertThat(snapshot.contains((int) 3_000_000_005L, 1)).isFalse();
        assertThat(snapshot.contains((int) 3_000_000_006L, 1)).isTrue();
        assertThat(snapshot.contains((int) 3_000_000_010L, 1)).isFalse();
    }

    @Test
    void of_an_exported_snapshot_the_position_alone_decides() {
        TableSnapshot snapshot = TableSnapshot.exportedAt(INSERT);

        assertThat(snapshot.contains(5, INSERT - 1)).isTrue();
        assertThat(snapshot.contains(-5, INSERT - 1)).isTrue();
        assertThat(snapshot.contains(5, INSERT)).isFalse();
        assertThat(snapshot.contains(5, -1)).as("positions are unsigned").isFalse();
    }

    @Test
    void an_exported_snapshot_is_read_back_as_it_was_written() {
        TableSnapshot written = TableSnapshot.exportedAt(INSERT);
        TableSnapshot read = TableSnapshot.parse(written.text(), written.insertLsn());

        assertThat(read.text()).isEqualTo("slot:0/3E8");
        assertThat(read.insertLsn()).isEqualTo(INSERT);
        assertThat(read.contains(7, INSERT - 1)).isTrue();
        assertThatThrownBy(() -> TableSnapshot.parse(written.text(), INSERT + 1))
                .as("another position")
                .isInstanceOf(PenstockException.class);
    }

    @Test
    void commit_sequence_numbers_are_not_taken_for_running_transactions() {
        assertThat(TableSnapshot.isPlain("10:20:10,14")).isTrue();
        assertThat(TableSnapshot.isPlain("10:20:")).isTrue();
        assertThat(TableSnapshot.isPlain("10:20:0,15")).isFalse();
        assertThat(TableSnapshot.isPlain("10:20:0,4711")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10:20",
                "10:20:0,5",
                "20:10:",
                "10:20:14,12",
                "10:20:14,14",
                "10:20:20",
                "10:20:a",
                "10:20:14,",
                "a:b:"
            })
    void a_text_that_is_no_plain_snapshot_is_refused(String text) {
        assertThatThrownBy(() -> TableSnapshot.parse(text, INSERT))
                .isInstanceOf(PenstockException.class)
                .hasMessageContaining("snapshot");
    }
}
