package io.penstock.core.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScriptProblemsTest {
    @Test
    void every_problem_is_told_at_its_place_with_what_to_do() {
        Map<String, List<String>> expected = GoldenFile.read("problems.txt");
        Map<String, List<String>> found = new LinkedHashMap<>();
        for (String script : expected.keySet()) {
            found.put(
                    script,
                    problems(script).stream()
                            .map(p -> p.column() + ": " + p.message())
                            .toList());
        }

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void all_problems_of_a_script_are_told_at_once_with_their_lines() {
        List<ScriptProblem> problems = problems("""
                e_compose(
                  e_set(`x`, str_lowr(`name`)),
                  e_if(op_gt(`id`), e_drop()),
                    e_set(`y`, name))""");

        assertThat(problems).extracting(ScriptProblem::line).containsExactly(2, 3, 4);
        assertThat(problems).extracting(ScriptProblem::column).containsExactly(14, 8, 16);
    }

    @Test
    void all_problems_with_a_table_are_told_at_once() {
        assertThat(problems("e_compose(e_set(`x`, `a1`),\ne_if(op_eq(`b1`, 1),\ne_set(`id`, `name`)))"))
                .extracting(ScriptProblem::line)
                .containsExactly(1, 2, 3);
    }

    @Test
    void an_empty_script_is_refused() {
        assertThat(problems(" \n "))
                .extracting(ScriptProblem::message)
                .containsExactly("the script is empty; write one step, for instance e_keep()");
        assertThat(problems("script:")).hasSize(1);
    }

    @Test
    void nesting_and_length_have_bounds() {
        assertThat(problems("e_set(`x`, " + "(".repeat(5_000) + "1"))
                .singleElement()
                .extracting(ScriptProblem::message)
                .asString()
                .contains("levels of nesting");
        assertThat(problems("e_set(`x`, " + "!".repeat(5_000) + "`ok`)"))
                .singleElement()
                .extracting(ScriptProblem::message)
                .asString()
                .contains("levels of nesting");
        assertThat(problems("e_keep()" + " ".repeat(70_000)))
                .singleElement()
                .extracting(ScriptProblem::message)
                .asString()
                .contains("longer than 65536");
    }

    @Test
    void a_column_of_another_table_is_no_problem_behind_a_condition_on_the_table() {
        assertThat(ScriptTables.rule(
                                "e_if(op_and(op_eq(`nowhere`, 1), op_in(__TB__, ['a', 'b'])), e_set(`id`, `neither`))")
                        .isIdentity())
                .isTrue();
        assertThat(problems("e_if(op_or(op_eq(`nowhere`, 1), op_in(__TB__, ['a', 'b'])), e_drop())"))
                .singleElement()
                .extracting(ScriptProblem::message)
                .asString()
                .contains("public.item has no column `nowhere`");
    }

    private static List<ScriptProblem> problems(String script) {
        ScriptException e = catchThrowableOfType(ScriptException.class, () -> ScriptTables.rule(script));
        assertThat(e).as(script).isNotNull();
        return e.problems();
    }
}
