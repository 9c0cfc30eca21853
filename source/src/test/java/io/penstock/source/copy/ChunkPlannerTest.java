package io.penstock.source.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.Chunk;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.schema.TableDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkPlannerTest {
    private static final TableDefinition TABLE = new TableDefinition(
            1,
            new QualifiedName("public", "t"),
            TableDefinition.Kind.TABLE,
            false,
            ReplicaIdentity.DEFAULT,
            List.of("id"),
            "t_pkey",
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            null,
            -1,
            0);

    private static List<String> conditions(List<Chunk> chunks) {
        return chunks.stream().map(Chunk::condition).toList();
    }

    @Test
    void page_ranges_meet_and_are_open_at_both_ends() {
        assertThat(conditions(ChunkPlanner.pageRanges(TABLE, 10, 3)))
                .containsExactly("ctid < '(3,0)'", "ctid >= '(3,0)' and ctid < '(6,0)'", "ctid >= '(6,0)'");
    }

    @Test
    void key_ranges_meet_and_are_open_at_both_ends() {
        assertThat(conditions(ChunkPlanner.keyRanges(TABLE, "id", new long[] {1, 100}, 4)))
                .containsExactly("id < 26", "id >= 26 and id < 51", "id >= 51 and id < 76", "id >= 76");
    }

    @Test
    void key_ranges_of_the_whole_bigint_meet_in_ascending_order() {
        List<String> conditions =
                conditions(ChunkPlanner.keyRanges(TABLE, "id", new long[] {Long.MIN_VALUE, Long.MAX_VALUE}, 5));

        long previous = Long.MIN_VALUE;
        for (int i = 1; i < conditions.size(); i++) {
            long from = Long.parseLong(conditions.get(i).split(" ")[2]);
            assertThat(conditions.get(i - 1)).endsWith("id < " + from);
            assertThat(from).isGreaterThanOrEqualTo(previous);
            previous = from;
        }
    }

    @Test
    void one_key_for_many_chunks_is_read_once() {
        assertThat(conditions(ChunkPlanner.keyRanges(TABLE, "id", new long[] {7, 7}, 3)))
                .containsExactly("id < 7", "id >= 7 and id < 7", "id >= 7");
    }
}
