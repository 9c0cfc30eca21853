package io.penstock.engine.taskfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.penstock.core.task.TaskSpec;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskFileSchemaTest {
    /** Sets every key there is, the contract's example does not have these. */
    private static final String REST = """
            onDdlError: quarantine
            onMissingColumn: error
            etl: {script: x}
            storageOptions: {compresstype: zstd}
            distributedBy: selective
            """;

    private static final String TABLE_REST =
            "    onDdlError: stop\n    onMissingColumn: ignore\n    etl: {script: y}\n    storageOptions: {compresslevel: 5}\n";

    @Test
    void accepts_the_contract_example() throws IOException {
        assertThat(checker().errors(yaml(TaskFileReaderTest.contract()))).isEmpty();
    }

    @Test
    void knows_the_same_keys_as_the_reader() throws IOException {
        TaskSpec task = TaskFileReaderTest.read(everyKey());
        Set<String> read = new TreeSet<>();
        for (String path : task.lines().keySet()) {
            read.add(path.replaceAll("\\[\\d+]", "[]").replace("public.customers", "*"));
        }
        // What the user names is no key of the file's structure.
        read.removeIf(
                path -> path.matches(
                        "tags\\..*|(tables\\.\\*\\.)?storageOptions\\..*|tables\\.\\*|tables\\.\\*\\.columns\\.(rename|set)\\..*"));

        Set<String> described = new TreeSet<>();
        collect(schema(), "", described);
        assertThat(described).isEqualTo(read);
        assertThat(checker().errors(yaml(everyKey()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nmae: x",
                "phases: [copy]",
                "phases: []",
                "full: {jobs: 65}",
                "full: {jobs: '4'}",
                "full: {rowsPerSecond: 0}",
                "retry: {other: 10}",
                "verify: {sample: 50}",
                "tables: {a.b: {storrage: heap}}",
                "runner: yarn",
                "incremental: {catchUp: maybe}",
                "class: huge",
                "storageOptions: zstd",
                "distributedBy: [id]",
                "storageOptions: {compresslevel: [5]}",
            })
    void refuses_what_the_reader_refuses(String line) throws IOException {
        String text = "name: t\nsource: {url: postgresql://a/b}\ndestination: {url: postgresql://c/d}\n" + line + "\n";
        assertThat(checker().errors(yaml(text))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "full: {jobs: '${env:JOBS}'}",
                "incremental: {catchUp: off}",
                "incremental: {catchUp: true}",
                "alerts: {webhook: null}",
                "tables: {a.b: {distributedBy: randomly, columns: {set: {n: 0, b: true}}}}",
                "tags: {build: 42}",
                "storageOptions: {compresstype: zstd, compresslevel: 5, checksum: true}",
                "tables: {a.b: {distributedBy: selective}}",
            })
    void accepts_what_the_reader_accepts(String line) throws IOException {
        String text = "name: t\nsource: {url: postgresql://a/b}\ndestination: {url: postgresql://c/d}\n" + line + "\n";
        assertThat(checker().errors(yaml(text))).isEmpty();
    }

    @Test
    void shows_descriptions_and_defaults() throws IOException {
        JsonNode properties = schema().path("properties");
        assertThat(properties.at("/retry/properties/connection/default").asText())
                .isEqualTo("720m");
        assertThat(properties.at("/full/properties/chunkMb/default").asInt()).isEqualTo(256);
        assertThat(properties.at("/verify/properties/sample/default").asText()).isEqualTo("100%");
        assertThat(properties.at("/phases/default").toString()).isEqualTo("[\"schema\",\"full\",\"incremental\"]");
        assertThat(properties.at("/class/default").asText()).isEqualTo("unlimited");
        assertThat(schema().findValues("properties")).allSatisfy(keys -> assertThat(keys)
                .allSatisfy(key -> assertThat(key.path("description").asText()).isNotBlank()));
        assertThat(TaskFileSchema.json()).isEqualTo(TaskFileSchema.json());
    }

    private static String everyKey() throws IOException {
        return TaskFileReaderTest.contract()
                        .replace("    ddl: [add_column]", TABLE_REST + "    ddl: [add_column]")
                        .replace("maxLagOfBatch: 1s}", "maxLagOfBatch: 1s, catchUp: on}")
                        .replace("runner: local", "runner: {flink: {jobManager: \"http://host:8081\", parallelism: 4}}")
                        .replace("  kind: auto", "  kind: greenplum")
                + REST;
    }

    /** Every path of the structure; user-named maps count as {@code *}, lists as {@code []}. */
    private static void collect(JsonNode schema, String path, Set<String> paths) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            String child = Paths.child(path, property.getKey());
            paths.add(child);
            collect(property.getValue(), child, paths);
        }
        schema.path("anyOf").forEach(option -> collect(option, path, paths));
        if (schema.path("additionalProperties").isObject()) {
            collect(schema.path("additionalProperties"), Paths.child(path, "*"), paths);
        }
        collectItems(schema, path, paths);
    }

    private static void collectItems(JsonNode schema, String path, Set<String> paths) {
        if (schema.has("items")) {
            collect(schema.path("items"), path + "[]", paths);
        }
    }

    private static SchemaChecker checker() throws IOException {
        return new SchemaChecker(schema());
    }

    private static JsonNode schema() throws IOException {
        return new ObjectMapper().readTree(TaskFileSchema.json());
    }

    private static JsonNode yaml(String text) throws IOException {
        return new YAMLMapper().readTree(text);
    }
}
