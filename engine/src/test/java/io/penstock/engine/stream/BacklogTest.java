package io.penstock.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final long MILLISECOND = 1_000_000;

    private final Backlog backlog = new Backlog();

    @Test
    void nothing_waits_before_the_source_was_asked() {
        assertThat(backlog.patience(1, 5_000 * MILLISECOND)).isZero();
    }

    @Test
    void a_batch_waits_for_a_tenth_of_the_delay_that_is_certain() {
        backlog.sourceAt(100, 0);

        assertThat(backlog.patience(99, 50 * MILLISECOND)).isEqualTo(5 * MILLISECOND);
        assertThat(backlog.patience(99, 500 * MILLISECOND)).isEqualTo(50 * MILLISECOND);
    }

    @Test
    void a_batch_never_waits_longer_than_a_tenth_of_a_second() {
        backlog.sourceAt(100, 0);

        assertThat(backlog.patience(99, 3_600_000 * MILLISECOND)).isEqualTo(100 * MILLISECOND);
    }

    @Test
    void nothing_waits_once_the_stream_has_come_to_where_the_source_was() {
        backlog.sourceAt(100, 0);

        assertThat(backlog.patience(99, 500 * MILLISECOND)).isPositive();
        assertThat(backlog.patience(100, 500 * MILLISECOND)).isZero();
        assertThat(backlog.patience(101, 60_000 * MILLISECOND)).isZero();
    }

    @Test
    void a_newer_sample_does_not_make_an_old_delay_forgotten() {
        backlog.sourceAt(100, 0);
        assertThat(backlog.patience(50, 100 * MILLISECOND)).isEqualTo(10 * MILLISECOND);

        backlog.sourceAt(200, 100 * MILLISECOND);

        assertThat(backlog.patience(99, 200 * MILLISECOND)).isEqualTo(20 * MILLISECOND);
        // From the first position on, the second one counts.
        assertThat(backlog.patience(100, 300 * MILLISECOND)).isEqualTo(20 * MILLISECOND);
    }

    @Test
    void positions_are_compared_as_unsigned_numbers() {
        backlog.sourceAt(-1, 0);

        assertThat(backlog.patience(1, 100 * MILLISECOND)).isPositive();
    }
}
