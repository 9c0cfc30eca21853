package io.penstock.core.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.DmlKind;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScriptValuesTest {
    @Test
    void every_value_has_the_sql_of_the_file() {
        Map<String, List<String>> expected = GoldenFile.read("values.txt");
        Map<String, List<String>> found = new LinkedHashMap<>();
        expected.keySet().forEach(value -> found.put(value, List.of(ScriptTables.sql(value))));

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void every_function_and_every_variable_stands_in_the_file() {
        String text = GoldenFile.text("values.txt");

        assertThat(Functions.ALL.keySet())
                .allSatisfy(function -> assertThat(text).contains(function + "("));
        assertThat(Set.of("__TB__", "__DB__", "__OPERATION__", "__COMMIT_TIMESTAMP__"))
                .allSatisfy(variable -> assertThat(text).contains(variable));
    }

    @Test
    void operation_and_commit_are_what_the_caller_says() {
        ScriptTable table = ScriptTables.item().withOperationSql("s.op").withCommitTimestampSql("s.committed");
        ScriptRule rule = Script.parse("e_if(op_eq(__OPERATION__, __OP_DELETE__), e_set(`gone`, __COMMIT_TIMESTAMP__))")
                .translate(table);

        assertThat(rule.columns())
                .containsOnly(Map.entry(
                        "gone",
                        new ScriptRule.Column(
                                "CASE WHEN ((s.op) = 'DELETE') THEN (s.committed) ELSE NULL END",
                                "timestamp with time zone",
                                true)));
        assertThat(rule.dependsOn()).containsOnly(Dependence.OPERATION, Dependence.COMMIT_TIMESTAMP);
    }

    @Test
    void an_operation_that_is_known_decides_conditions() {
        Script script = Script.parse("e_if(op_eq(__OPERATION__, __OP_DELETE__), e_drop())");

        assertThat(script.translate(ScriptTables.item()).isIdentity()).isTrue();
        assertThat(script.translate(ScriptTables.item().withOperation(DmlKind.DELETE))
                        .keep())
                .contains("FALSE");
        assertThat(script.translate(ScriptTables.item().withOperation(DmlKind.DELETE))
                        .dependsOn())
                .containsOnly(Dependence.OPERATION);
    }

    @Test
    void times_without_a_zone_are_meant_in_the_zone_of_the_script() {
        ScriptTable table = ScriptTables.item().withZone(ZoneId.of("Asia/Shanghai"));
        ScriptRule rule = Script.parse(
                        "e_compose(e_set(`x`, dt_str(`atz`, 'HH')), e_set(`atz`, '2021-01-01 00:00:00'))")
                .translate(table);

        assertThat(rule.columns().get("x").sql()).isEqualTo("to_char((\"atz\" AT TIME ZONE 'Asia/Shanghai'), 'HH24')");
        assertThat(rule.columns().get("atz").sql())
                .contains("CAST('2021-01-01 00:00:00' AS timestamp without time zone) AT TIME ZONE 'Asia/Shanghai'");
    }

    @Test
    void what_depends_on_server_or_time_is_noted_with_its_place() {
        ScriptRule rule = ScriptTables.rule("e_compose(e_set(`a`, dt_now()),\n  e_set(`b`, str_upper(`name`)))");

        assertThat(rule.dependsOn()).containsOnly(Dependence.NOW, Dependence.CTYPE);
        assertThat(rule.notes()).hasSize(2);
        assertThat(rule.notes().get(0).toString()).startsWith("line 1, column 22: dt_now is the time");
        assertThat(rule.notes().get(1).toString()).startsWith("line 2, column 14: str_upper depends on LC_CTYPE");
    }

    @Test
    void names_and_texts_cannot_leave_their_quotes() {
        String evil = "x\"; drop table t; --";
        ScriptTable table = ScriptTable.of("d'b\\", new QualifiedName("public", "t'\\"), Map.of(evil, "text"));
        ScriptRule rule = Script.parse(
                        "e_compose(e_set(`" + evil + "`, '\\'; drop table t; \\\\'), e_set(`tb`, __TB__),"
                                + " e_set(`db`, op_add(__DB__, `" + evil + "`)), e_set(`re`, substring_between(`" + evil
                                + "`, '\\'', '\\\\')))")
                .translate(table);

        assertThat(rule.columns().get(evil).sql()).isEqualTo("CAST(E'''; drop table t; \\\\' AS text)");
        assertThat(rule.columns().get("tb").sql()).isEqualTo("CAST(E't''\\\\' AS text)");
        assertThat(ScriptTables.sql("substring_between(`Odd \"Na``me\"`, '\\'', '\\\\')"))
                .isEqualTo("substring(\"Odd \"\"Na`me\"\"\" from E'''(.*?)\\\\\\\\')");
    }
}
