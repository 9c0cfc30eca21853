package io.penstock.destination.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TableMapping.MappedColumn;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergePlannerTest {
    private static final MergePlanner PLANNER = new MergePlanner(50, 1_000, 100, 200);

    private static TableMapping table(boolean updatable, boolean uniqueBesidesKey) {
        QualifiedName name = new QualifiedName("s", "t");
        return new TableMapping(
                1,
                name,
                name,
                ReplicaIdentity.DEFAULT,
                true,
                List.of(
                        new MappedColumn("id", 23, true, "id", "integer", 'N', true),
                        new MappedColumn("v", 25, false, "v", "text", 'S', updatable)),
                uniqueBesidesKey,
                RowPolicy.EVERYTHING);
    }

    private static MergePlanner.Plan plan(TableMapping table, int rows, long bytes, int filledMoves, int deletes) {
        return PLANNER.plan(new MergePlanner.Question(
                table, StoredTable.PLAIN, rows, bytes, rows, filledMoves, deletes, true, true));
    }

    @Test
    void few_small_rows_go_as_statements() {
        assertThat(plan(table(true, false), 50, 1_000, 0, 0).method()).isEqualTo(MergePlanner.Method.STATEMENTS);
        assertThat(plan(table(true, false), 51, 1_000, 0, 0).method()).isEqualTo(MergePlanner.Method.SETS);
        assertThat(plan(table(true, false), 50, 1_001, 0, 0).method()).isEqualTo(MergePlanner.Method.SETS);
    }

    @Test
    void rows_that_must_be_completed_or_may_collide_go_as_sets_however_few() {
        assertThat(plan(table(true, false), 2, 10, 1, 1).method()).isEqualTo(MergePlanner.Method.SETS);
        assertThat(plan(table(true, true), 2, 10, 0, 0).method()).isEqualTo(MergePlanner.Method.SETS);
        assertThat(plan(table(true, true), 2, 10, 0, 0).mayCollide()).isTrue();
        assertThat(plan(table(true, true), 1, 10, 0, 0).method()).isEqualTo(MergePlanner.Method.STATEMENTS);
    }

    @Test
    void a_column_that_refuses_updates_is_written_anew() {
        MergePlanner.Plan plan = plan(table(false, true), 2, 10, 0, 2);

        assertThat(plan.method()).isEqualTo(MergePlanner.Method.SETS);
        assertThat(plan.inPlace()).isFalse();
        assertThat(plan.mayCollide()).isFalse();
    }

    @Test
    void many_keys_are_staged() {
        assertThat(plan(table(true, false), 200, 10, 0, 100).arrays()).isTrue();
        assertThat(plan(table(true, false), 200, 10, 0, 101).arrays()).isFalse();
    }

    @Test
    void rows_to_update_are_staged_when_they_are_many_or_large_or_do_not_fit_into_arrays() {
        assertThat(plan(table(true, false), 200, 1_000, 0, 0).rowArrays()).isTrue();
        assertThat(plan(table(true, false), 201, 1_000, 0, 0).rowArrays()).isFalse();
        assertThat(plan(table(true, false), 200, 1_001, 0, 0).rowArrays()).isFalse();
        assertThat(PLANNER.plan(new MergePlanner.Question(
                                table(true, false), StoredTable.PLAIN, 200, 1_000, 200, 0, 0, true, false))
                        .rowArrays())
                .isFalse();
    }

    private static StoredTable stored(String storage, List<List<String>> indexes, double rows) {
        return new StoredTable(storage, StoredTable.Policy.BY_COLUMNS, List.of("id"), indexes, rows);
    }

    private static MergePlanner.Plan parallel(StoredTable stored, int updates) {
        return MergePlanner.GREENPLUM.plan(
                new MergePlanner.Question(table(true, false), stored, updates, 1_000, updates, 0, 0, true, true));
    }

    @Test
    void segments_find_few_rows_by_index_and_many_by_a_scan() {
        List<List<String>> key = List.of(List.of("id"));

        assertThat(parallel(stored("heap", key, 1e6), 50_000).search()).isEqualTo(MergePlanner.Search.INDEX);
        assertThat(parallel(stored("heap", key, 1e6), 200_000).search()).isEqualTo(MergePlanner.Search.SCAN);
        assertThat(parallel(stored("ao_column", key, 1e6), 1_500).search()).isEqualTo(MergePlanner.Search.INDEX);
        assertThat(parallel(stored("ao_column", key, 1e6), 10_000).search()).isEqualTo(MergePlanner.Search.SCAN);
        assertThat(parallel(stored("heap", List.of(), 1e6), 1).search()).isEqualTo(MergePlanner.Search.SCAN);
        assertThat(parallel(stored("heap", List.of(List.of("other", "id")), 1e6), 1)
                        .search())
                .isEqualTo(MergePlanner.Search.SCAN);
        assertThat(parallel(StoredTable.PLAIN, 1).search()).isEqualTo(MergePlanner.Search.PLANNER);
    }

    @Test
    void append_optimized_rows_are_never_updated() {
        List<List<String>> key = List.of(List.of("id"));

        assertThat(parallel(stored("ao_row", key, 10), 1).inPlace()).isFalse();
        assertThat(parallel(stored("beam", key, 10), 1).method()).isEqualTo(MergePlanner.Method.SETS);
        assertThat(parallel(stored("heap", key, 10), 1).method()).isEqualTo(MergePlanner.Method.STATEMENTS);
        assertThat(parallel(stored("heap", List.of(), 10), 1).method()).isEqualTo(MergePlanner.Method.SETS);
    }
}
