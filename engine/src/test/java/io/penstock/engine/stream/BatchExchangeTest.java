package io.penstock.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.change.Batch;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time is told by hand. */
class BatchExchangeTest {
    private volatile long now;
    private final BatchExchange exchange = new BatchExchange(() -> now);

    private static Batch batch(int changes) {
        Batch batch = new Batch();
        for (int i = 0; i < changes; i++) {
            batch.counted();
        }
        return batch;
    }

    /** The next batch is there already; the writer is busy with it for so long. */
    private void round(int changes, long busy) throws InterruptedException {
        exchange.offer(batch(changes), Duration.ZERO);
        exchange.take();
        now += busy;
    }

    @Test
    void a_second_batch_waits_and_a_third_is_not_taken() throws InterruptedException {
        assertThat(exchange.offer(batch(1), Duration.ZERO)).isTrue();
        assertThat(exchange.take()).isNotNull();

        assertThat(exchange.offer(batch(2), Duration.ZERO)).isTrue();
        assertThat(exchange.offer(batch(3), Duration.ZERO)).isFalse();
        assertThat(exchange.take().changes()).isEqualTo(2);
    }

    @Test
    void it_is_idle_only_when_nothing_waits_and_nothing_is_written() throws InterruptedException {
        assertThat(exchange.idle()).isTrue();

        exchange.offer(batch(1), Duration.ZERO);
        assertThat(exchange.idle()).isFalse();

        exchange.take();
        assertThat(exchange.idle()).isFalse();
    }

    @Test
    void the_writers_pace_is_that_of_its_last_batch() throws InterruptedException {
        round(10, 5_000);
        assertThat(exchange.nanosPerChange()).isZero();

        round(100, 1_000);
        assertThat(exchange.nanosPerChange()).isEqualTo(500);

        round(1, 0);
        assertThat(exchange.nanosPerChange()).isEqualTo(10);
    }

    @Test
    void a_writer_that_rests_is_busy_to_the_reader_and_not_slower() throws InterruptedException {
        round(10, 1_000);
        exchange.rests();
        now += 1_000_000;

        assertThat(exchange.idle()).isFalse();
        exchange.offer(batch(1), Duration.ZERO);
        exchange.take();
        assertThat(exchange.nanosPerChange()).isEqualTo(100);
    }

    @Test
    void a_writer_that_is_always_busy_is_not_starved() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            round(10, 1_000);
        }
        assertThat(exchange.starved()).isFalse();
    }

    @Test
    @Timeout(60)
    void a_writer_that_mostly_waits_is_starved() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            Thread writer = new Thread(this::take);
            writer.start();
            while (writer.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            now += 9_000;
            exchange.offer(batch(10), Duration.ZERO);
            writer.join();
            now += 1_000;
        }
        assertThat(exchange.starved()).isTrue();
    }

    private void take() {
        try {
            exchange.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void nothing_is_handed_over_any_more_once_it_is_closed() throws InterruptedException {
        exchange.close();

        assertThat(exchange.offer(batch(1), Duration.ZERO)).isFalse();
        assertThat(exchange.take()).isNull();
    }
}
