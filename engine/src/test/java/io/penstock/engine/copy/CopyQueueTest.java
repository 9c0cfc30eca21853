package io.penstock.engine.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.copy.CopyQueue.Item;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CopyQueueTest {
    private static final int ONE = 0;
    private static final int OTHER = 1;

    private static Item<String, String> open(String table) {
        return new Item<>(table, null);
    }

    private static Item<String, String> part(String part) {
        return new Item<>(null, part);
    }

    @Test
    void each_worker_copies_a_table_of_its_own_from_the_first_part_to_the_last() throws InterruptedException {
        CopyQueue<String, String> queue = new CopyQueue<>(List.of("a", "b"));
        assertThat(queue.next(ONE)).isEqualTo(open("a"));
        queue.opened(ONE, List.of("a1", "a2"));
        assertThat(queue.next(OTHER)).isEqualTo(open("b"));
        queue.opened(OTHER, List.of("b1", "b2"));
        assertThat(queue.next(ONE)).isEqualTo(part("a1"));
        assertThat(queue.next(OTHER)).isEqualTo(part("b1"));
        assertThat(queue.next(OTHER)).isEqualTo(part("b2"));
        assertThat(queue.next(ONE)).isEqualTo(part("a2"));
    }

    @Test
    void who_has_nothing_of_his_own_opens_a_table_before_he_helps_and_helps_the_one_with_most_left()
            throws InterruptedException {
        CopyQueue<String, String> queue = new CopyQueue<>(List.of("a", "b", "c"));
        queue.next(ONE);
        queue.opened(ONE, List.of("a1", "a2"));
        queue.next(OTHER);
        queue.opened(OTHER, List.of("b1", "b2", "b3"));
        assertThat(queue.next(2)).isEqualTo(open("c"));
        queue.opened(2, List.of());
        queue.finished(List.of());
        assertThat(queue.next(2)).isEqualTo(part("b1"));
        assertThat(queue.next(2)).isIn(part("a1"), part("b2"));
    }

    @Test
    void a_large_table_is_everybodys() throws InterruptedException {
        CopyQueue<String, String> queue = new CopyQueue<>(List.of("large", "small"));
        queue.next(ONE);
        queue.opened(
                ONE,
                IntStream.rangeClosed(0, CopyQueue.MOST_ALONE)
                        .mapToObj(i -> "l" + i)
                        .toList());
        assertThat(queue.next(OTHER)).isEqualTo(part("l0"));
        assertThat(queue.next(ONE)).isEqualTo(part("l1"));
    }

    @Test
    void what_remains_of_a_copied_table_goes_to_whoever_is_free_before_the_next_table() throws InterruptedException {
        CopyQueue<String, String> queue = new CopyQueue<>(List.of("a", "b"));
        queue.next(ONE);
        queue.opened(ONE, List.of("a1"));
        queue.next(ONE);
        queue.finished(List.of("key", "index"));
        assertThat(queue.next(OTHER)).isEqualTo(part("key"));
        assertThat(queue.next(ONE)).isEqualTo(part("index"));
        assertThat(queue.next(ONE)).isEqualTo(open("b"));
    }

    @Test
    void the_last_table_sends_everybody_home_when_it_is_finished() throws InterruptedException {
        CopyQueue<String, String> queue = new CopyQueue<>(List.of("a"));
        queue.next(ONE);
        queue.opened(ONE, List.of("a1"));
        queue.next(ONE);
        queue.finished(List.of());
        assertThat(queue.next(ONE)).isNull();
        assertThat(queue.next(OTHER)).isNull();
    }
}
