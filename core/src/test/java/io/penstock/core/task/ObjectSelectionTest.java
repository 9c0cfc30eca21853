package io.penstock.core.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.NamePattern;
import io.penstock.core.task.ObjectSelection.Rule;
import io.penstock.core.task.ObjectSelection.SchemaRule;
import io.penstock.core.task.ObjectSelection.TableRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectSelectionTest {
    @Test
    void selects_every_user_schema_when_nothing_is_listed() {
        assertThat(ObjectSelection.EVERYTHING.selects("public", "orders")).isTrue();
        assertThat(ObjectSelection.EVERYTHING.selects("Sales Dept", "x")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_catalog", "pg_toast", "pg_temp_3", "information_schema", "penstock", "polar_feature_utils"})
    void never_selects_a_system_schema(String schema) {
        assertThat(ObjectSelection.EVERYTHING.selects(schema, "t")).isFalse();
        assertThat(selection(schema("*")).selects(schema, "t")).isFalse();
    }

    @Test
    void selects_a_schema_without_its_exclusions() {
        ObjectSelection selection = selection(schema("public", "audit_log", "tmp_*"));
        assertThat(selection.selects("public", "orders")).isTrue();
        assertThat(selection.selects("public", "audit_log")).isFalse();
        assertThat(selection.selects("public", "tmp_7")).isFalse();
        assertThat(selection.selects("sales", "orders")).isFalse();
    }

    @Test
    void selects_single_tables_and_globs_of_tables() {
        ObjectSelection selection = selection(table("sales.orders"), table("sales.\"Order Items\""), table("ops.log_*"));
        assertThat(selection.selects("sales", "orders")).isTrue();
        assertThat(selection.selects("sales", "Order Items")).isTrue();
        assertThat(selection.selects("sales", "order items")).isFalse();
        assertThat(selection.selects("ops", "log_2024")).isTrue();
        assertThat(selection.selects("ops", "logs")).isFalse();
    }

    @Test
    void lets_the_first_match_win() {
        assertThat(selection(table("public.tmp_keep"), schema("public", "tmp_*")).selects("public", "tmp_keep"))
                .isTrue();
        assertThat(selection(schema("public", "tmp_*"), table("public.tmp_keep")).selects("public", "tmp_keep"))
                .isFalse();
    }

    private static ObjectSelection selection(Rule... rules) {
        return new ObjectSelection(List.of(rules));
    }

    private static Rule schema(String schema, String... exclude) {
        return new SchemaRule(
                NamePattern.parse(schema), Stream.of(exclude).map(NamePattern::parse).toList());
    }

    private static Rule table(String table) {
        List<NamePattern> parts = NamePattern.parseQualified(table);
        return new TableRule(parts.get(0), parts.get(1));
    }
}
