package io.penstock.core.change;

import static io.penstock.core.change.Tuples.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.relation.RowPolicy;
import io.penstock.core.task.DmlKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Net changes of tables of which not all changes are followed. Columns: the key, a value. */
class PartialChangesTest {
    private static KeyedChanges following(DmlKind... kinds) {
        EnumSet<DmlKind> dml = EnumSet.noneOf(DmlKind.class);
        dml.addAll(List.of(kinds));
        return new KeyedChanges(Tuples.table(new RowPolicy(dml, false, false, 0), 2, 0));
    }

    @Test
    void what_is_not_followed_is_counted_and_nothing_else() {
        KeyedChanges changes = following(DmlKind.INSERT);
        insert(changes, "1", "a");
        update(changes, "1", "b");
        delete(changes, "1");

        assertThat(net(changes)).containsExactly("INSERT 1 a");
        assertThat(changes.counts().skipped()).isEqualTo(Map.of(DmlKind.UPDATE, 1L, DmlKind.DELETE, 1L));
        assertThat(changes.counts().total()).isEqualTo(1);
    }

    @Test
    void a_row_written_where_one_was_kept_takes_its_place() {
        KeyedChanges changes = following(DmlKind.INSERT, DmlKind.UPDATE);
        update(changes, "1", "a");
        delete(changes, "1");
        insert(changes, "1", "b");

        assertThat(net(changes)).containsExactly("DELETE 1", "INSERT 1 b");
    }

    @Test
    void a_row_that_moves_where_one_was_kept_takes_its_place() {
        KeyedChanges changes = following(DmlKind.INSERT, DmlKind.UPDATE);
        insert(changes, "1", "a");
        insert(changes, "2", "b");
        delete(changes, "1");
        move(changes, "2", "1", "b");

        assertThat(net(changes)).containsExactly("NOTHING", "INSERT 1 b");
    }

    @Test
    void a_row_that_came_unseen_where_one_was_deleted_is_not_changed() {
        KeyedChanges changes = following(DmlKind.UPDATE, DmlKind.DELETE);
        delete(changes, "1");
        insert(changes, "1", "a");
        update(changes, "1", "b");
        delete(changes, "1");

        assertThat(net(changes)).containsExactly("DELETE 1");
    }

    @Test
    void a_row_that_came_unseen_where_one_moved_away_is_not_changed() {
        KeyedChanges changes = following(DmlKind.UPDATE, DmlKind.DELETE);
        move(changes, "1", "2", "a");
        insert(changes, "1", "b");
        update(changes, "1", "c");
        update(changes, "2", "d");

        assertThat(net(changes)).containsExactly("MOVE 2 d");
    }

    @Test
    void rows_without_a_key_that_differ_only_in_what_is_left_out_are_equal() {
        var all = Tuples.table(2);
        var columns =
                List.of(all.columns().get(0), io.penstock.core.relation.TableMapping.MappedColumn.absent("c1", 25));
        KeylessChanges changes = new KeylessChanges(new io.penstock.core.relation.TableMapping(
                1, all.source(), all.destination(), all.identity(), true, columns, false, RowPolicy.EVERYTHING));
        changes.delete(OldTuple.FULL, tuple("x", "1"), 0);
        changes.delete(OldTuple.FULL, tuple("x", "2"), 0);
        changes.insert(tuple("x", "3"), 0);

        assertThat(changes.size()).isEqualTo(1);
        assertThat(changes.copies(0)).isEqualTo(-1);
    }

    private static void insert(KeyedChanges changes, String key, String value) {
        changes.insert(tuple(key, value), 0);
    }

    private static void update(KeyedChanges changes, String key, String value) {
        changes.update(OldTuple.NONE, tuple(key, value), 0, 0);
    }

    private static void move(KeyedChanges changes, String from, String to, String value) {
        byte[] old = tuple(from, (@Nullable String) null);
        changes.update(OldTuple.KEY, Tuples.join(old, tuple(to, value)), 0, old.length);
    }

    private static void delete(KeyedChanges changes, String key) {
        changes.delete(OldTuple.KEY, tuple(key, (@Nullable String) null), 0);
    }

    private static List<String> net(KeyedChanges changes) {
        return IntStream.range(0, changes.size())
                .mapToObj(row -> text(changes, row))
                .toList();
    }

    private static String text(KeyedChanges changes, int row) {
        NetChange net = changes.netChange(row);
        byte[] tuple = net == NetChange.DELETE ? changes.base(row) : changes.image(row);
        if (tuple == null || net == NetChange.NOTHING) {
            return net.name();
        }
        int at = net == NetChange.DELETE ? changes.baseAt(row) : changes.imageAt(row);
        List<@Nullable String> values = Tuples.values(tuple, at);
        return net + " " + values.get(0) + (net == NetChange.DELETE ? "" : " " + values.get(1));
    }
}
