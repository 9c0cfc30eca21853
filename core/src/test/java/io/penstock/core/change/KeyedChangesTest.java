package io.penstock.core.change;

import static io.penstock.core.change.Tuples.UNCHANGED;
import static io.penstock.core.change.Tuples.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.error.PenstockException;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.task.DmlKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Net changes of tables with a key, against the simplest thing that can be right: a map that every change is applied to. */
class KeyedChangesTest {
    private static final int KEYS = 8;

    /** Columns: a value, the key, a large value. */
    private final KeyedChanges changes = new KeyedChanges(Tuples.table(3, 1));

    @Test
    void a_row_that_comes_and_goes_needs_nothing() {
        insert("a", "1", "x");
        delete("1");

        assertThat(changes.netChange(0)).isEqualTo(NetChange.NOTHING);
    }

    @Test
    void a_deleted_row_that_comes_back_is_deleted_and_written() {
        delete("1");
        insert("a", "1", "x");

        assertThat(changes.netChange(0)).isEqualTo(NetChange.DELETE);
        assertThat(changes.netChange(1)).isEqualTo(NetChange.INSERT);
    }

    @Test
    void a_large_value_that_is_unchanged_comes_from_the_row_written_before() {
        insert("a", "1", "large");
        update(OldTuple.NONE, tuple(), tuple("b", "1", UNCHANGED));

        assertThat(image(0)).containsExactly("b", "1", "large");
    }

    @Test
    void a_large_value_nobody_knows_stays_unchanged_when_the_key_moves() {
        update(OldTuple.KEY, tuple(null, "1", null), tuple("b", "2", UNCHANGED));
        update(OldTuple.NONE, tuple(), tuple("c", "2", UNCHANGED));

        assertThat(changes.netChange(0)).isEqualTo(NetChange.MOVE);
        assertThat(image(0)).containsExactly("c", "2", UNCHANGED);
    }

    @Test
    void a_large_key_that_is_unchanged_comes_from_the_old_key() {
        update(OldTuple.KEY, tuple(null, "1", null), tuple("b", UNCHANGED, UNCHANGED));

        assertThat(changes.netChange(0)).isEqualTo(NetChange.UPDATE);
        assertThat(image(0)).containsExactly("b", "1", UNCHANGED);
    }

    @Test
    void a_second_row_with_the_same_key_is_a_divergence() {
        insert("a", "1", "x");

        assertThatThrownBy(() -> insert("b", "1", "x"))
                .isInstanceOf(PenstockException.class)
                .hasMessageContaining("two rows with the same key");
    }

    @Test
    void a_row_that_stayed_is_not_replaced_before_the_filter_is_known() {
        RowPolicy noDeletes = new RowPolicy(EnumSet.of(DmlKind.INSERT, DmlKind.UPDATE), false, false, 0);
        KeyedChanges kept = new KeyedChanges(Tuples.table(noDeletes, 2, 0).withRule(Tuples.filter(0)));
        kept.update(OldTuple.FULL, Tuples.join(tuple("1", "a"), tuple("1", "b")), 0, tuple("1", "a").length);
        kept.delete(OldTuple.FULL, tuple("1", "b"), 0);
        kept.insert(tuple("1", "c"), 0);
        kept.update(OldTuple.FULL, Tuples.join(tuple("1", "c"), tuple("1", "d")), 0, tuple("1", "c").length);

        KeyedChanges next = Objects.requireNonNull(kept.next());
        assertThat(Tuples.values(Objects.requireNonNull(kept.image(0)), kept.imageAt(0)))
                .containsExactly("1", "b");
        assertThat(Tuples.values(Objects.requireNonNull(next.image(0)), next.imageAt(0)))
                .containsExactly("1", "d");
        assertThat(next.base(0)).isNull();
        assertThat(next.next()).isNull();
        assertThat(kept.counts().total()).isEqualTo(3);
        assertThat(kept.bytes()).isGreaterThan(next.bytes());
    }

    @Test
    void net_changes_do_what_the_changes_do_one_by_one() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            Model model = new Model(random);
            for (int i = random.nextInt(60); i > 0; i--) {
                model.change();
            }
            assertThat(model.appliedNet()).as("seed %d round %d", seed, round).isEqualTo(model.rows);
        }
    }

    private void insert(String value, String key, String large) {
        changes.insert(tuple(value, key, large), 0);
    }

    private void delete(String key) {
        changes.delete(OldTuple.KEY, tuple(null, key, null), 0);
    }

    private void update(OldTuple kind, byte[] old, byte[] image) {
        changes.update(kind, Tuples.join(old, image), 0, old.length);
    }

    private List<@Nullable String> image(int row) {
        byte[] image = changes.image(row);
        assertThat(image).isNotNull();
        return image == null ? List.of() : Tuples.values(image, changes.imageAt(row));
    }

    /** A table as the source has it, the same table as it was when the batch began, and the batch. */
    private static final class Model {
        private final Random random;
        private final KeyedChanges batch = new KeyedChanges(Tuples.table(3, 1));
        private final Map<String, List<@Nullable String>> before = new TreeMap<>();
        private final Map<String, List<@Nullable String>> rows;
        private int versions;

        Model(Random random) {
            this.random = random;
            for (int i = 0; i < KEYS; i++) {
                if (random.nextBoolean()) {
                    before.put("k" + i, row("k" + i, "large" + i));
                }
            }
            rows = new TreeMap<>(before);
        }

        private List<@Nullable String> row(String key, @Nullable String large) {
            List<@Nullable String> row = new ArrayList<>();
            row.add(random.nextInt(5) == 0 ? null : "v" + versions++);
            row.add(key);
            row.add(large);
            return row;
        }

        void change() {
            String key = "k" + random.nextInt(KEYS);
            List<@Nullable String> old = rows.get(key);
            if (old == null) {
                List<@Nullable String> row = row(key, random.nextBoolean() ? null : "large" + versions);
                rows.put(key, row);
                batch.insert(bytes(row), 0);
            } else if (random.nextInt(3) == 0) {
                rows.remove(key);
                boolean full = random.nextBoolean();
                batch.delete(full ? OldTuple.FULL : OldTuple.KEY, full ? bytes(old) : tuple(null, key, null), 0);
            } else {
                update(key, old);
            }
        }

        private void update(String key, List<@Nullable String> old) {
            String free = "k" + random.nextInt(KEYS);
            boolean moves = random.nextInt(3) == 0 && !rows.containsKey(free);
            String newKey = moves ? free : key;
            boolean same = random.nextBoolean();
            List<@Nullable String> row = row(newKey, same ? old.get(2) : "large" + versions);
            rows.remove(key);
            rows.put(newKey, row);
            boolean toasted = same && old.get(2) != null;
            byte[] image = tuple(row.get(0), row.get(1), toasted ? UNCHANGED : row.get(2));
            OldTuple kind = random.nextInt(3) == 0 ? OldTuple.FULL : moves ? OldTuple.KEY : OldTuple.NONE;
            byte[] oldTuple =
                    switch (kind) {
                        case FULL -> bytes(old);
                        case KEY -> tuple(null, key, null);
                        case NONE -> new byte[0];
                    };
            batch.update(kind, Tuples.join(oldTuple, image), 0, oldTuple.length);
        }

        private static byte[] bytes(List<@Nullable String> row) {
            return tuple(row.get(0), row.get(1), row.get(2));
        }

        /** What a writer does: first all deletes and moves away, then all writes; every base must be there, every place free. */
        Map<String, List<@Nullable String>> appliedNet() {
            Map<String, List<@Nullable String>> table = new TreeMap<>(before);
            Map<Integer, List<@Nullable String>> replaced = new LinkedHashMap<>();
            for (int i = 0; i < batch.size(); i++) {
                byte[] base = batch.base(i);
                if (base != null) {
                    List<@Nullable String> gone = table.remove(key(Tuples.values(base, batch.baseAt(i))));
                    assertThat(gone).as("base of row %d", i).isNotNull();
                    replaced.put(i, gone);
                }
            }
            for (int i = 0; i < batch.size(); i++) {
                byte[] image = batch.image(i);
                if (image != null) {
                    List<@Nullable String> row = Tuples.values(image, batch.imageAt(i));
                    if (UNCHANGED.equals(row.get(2))) {
                        row.set(2, replaced.getOrDefault(i, List.of()).get(2));
                    }
                    assertThat(table.put(key(row), row))
                            .as("place of row %d", i)
                            .isNull();
                }
            }
            return table;
        }

        private static String key(List<@Nullable String> row) {
            return String.valueOf(row.get(1));
        }
    }
}
