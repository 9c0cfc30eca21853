package io.penstock.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bogus",
                "run",
                "run --bogus x.yaml",
                "run --until tomorrow x.yaml",
                "status",
                "demo --seconds many",
                "demo x.yaml",
                "version x"
            })
    void wrong_arguments_are_a_usage_error_in_one_paragraph(String line) {
        CommandRun run = CommandRun.of(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("penstock: ").contains("--help").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "objects", "cutover", "serve", "submit"})
    void verbs_of_later_parts_are_shown_and_refused(String verb) {
        CommandRun run = CommandRun.of(verb, "task.yaml", "--repair", "--json");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("`" + verb + "`: not yet: comes with part");
        assertThat(CommandRun.of("--help").out()).contains("\n  " + verb + " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"precheck", "plan", "run", "status", "release", "demo", "schema", "version"})
    void every_verb_has_json_and_help(String verb) {
        CommandRun run = CommandRun.of(verb, "--help");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("--json", "--help", "--debug");
    }

    @Test
    void a_missing_task_file_is_named() {
        CommandRun run = CommandRun.of("run", "nowhere.yaml");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("penstock: task file nowhere.yaml cannot be read: it does not exist\n");
    }

    @Test
    void all_problems_of_a_task_file_are_told_at_once(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("t.yaml"), """
                name: shop
                source: {url: "postgresql://a@localhost/a"}
                destination: {url: "postgresql://a@localhost/b", colour: red}
                phases: [everything]
                """);

        CommandRun run = CommandRun.of("run", file.toString(), "--json");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err())
                .contains("line 3")
                .contains("colour")
                .contains("line 4")
                .contains("phases");
        assertThat(run.out()).startsWith("{\"event\":\"end\",\"exit\":2,");
    }

    @Test
    void features_of_later_parts_are_refused_before_anything_is_touched(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("t.yaml"), """
                name: shop
                source: {url: "postgresql://a@localhost:1/a"}
                destination: {url: "postgresql://a@localhost:1/b"}
                incremental: {lanes: 4}
                """);

        for (String verb : new String[] {"run", "precheck", "plan"}) {
            CommandRun run = CommandRun.of(verb, file.toString());
            assertThat(run.exit()).as(verb).isEqualTo(2);
            assertThat(run.err()).contains("incremental.lanes: not yet: comes with part G");
        }
    }

    @Test
    void the_schema_and_the_version_are_json_on_request() throws IOException {
        JsonNode schema =
                new ObjectMapper().readTree(CommandRun.of("schema", "--json").out());
        JsonNode version =
                new ObjectMapper().readTree(CommandRun.of("version", "--json").out());

        assertThat(schema.get("title").asText()).isEqualTo("Penstock task file");
        assertThat(CommandRun.of("schema", "--json").out()).hasLineCount(1);
        assertThat(version.get("penstock").asText()).matches("\\d+\\.\\d+.*");
        assertThat(version.get("pgjdbc").asText()).matches("\\d+\\.\\d+.*");
        assertThat(CommandRun.of("--version").out()).contains("penstock ", "java ", "pgjdbc ");
    }
}
