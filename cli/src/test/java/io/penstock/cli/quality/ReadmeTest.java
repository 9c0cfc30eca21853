package io.penstock.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.penstock.cli.verb.ExitCode;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.progress.TableState;
import io.penstock.core.progress.TaskState;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.taskfile.TaskFileReader;
import io.penstock.engine.taskfile.UnsupportedFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README promises is tried out. */
class ReadmeTest {
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([A-Z]+(?:\\.md)?)\\)");

    private final Path root = SourceTree.ofThisBuild().root();
    private final String readme;

    ReadmeTest() throws IOException {
        readme = Files.readString(root.resolve("README.md"));
    }

    @Test
    void its_task_file_is_one_that_runs_today() {
        Matcher yaml = YAML.matcher(readme);
        assertThat(yaml.find()).isTrue();

        TaskSpec task =
                TaskFileReader.read(yaml.group(1), root, Map.of("SHOP_PASSWORD", "a", "WAREHOUSE_PASSWORD", "b"));

        assertThatCode(() -> UnsupportedFeatures.check(task)).doesNotThrowAnyException();
        assertThat(task.objects().selects("public", "orders")).isTrue();
        assertThat(task.objects().selects("public", "tmp_1")).isFalse();
    }

    @Test
    void it_names_every_exit_code_and_every_state() {
        for (ErrorKind kind : ErrorKind.values()) {
            assertThat(readme).containsPattern("\n\\| (\\d+, )?" + ExitCode.of(kind) + "(, \\d+)? \\| ");
        }
        for (TaskState state : TaskState.values()) {
            assertThat(readme).contains("`" + state.code() + "`");
        }
        for (TableState state : TableState.values()) {
            assertThat(readme).contains("`" + state.code() + "`");
        }
    }

    @Test
    void files_it_links_to_exist() {
        Matcher link = LINK.matcher(readme);
        while (link.find()) {
            assertThat(root.resolve(link.group(1))).exists();
        }
    }
}
