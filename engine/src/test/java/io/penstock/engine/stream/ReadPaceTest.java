package io.penstock.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadPaceTest {
    private final ReadPace pace = new ReadPace();

    @Test
    void nobody_is_ahead_before_the_first_batch_is_written() {
        assertThat(pace.ahead(0, 1)).isFalse();

        pace.handedOver(0, 1000, 0);

        assertThat(pace.ahead(1, 1000)).isFalse();
    }

    @Test
    void as_much_as_the_writer_has_is_read_before_the_writer_is_free() {
        // The writer needs a millisecond; the next batch shall be there after 0.6 of it.
        pace.handedOver(0, 1000, 1000);

        assertThat(pace.ahead(300_000, 501)).isTrue();
        assertThat(pace.ahead(300_000, 499)).isFalse();
        assertThat(pace.ahead(599_999, 1000)).isTrue();
    }

    @Test
    void a_writer_that_is_as_quick_as_the_reader_never_waits_for_a_pause() {
        pace.handedOver(0, 1000, 1000);

        assertThat(pace.ahead(1_000_000, 1000)).isFalse();
    }
}
