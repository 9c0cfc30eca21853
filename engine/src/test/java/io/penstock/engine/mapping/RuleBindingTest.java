package io.penstock.engine.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.RowRule.Expression;
import io.penstock.core.relation.RowRule.Input;
import io.penstock.core.relation.RuleText;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.TableDefinition;
import io.penstock.engine.mapping.RuleBinding.Known;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RuleBindingTest {
    private static final QualifiedName NAME = new QualifiedName("public", "t");

    private static ColumnDefinition column(int number, String name, String type) {
        return new ColumnDefinition(
                number, name, type, 1, -1, 'S', true, null, false, null, null, Identity.NO, Generated.NO, true, null);
    }

    private static TableDefinition table(String name, List<String> key, ColumnDefinition... columns) {
        return new TableDefinition(
                name.hashCode(),
                new QualifiedName("public", name),
                TableDefinition.Kind.TABLE,
                false,
                ReplicaIdentity.DEFAULT,
                key,
                null,
                List.of(columns),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                0,
                0);
    }

    private static Known known(RuleText text, boolean exact) {
        return new Known(text, Map.of("more", "integer"), exact, exact);
    }

    private static final TableDefinition TABLE = table(
            "t",
            List.of("id"),
            column(1, "id", "integer"),
            column(2, "n", "integer"),
            column(4, "s", "character varying(9)"));
    private static final Known RULE = known(new RuleText(NAME, "n > 1", Map.of("s", "'x'", "more", "n + 1"), ""), true);

    @Test
    void only_what_is_read_is_an_input_and_an_unknown_column_is_added() {
        RowRule rule = new RuleBinding(TABLE).first(RULE);
        assertThat(rule.inputs()).containsExactly(new Input(2, 1, "n", "integer", null));
        assertThat(rule.expressions())
                .containsExactlyInAnyOrder(
                        new Expression(4, 2, "s", "s", "'x'", "character varying"),
                        new Expression(0, -1, "more", "more", "n + 1", "integer"));
        assertThat(rule.wholeRows()).isTrue();
    }

    @Test
    void a_column_is_known_by_its_number_whatever_it_is_called() {
        TableDefinition renamed = table(
                "u", List.of("id"), column(1, "id", "integer"), column(2, "s", "integer"), column(4, "n", "text"));
        RowRule rule = new RuleBinding(renamed).again(new RuleBinding(TABLE).first(RULE));
        assertThat(rule.inputs()).containsExactly(new Input(2, 1, "n", "integer", null));
        assertThat(rule.expressions().get(0).position()
                        + rule.expressions().get(1).position())
                .isEqualTo(1);
        assertThat(rule.origin()).isEqualTo(NAME);
    }

    @Test
    void a_column_that_is_gone_or_that_takes_an_added_ones_name_cannot_be_followed() {
        RowRule rule = new RuleBinding(TABLE).first(RULE);
        TableDefinition without = table("t", List.of("id"), column(1, "id", "integer"), column(4, "s", "text"));
        assertThatThrownBy(() -> new RuleBinding(without).again(rule))
                .hasMessageContaining("column n, which an expression reads, is not there any more");
        TableDefinition more = table(
                "t",
                List.of("id"),
                column(1, "id", "integer"),
                column(2, "n", "integer"),
                column(4, "s", "text"),
                column(5, "more", "text"));
        assertThatThrownBy(() -> new RuleBinding(more).again(rule))
                .hasMessageContaining("is a column of the source now");
    }

    @Test
    void a_partition_may_have_its_columns_in_another_order() {
        TableDefinition partition = table(
                "t1", List.of("id"), column(1, "s", "text"), column(2, "n", "integer"), column(3, "id", "integer"));
        RowRule rule = new RuleBinding(partition).inherited(new RuleBinding(TABLE).first(RULE), TABLE);
        assertThat(rule.inputs()).containsExactly(new Input(2, 1, "n", "integer", null));
        assertThat(rule.replaces(0)).isTrue();
    }

    @Test
    void old_rows_are_needed_by_a_filter_and_by_large_values_that_are_read() {
        RuleText number = new RuleText(NAME, null, Map.of("more", "n + 1"), "");
        RuleText text = new RuleText(NAME, null, Map.of("more", "length(s)"), "");
        assertThat(new RuleBinding(TABLE).first(known(number, true)).wholeRows())
                .isFalse();
        assertThat(new RuleBinding(TABLE).first(known(text, true)).wholeRows()).isTrue();
        TableDefinition other = table(
                "t", List.of("id"), column(1, "id", "integer"), column(2, "n", "numeric"), column(4, "s", "text"));
        RowRule before = new RuleBinding(TABLE).first(known(number, true));
        assertThatThrownBy(() -> new RuleBinding(other).again(before)).hasMessageContaining("REPLICA IDENTITY FULL");
    }

    @Test
    void rows_are_others_when_a_type_changes_and_the_same_when_a_name_does() {
        RowRule before = new RuleBinding(TABLE).first(RULE);
        TableDefinition renamed = table(
                "t",
                List.of("id"),
                column(1, "id", "integer"),
                column(2, "m", "integer"),
                column(4, "s", "character varying(30)"));
        TableDefinition retyped = table(
                "t",
                List.of("id"),
                column(1, "id", "integer"),
                column(2, "n", "bigint"),
                column(4, "s", "character varying(20)"));
        assertThat(RuleBinding.changes(before, new RuleBinding(TABLE).again(before)))
                .isFalse();
        assertThat(RuleBinding.changes(before, new RuleBinding(renamed).again(before)))
                .isFalse();
        assertThat(RuleBinding.changes(before, new RuleBinding(retyped).again(before)))
                .isTrue();
        assertThat(RuleBinding.changes(null, before)).isTrue();
        assertThat(RuleBinding.changes(null, null)).isFalse();
    }

    @Test
    void a_key_is_not_computed_and_without_a_key_nothing_changes_by_itself() {
        Known id = known(new RuleText(NAME, null, Map.of("id", "id + 1"), ""), true);
        assertThat(RuleBinding.objection(new RuleBinding(TABLE).first(id), TABLE)
                        .orElseThrow())
                .contains("belongs to the key");
        TableDefinition keyless = table("t", List.of(), column(1, "n", "integer"), column(2, "s", "text"));
        assertThat(RuleBinding.objection(new RuleBinding(keyless).first(RULE), keyless))
                .isEqualTo(Optional.empty());
        Known changing = known(RULE.text(), false);
        assertThat(RuleBinding.objection(new RuleBinding(keyless).first(changing), keyless)
                        .orElseThrow())
                .contains("the table has no key");
    }
}
