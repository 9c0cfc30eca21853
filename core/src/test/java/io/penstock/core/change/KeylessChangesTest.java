package io.penstock.core.change;

import static io.penstock.core.change.Tuples.UNCHANGED;
import static io.penstock.core.change.Tuples.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TableMapping.MappedColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Net changes of tables without a key, against a multiset. */
class KeylessChangesTest {
    private final KeylessChanges changes = new KeylessChanges(Tuples.table(2));

    @Test
    void null_and_the_empty_text_are_different_rows() {
        changes.insert(tuple("a", null), 0);
        changes.insert(tuple("a", ""), 0);

        assertThat(changes.size()).isEqualTo(2);
    }

    @Test
    void rows_that_differ_in_a_column_that_only_the_filter_reads_are_different() {
        TableMapping table = Tuples.table(2);
        TableMapping lacking = new TableMapping(
                1,
                table.source(),
                table.destination(),
                ReplicaIdentity.FULL,
                true,
                List.of(table.columns().get(0), MappedColumn.absent("c1", 25)),
                false,
                RowPolicy.EVERYTHING);
        byte[] old = tuple("a", "eu");
        byte[] message = Tuples.join(old, tuple("a", "us"));
        KeylessChanges plain = new KeylessChanges(lacking);
        KeylessChanges filtered = new KeylessChanges(lacking.withRule(Tuples.filter(1)));
        plain.update(OldTuple.FULL, message, 0, old.length);
        filtered.update(OldTuple.FULL, message, 0, old.length);

        assertThat(plain.size()).isEqualTo(1);
        assertThat(plain.copies(0)).isZero();
        assertThat(filtered.size()).isEqualTo(2);
        assertThat(filtered.copies(0)).isEqualTo(-1);
        assertThat(filtered.copies(1)).isEqualTo(1);
    }

    @Test
    void an_update_takes_its_unchanged_value_from_the_old_row() {
        byte[] old = tuple("a", "large");
        changes.update(OldTuple.FULL, Tuples.join(old, tuple("b", UNCHANGED)), 0, old.length);

        assertThat(Tuples.values(changes.row(1), changes.rowAt(1))).containsExactly("b", "large");
        assertThat(changes.copies(0)).isEqualTo(-1);
        assertThat(changes.copies(1)).isEqualTo(1);
    }

    @Test
    void an_old_row_that_is_not_whole_is_refused() {
        assertThatThrownBy(() -> changes.delete(OldTuple.KEY, tuple("a", null), 0))
                .isInstanceOfSatisfying(
                        PenstockException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.DEFINITION_CHANGED));
    }

    @Test
    void net_changes_do_what_the_changes_do_one_by_one() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 1_000; round++) {
            check(random, "seed " + seed + " round " + round);
        }
    }

    private static void check(Random random, String round) {
        KeylessChanges batch = new KeylessChanges(Tuples.table(2));
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (int i = random.nextInt(10); i > 0; i--) {
            rows.add(row(random));
        }
        Map<List<@Nullable String>, Integer> table = count(rows);
        for (int i = random.nextInt(50); i > 0; i--) {
            change(random, batch, rows);
        }
        for (int i = 0; i < batch.size(); i++) {
            table.merge(Tuples.values(batch.row(i), batch.rowAt(i)), batch.copies(i), Integer::sum);
        }
        table.values().removeIf(n -> n == 0);
        assertThat(table).as(round).isEqualTo(count(rows));
    }

    private static void change(Random random, KeylessChanges batch, List<List<@Nullable String>> rows) {
        if (rows.isEmpty() || random.nextInt(3) == 0) {
            rows.add(row(random));
            batch.insert(bytes(rows.get(rows.size() - 1)), 0);
            return;
        }
        int at = random.nextInt(rows.size());
        byte[] old = bytes(rows.get(at));
        if (random.nextBoolean()) {
            rows.remove(at);
            batch.delete(OldTuple.FULL, old, 0);
        } else {
            rows.set(at, row(random));
            batch.update(OldTuple.FULL, Tuples.join(old, bytes(rows.get(at))), 0, old.length);
        }
    }

    private static List<@Nullable String> row(Random random) {
        List<@Nullable String> row = new ArrayList<>();
        row.add("a" + random.nextInt(3));
        row.add(random.nextInt(3) == 0 ? null : "b".repeat(random.nextInt(2)));
        return row;
    }

    private static byte[] bytes(List<@Nullable String> row) {
        return tuple(row.get(0), row.get(1));
    }

    private static Map<List<@Nullable String>, Integer> count(List<List<@Nullable String>> rows) {
        Map<List<@Nullable String>, Integer> counts = new HashMap<>();
        rows.forEach(row -> counts.merge(row, 1, Integer::sum));
        return counts;
    }
}
