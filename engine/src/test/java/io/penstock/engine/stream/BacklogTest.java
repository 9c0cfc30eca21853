package io.penstock.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.change.Batch;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.relation.TableMapping;
import java.util.List;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long HOUR = 3_600_000 * MILLISECOND;

    private final Backlog backlog = new Backlog();

    private boolean asks(long waited, long received, long now) {
        return backlog.asksForMore(batch(1, 1), waited, received, now);
    }

    private static Batch batch(int tables, int changes) {
        Batch batch = new Batch();
        for (int i = 0; i < tables; i++) {
            QualifiedName name = new QualifiedName("public", "t" + i);
            batch.changesOf(new TableMapping(
                    i + 1, name, name, ReplicaIdentity.FULL, true, List.of(), false, RowPolicy.EVERYTHING));
        }
        for (int i = 0; i < changes; i++) {
            batch.counted();
        }
        return batch;
    }

    @Test
    void nothing_waits_before_the_source_was_asked() {
        assertThat(asks(0, 1, HOUR)).isFalse();
    }

    @Test
    void a_batch_waits_for_a_tenth_of_the_delay_that_is_certain() {
        backlog.sourceAt(100, 0);

        assertThat(asks(5 * MILLISECOND - 1, 99, 50 * MILLISECOND)).isTrue();
        assertThat(asks(5 * MILLISECOND, 99, 50 * MILLISECOND)).isFalse();
        assertThat(asks(50 * MILLISECOND - 1, 99, 500 * MILLISECOND)).isTrue();
    }

    @Test
    void a_batch_for_few_tables_waits_for_a_tenth_of_a_second_at_most() {
        backlog.sourceAt(100, 0);

        assertThat(asks(100 * MILLISECOND - 1, 99, HOUR)).isTrue();
        assertThat(asks(100 * MILLISECOND, 99, HOUR)).isFalse();
    }

    @Test
    void a_batch_for_many_tables_waits_longer_and_for_more() {
        backlog.sourceAt(100, 0);

        assertThat(backlog.asksForMore(batch(50, 49_999), 500 * MILLISECOND - 1, 99, HOUR))
                .isTrue();
        assertThat(backlog.asksForMore(batch(50, 50_000), 0, 99, HOUR)).isFalse();
        assertThat(backlog.asksForMore(batch(50, 1), 500 * MILLISECOND, 99, HOUR))
                .isFalse();
        assertThat(backlog.asksForMore(batch(1000, 1), 1_000 * MILLISECOND, 99, HOUR))
                .isFalse();
    }

    @Test
    void ten_thousand_changes_are_enough() {
        backlog.sourceAt(100, 0);

        assertThat(backlog.asksForMore(batch(4, 9_999), 0, 99, HOUR)).isTrue();
        assertThat(backlog.asksForMore(batch(4, 10_000), 0, 99, HOUR)).isFalse();
    }

    @Test
    void nothing_waits_once_the_stream_has_come_to_where_the_source_was() {
        backlog.sourceAt(100, 0);

        assertThat(asks(0, 99, 500 * MILLISECOND)).isTrue();
        assertThat(asks(0, 100, 500 * MILLISECOND)).isFalse();
        assertThat(asks(0, 101, HOUR)).isFalse();
    }

    @Test
    void a_newer_sample_does_not_make_an_old_delay_forgotten() {
        backlog.sourceAt(100, 0);
        assertThat(asks(10 * MILLISECOND - 1, 50, 100 * MILLISECOND)).isTrue();

        backlog.sourceAt(200, 100 * MILLISECOND);

        assertThat(asks(20 * MILLISECOND - 1, 99, 200 * MILLISECOND)).isTrue();
        // From the first position on, the second one counts.
        assertThat(asks(20 * MILLISECOND - 1, 100, 300 * MILLISECOND)).isTrue();
        assertThat(asks(20 * MILLISECOND, 100, 300 * MILLISECOND)).isFalse();
    }

    @Test
    void positions_are_compared_as_unsigned_numbers() {
        backlog.sourceAt(-1, 0);

        assertThat(asks(0, 1, 100 * MILLISECOND)).isTrue();
    }
}
