package io.penstock.engine.taskfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.DefaultDistribution;
import io.penstock.core.task.DestinationKind;
import io.penstock.core.task.Distribution;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.InstanceClass;
import io.penstock.core.task.Limit;
import io.penstock.core.task.NamesSpec;
import io.penstock.core.task.Phase;
import io.penstock.core.task.RunnerSpec;
import io.penstock.core.task.Secret;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskFileReaderTest {
    private static final String MINIMAL = """
            name: t
            source: {url: "postgresql://a/b"}
            destination: {url: "postgresql://c/d"}
            """;

    private static final Map<String, String> ENV =
            Map.of("SHOP_PASSWORD", "s3cret-shop", "WAREHOUSE_PASSWORD", "s3cret-dw");

    @Test
    void reads_the_contract_example_verbatim() throws IOException {
        TaskSpec task = read(contract());

        assertThat(task.name()).isEqualTo("shop-to-warehouse");
        assertThat(task.source().password()).contains(new Secret("s3cret-shop"));
        assertThat(task.destination().kind()).isEqualTo(DestinationKind.AUTO);
        assertThat(task.phases()).containsExactly(Phase.SCHEMA, Phase.FULL, Phase.INCREMENTAL);
        assertThat(task.objects().selects("public", "tmp_1")).isFalse();
        assertThat(task.objects().selects("sales", "orders")).isTrue();
        assertThat(task.names().rules()).containsExactly(new NamesSpec.Rule("public\\.(.*)", "ods.$1"));
        assertThat(task.ddl()).isEqualTo(TaskSpec.DEFAULT_DDL);
        assertThat(task.dml()).isEqualTo(TaskSpec.DEFAULT_DML);
        assertThat(task.full().chunkBytes()).isEqualTo(256L << 20);
        assertThat(task.retry().connection()).isEqualTo(Duration.ofMinutes(720));
        assertThat(task.wal().warnRetainedBytes()).isEqualTo(Limit.of(1L << 30));
        assertThat(task.alerts().webhook()).isEmpty();
        assertThat(task.tags()).containsExactly(Map.entry("env", "test"));
        assertThat(task.instanceClass()).isEqualTo(InstanceClass.UNLIMITED);
        assertThat(task.lineOf("name")).hasValue(1);
    }

    @Test
    void reads_the_settings_of_a_table() throws IOException {
        TableSpec table = read(contract()).tables().get(new QualifiedName("public", "customers"));

        assertThat(table).isNotNull();
        assertThat(table.to()).contains(new QualifiedName("dw", "customer"));
        assertThat(table.columns().exclude()).containsExactly("ssn");
        assertThat(table.columns().rename()).containsEntry("cust_id", "customer_id");
        assertThat(table.columns().set()).containsEntry("loaded_at", "now()");
        assertThat(table.where()).contains("region = 'eu' and not deleted");
        assertThat(table.distributedBy()).contains(new Distribution.ByColumns(List.of("customer_id")));
        assertThat(table.storage()).contains("ao_column");
    }

    @Test
    void gives_every_default_to_a_minimal_file() {
        TaskSpec task = read(MINIMAL);
        TaskSpec expected = TaskSpec.of(
                "t",
                new EndpointSpec("postgresql://a/b", Optional.empty(), DestinationKind.AUTO),
                new EndpointSpec("postgresql://c/d", Optional.empty(), DestinationKind.AUTO));

        assertThat(task)
                .usingRecursiveComparison()
                .ignoringFields("lines")
                .ignoringCollectionOrder()
                .isEqualTo(expected);
        assertThat(task.lines()).containsOnlyKeys("name", "source", "source.url", "destination", "destination.url");
    }

    @Test
    void reads_json_too() {
        TaskSpec task = read("""
                {"name":"t","source":{"url":"postgresql:\\/\\/a/b"},
                \t"destination":{"url":"postgresql://c/d"},"incremental":{"maxLagOfBatch":"500ms"}}
                """);
        assertThat(task.source().url()).isEqualTo("postgresql://a/b");
        assertThat(task.incremental().maxLagOfBatch()).isEqualTo(Duration.ofMillis(500));
        assertThat(task.lineOf("incremental")).hasValue(2);
    }

    @Test
    void tells_all_problems_at_once_with_their_lines() {
        assertThat(problems("""
                        name: Shop
                        source:
                          pasword: x
                        destination: {url: "mysql://c/d"}
                        phases: [full, schema]
                        retry:
                          connection: 10m
                          other: 2h
                        incremental:
                          lanes: many
                          maxbatch_rows: 5
                        tables:
                          orders: {}
                          public.customers:
                            storage: [heap]
                        verify: {sample: 0%}
                        names: {rules: [{match: "(", to: x}, {match: "a", to: "$1"}]}
                        tags: {a: 1, a: 2}
                        name: again
                        """))
                .containsExactly(
                        "line 1: name: must be 1 to 40 lower-case letters, digits and dashes, beginning with a letter or"
                                + " digit, but is \"Shop\"",
                        "line 2: source.url: is missing, but required",
                        "line 3: source.pasword: unknown key; did you mean password?",
                        "line 4: destination.url: must be a libpq URI such as postgresql://user@host:5432/database, but is"
                                + " something else (not shown)",
                        "line 5: phases: must be in the order schema, full, incremental",
                        "line 6: retry: other (120m) must be shorter than connection (10m)",
                        "line 10: incremental.lanes: must be a whole number from 1 to 64, but is \"many\"",
                        "line 11: incremental.maxbatch_rows: unknown key; did you mean maxBatchRows?",
                        "line 13: tables.orders: the key must be schema.table",
                        "line 15: tables.public.customers.storage: must be a name, in double quotes where PostgreSQL needs"
                                + " them, but is a list",
                        "line 16: verify.sample: must be a percentage above 0% and up to 100%, such as 5%, but is \"0%\"",
                        "line 17: names.rules[0].match: is not a valid regular expression: Unclosed group near character 2",
                        "line 17: names.rules[1]: to uses $1, but match has 0 group(s)",
                        "line 18: tags.a: is given twice, first on line 18",
                        "line 19: name: is given twice, first on line 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "full: {jobs: 0}                      | full.jobs",
                "full: {jobs: 65}                     | full.jobs",
                "full: {jobs: '4'}                    | full.jobs",
                "full: {rowsPerSecond: none}          | full.rowsPerSecond",
                "full: 4                              | full",
                "full:                                | full",
                "retry: {connection: 9m}              | retry.connection",
                "retry: {connection: 1441m}           | retry.connection",
                "retry: {other: 30s}                  | retry.other",
                "retry: {other: 720m}                 | retry",
                "phases: []                           | phases",
                "phases: [full, full]                 | phases[1]",
                "phases: full                         | phases",
                "objects: [{}]                        | objects[0]",
                "objects: [{schema: a, table: a.b}]   | objects[0]",
                "objects: [{table: a}]                | objects[0].table",
                "objects: [{schema: '\"x'}]           | objects[0].schema",
                "dml: [insert, upsert]                | dml[1]",
                "ddl: [1]                             | ddl[0]",
                "tables: {'public.\"x': {}}           | tables.public.\"x",
                "tables: {a.b: {}, A.B: {}}           | tables.a.b",
                "tables: {a.b: {to: x.y.z}}           | tables.a.b.to",
                "tables: {a.b: {distributedBy: hash}} | tables.a.b.distributedBy",
                "runner: yarn                         | runner",
                "runner: {flink: {}}                  | runner.flink.jobManager",
                "alerts: {mail: [nobody]}             | alerts.mail[0]",
                "class: huge                          | class",
                "incremental: {catchUp: maybe}        | incremental.catchUp",
                "onDdlError: ignore                   | onDdlError",
                "etl: {}                              | etl.script",
                "wal: {warnRetainedMb: -1}            | wal.warnRetainedMb",
                "verify: {every: often}               | verify.every",
            })
    void names_the_key_of_a_wrong_value(String line, String path) {
        List<String> problems = problems(MINIMAL + line + "\n");
        assertThat(problems).hasSize(1);
        assertThat(problems.get(0)).startsWith("line 4: " + path + ": ");
    }

    @Test
    void reads_what_later_parts_bring() {
        TaskSpec task = read(MINIMAL + """
                onDdlError: stop
                onMissingColumn: ignore
                etl: {script: "e_drop()"}
                incremental: {catchUp: off}
                runner: {flink: {jobManager: "http://host:8081", parallelism: 4}}
                verify: {after: never, every: 2h, sample: 0.5%}
                tables:
                  public."Order Items": {to: items, distributedBy: randomly, etl: {script: e_keep()}}
                """);
        assertThat(task.incremental().catchUp()).isFalse();
        assertThat(task.runner()).isEqualTo(new RunnerSpec.Flink("http://host:8081", 4));
        assertThat(task.verify().every()).contains(Duration.ofHours(2));
        TableSpec table = task.tables().get(new QualifiedName("public", "Order Items"));
        assertThat(table).isNotNull();
        assertThat(table.to()).contains(new QualifiedName("public", "items"));
        assertThat(task.isSet("tables.public.\"Order Items\".to")).isTrue();
    }

    @Test
    void substitutes_environment_and_files(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("secret"), "p@ss\n\n");
        String text = """
                name: t
                source: {url: "postgresql://${env:HOST}/b", password: "${file:secret}"}
                destination: {url: "postgresql://c/d", password: "$${env:HOST}"}
                full: {jobs: "${env:JOBS}"}
                """;
        TaskSpec task = TaskFileReader.read(text, directory, Map.of("HOST", "db$1", "JOBS", "7"));
        assertThat(task.source().url()).isEqualTo("postgresql://db$1/b");
        assertThat(task.source().password()).contains(new Secret("p@ss\n"));
        assertThat(task.destination().password()).contains(new Secret("${env:HOST}"));
        assertThat(task.full().jobs()).isEqualTo(7);
    }

    @Test
    void tells_what_cannot_be_substituted() {
        assertThat(problems(MINIMAL + "tags: {a: \"${env:NOPE}\", b: \"${file:/no/such/file}\"}\n"))
                .containsExactly(
                        "line 4: tags.a: environment variable NOPE is not set",
                        "line 4: tags.b: file /no/such/file cannot be read");
    }

    @Test
    void the_key_may_be_shortened_everywhere_or_for_one_table() {
        assertThat(read(MINIMAL).distributedBy()).isEqualTo(DefaultDistribution.KEY);
        assertThat(read(MINIMAL + "distributedBy: selective\n").distributedBy())
                .isEqualTo(DefaultDistribution.SELECTIVE);
        assertThat(read(MINIMAL + "tables: {a.b: {distributedBy: selective}}\n")
                        .tables()
                        .get(QualifiedName.parse("a.b"))
                        .distributedBy())
                .contains(new Distribution.Selective());
    }

    @Test
    void storage_options_are_names_and_scalars() {
        TaskSpec task = read(MINIMAL + "storageOptions: {CompressType: zstd, compresslevel: 5, checksum: true}\n"
                + "tables: {a.b: {storageOptions: {toast.autovacuum_enabled: false}}}\n");
        assertThat(task.storageOptions())
                .containsExactly(
                        Map.entry("compresstype", "zstd"),
                        Map.entry("compresslevel", "5"),
                        Map.entry("checksum", "true"));
        assertThat(task.tables().get(QualifiedName.parse("a.b")).storageOptions())
                .containsExactly(Map.entry("toast.autovacuum_enabled", "false"));
        assertThat(problems(MINIMAL + "storageOptions: {\"x) tablespace y\": 1}\n"))
                .singleElement()
                .asString()
                .contains("line 4", "is no name of a storage option");
    }

    @Test
    void never_shows_a_substituted_value() {
        String text = """
                name: "${env:X}"
                source: {url: "${env:X}", password: "${env:X}"}
                destination: {url: "postgresql://c/d", kind: "${env:X}"}
                full: {jobs: "${env:X}"}
                retry: {other: "${env:X}"}
                names: {rules: [{match: "${env:X}", to: a}]}
                objects: [{table: "${env:X}"}]
                """;
        assertThatThrownBy(() -> TaskFileReader.read(text, Path.of("."), Map.of("X", "hunter2(")))
                .isInstanceOf(PenstockException.class)
                .message()
                .doesNotContain("hunter2")
                .contains(
                        "line 1: name",
                        "source.url",
                        "destination.kind",
                        "full.jobs",
                        "retry.other",
                        "objects[0].table");
    }

    @Test
    void never_shows_a_password_in_messages_or_text_forms() {
        String wrong = MINIMAL.replace("\"postgresql://a/b\"", "\"pg://u:hunter2@a/b\", password: 12345");
        assertThatThrownBy(() -> read(wrong))
                .message()
                .doesNotContain("hunter2")
                .doesNotContain("12345");

        String right = MINIMAL.replace("\"postgresql://a/b\"", "\"postgresql://u:hunter2@a/b\", password: hunter3")
                + "alerts: {webhook: \"https://hooks.example/hunter4\"}\n";
        assertThat(read(right).toString()).doesNotContain("hunter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "source: {password: hunter2",
                "source:\n  password: \"hunter2",
                "source:\n  password: @hunter2",
                "source:\n  password: *hunter2",
                "source:\n  password: !hunter2!x y",
                "source:\n password: hunter2\n  url: x",
                "source:\n  password: %hunter2",
                "password: hunter2: x",
                "{\"password\": hunter2",
                "hunter2",
                "- hunter2",
                "source: postgresql://u:hunter2@db/shop",
            })
    void never_shows_the_file_when_it_is_not_yaml(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(PenstockException.class)
                .message()
                .startsWith("line ")
                .doesNotContain("hunter2");
    }

    @Test
    void says_where_the_yaml_breaks() {
        assertThat(problems("name: t\nsource:\n  url: a: b\n"))
                .containsExactly("line 3: is not valid YAML: mapping values are not allowed here");
        assertThat(problems("")).containsExactly("line 1: the file is empty");
        assertThat(problems(MINIMAL + "---\nname: x\n"))
                .hasSize(1)
                .first()
                .asString()
                .contains("one document");
    }

    @Test
    void says_why_a_file_cannot_be_read(@TempDir Path directory) {
        assertThatThrownBy(() -> TaskFileReader.read(directory.resolve("none.yaml")))
                .isInstanceOf(PenstockException.class)
                .hasMessageContaining("none.yaml")
                .hasMessageContaining("does not exist");
    }

    static String contract() throws IOException {
        try (var stream = TaskFileReaderTest.class.getResourceAsStream("contract.yaml")) {
            assertThat(stream).isNotNull();
            return new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    static TaskSpec read(String text) {
        return TaskFileReader.read(text, Path.of("."), ENV);
    }

    private static List<String> problems(String text) {
        try {
            read(text);
            return List.of();
        } catch (PenstockException e) {
            assertThat(e.kind()).isEqualTo(ErrorKind.USAGE);
            return e.getMessage().lines().toList();
        }
    }
}
