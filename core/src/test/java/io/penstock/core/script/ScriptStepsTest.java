package io.penstock.core.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScriptStepsTest {
    private static final String REPEATED = ", e_if(op_gt(`id`, 1), e_set(`id`, op_sum(`id`, 1)))";

    @Test
    void every_script_does_what_the_file_says() {
        Map<String, List<String>> expected = GoldenFile.read("steps.txt");
        Map<String, List<String>> found = new LinkedHashMap<>();
        expected.keySet().forEach(script -> found.put(script, shown(ScriptTables.rule(script))));

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void every_step_stands_in_the_file() {
        String text = GoldenFile.text("steps.txt");

        assertThat(CallCheck.STEPS.keySet()).allSatisfy(step -> assertThat(text).contains(step + "("));
    }

    @Test
    void the_prefix_of_the_reference_is_passed_over() {
        assertThat(ScriptTables.rule("script:e_if(op_gt(`id`, 3), e_drop())"))
                .isEqualTo(ScriptTables.rule(" e_if ( op_gt(`id`,3) ,\n e_drop() ) "));
    }

    @Test
    void columns_come_in_the_order_of_first_mention() {
        ScriptRule rule =
                ScriptTables.rule("e_compose(e_set(`z`, 1), e_set(`name`, 'x'), e_set(`a`, 2), e_set(`z`, 3))");

        assertThat(rule.columns().keySet()).containsExactly("z", "name", "a");
        assertThat(rule.columns().get("z").sql()).isEqualTo("CAST(3 AS bigint)");
    }

    @Test
    void a_long_row_of_cases_grows_by_one_case_each() {
        StringBuilder script = new StringBuilder("e_compose(e_keep()");
        for (int i = 0; i < 500; i++) {
            script.append(", e_if(op_eq(`id`, ").append(i).append("), e_set(`note`, 'n'))");
        }

        assertThat(ScriptTables.rule(script + ")").columns().get("note").sql().length())
                .isBetween(500 * 40, 500 * 60);
    }

    @Test
    void steps_that_read_what_they_set_pass_up_to_a_length_and_are_refused_beyond() {
        assertThat(ScriptTables.rule("e_compose(e_keep()" + REPEATED.repeat(6) + ")")
                        .columns()
                        .get("id")
                        .sql()
                        .length())
                .isLessThan(ValueTranslation.MAX_LENGTH);
        assertThatThrownBy(() -> ScriptTables.rule("e_compose(e_keep()" + REPEATED.repeat(200) + ")"))
                .isInstanceOf(ScriptException.class)
                .hasMessageContaining("grows beyond 65536 characters")
                .hasMessageContaining("e_switch");
    }

    private static List<String> shown(ScriptRule rule) {
        List<String> lines = new ArrayList<>();
        rule.columns()
                .forEach((name, column) ->
                        lines.add(name + (column.added() ? " (new) " : " ") + column.type() + ": " + column.sql()));
        rule.keep().ifPresent(keep -> lines.add("keep: " + keep));
        return lines;
    }
}
