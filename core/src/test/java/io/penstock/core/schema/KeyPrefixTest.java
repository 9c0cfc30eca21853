package io.penstock.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyPrefixTest {
    private static final ColumnStatistics FEW = new ColumnStatistics(20, 0.1);
    private static final ColumnStatistics MANY = new ColumnStatistics(50_000, 0.0005);
    private static final ColumnStatistics SKEWED = new ColumnStatistics(50_000, 0.2);
    private static final ColumnStatistics THOUSAND = new ColumnStatistics(1_000, 0.0005);
    private static final ColumnStatistics UNIQUE = new ColumnStatistics(-1, 0);

    /** Its key is (c, a, b); column numbers are 3, 1 and 2. */
    private static TableDefinition table(long rows, String... key) {
        List<ColumnDefinition> columns = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            columns.add(new ColumnDefinition(
                    columns.size() + 1,
                    name,
                    "integer",
                    23,
                    -1,
                    'N',
                    true,
                    null,
                    true,
                    null,
                    null,
                    Identity.NO,
                    Generated.NO,
                    true,
                    null));
        }
        List<ConstraintDefinition> constraints = key.length == 0
                ? List.of()
                : List.of(
                        new ConstraintDefinition(9, "pk", Kind.PRIMARY_KEY, "", List.of(key), null, true, true, null));
        return new TableDefinition(
                1,
                new QualifiedName("s", "t"),
                TableDefinition.Kind.TABLE,
                false,
                ReplicaIdentity.DEFAULT,
                List.of(key),
                "pk",
                columns,
                constraints,
                List.of(),
                List.of(),
                null,
                null,
                null,
                rows,
                0);
    }

    private static List<Integer> prefix(long rows, Map<String, ColumnStatistics> statistics) {
        return KeyPrefix.of(table(rows, "c", "a", "b"), statistics).orElse(List.of());
    }

    @Test
    void the_shortest_beginning_with_enough_values_is_taken() {
        assertThat(prefix(1_000_000, Map.of("c", MANY, "a", FEW, "b", UNIQUE))).containsExactly(3);
        assertThat(prefix(1_000_000, Map.of("c", THOUSAND, "a", FEW, "b", UNIQUE)))
                .containsExactly(3, 1);
    }

    @Test
    void a_value_that_many_rows_share_needs_another_column_beside_it() {
        assertThat(prefix(1_000_000, Map.of("c", SKEWED, "a", THOUSAND, "b", UNIQUE)))
                .containsExactly(3, 1);
    }

    @Test
    void a_small_table_is_spread_by_what_is_almost_unique() {
        assertThat(prefix(200, Map.of("c", UNIQUE, "a", FEW, "b", FEW))).containsExactly(3);
        assertThat(prefix(200, Map.of("c", FEW, "a", new ColumnStatistics(-0.95, 0), "b", FEW)))
                .containsExactly(3, 1);
    }

    @Test
    void the_whole_key_is_not_chosen_nor_what_nothing_is_known_of() {
        assertThat(prefix(1_000_000, Map.of("c", FEW, "a", FEW, "b", UNIQUE))).isEmpty();
        assertThat(prefix(1_000_000, Map.of("a", MANY, "b", MANY))).isEmpty();
        assertThat(prefix(-1, Map.of("c", MANY, "a", MANY, "b", MANY))).isEmpty();
        assertThat(KeyPrefix.of(table(1_000_000), Map.of("c", MANY))).isEmpty();
        assertThat(KeyPrefix.of(table(1_000_000, "c"), Map.of("c", MANY))).isEmpty();
    }
}
