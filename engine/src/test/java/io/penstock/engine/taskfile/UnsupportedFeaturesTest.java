package io.penstock.engine.taskfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.task.TaskSpec;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnsupportedFeaturesTest {
    private static final String MINIMAL =
            "name: t\nsource: {url: \"postgresql://a/b\"}\ndestination: {url: \"postgresql://c/d\"}\n";

    @Test
    void lets_everything_through_that_works_now() {
        TaskSpec task = TaskFileReaderTest.read("""
                name: t
                source: {url: "postgresql://a/b", password: x}
                destination: {url: "postgresql://c/d", kind: greenplum}
                phases: [full, incremental]
                objects: [{schema: public, exclude: ["tmp_*"]}]
                tables: {a.b: {to: c.d, where: x > 1, columns: {exclude: [e], rename: {f: g}, set: {y: now()}}, primaryKey: [f], distributedBy: randomly, storage: heap, dml: [insert], ddl: [], onMissingColumn: ignore}}
                names: {case: upper, rules: [{match: a, to: b}]}
                conflicts: ignore
                dml: [truncate, delete]
                onMissingColumn: error
                ddl: [add_column]
                onDdlError: stop
                storage: ao_column
                etl: {script: "e_drop()"}
                full: {jobs: 8, chunkMb: 16, queriesPerSecond: unlimited, rowsPerSecond: unlimited, mbPerSecond: unlimited}
                incremental: {rowsPerSecond: unlimited, lanes: 1, maxBatchRows: 10, maxBatchMb: 8, maxLagOfBatch: 2s, catchUp: off}
                retry: {connection: 20m, other: 5m}
                wal: {warnRetainedMb: 10, maxRetainedMb: 100}
                verify: {every: never, sample: 100%}
                alerts: {webhook: null, mail: []}
                runner: local
                class: unlimited
                tags: {env: test}
                """);
        assertThatCode(() -> UnsupportedFeatures.check(task)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "full: {queriesPerSecond: 5}               | full.queriesPerSecond     | E",
                "full: {rowsPerSecond: 5}                  | full.rowsPerSecond        | E",
                "full: {mbPerSecond: 5}                    | full.mbPerSecond          | E",
                "incremental: {rowsPerSecond: 5}           | incremental.rowsPerSecond | E",
                "incremental: {mbPerSecond: 5}             | incremental.mbPerSecond   | E",
                "incremental: {lanes: 2}                   | incremental.lanes         | G",
                "verify: {after: never}                    | verify.after              | E",
                "verify: {after: full}                     | verify.after              | E",
                "verify: {every: 1h}                       | verify.every              | E",
                "verify: {sample: 5%}                      | verify.sample             | E",
                "alerts: {lagSeconds: 5}                   | alerts.lagSeconds         | F",
                "alerts: {lagSeconds: 60}                  | alerts.lagSeconds         | F",
                "alerts: {webhook: 'https://x/y'}          | alerts.webhook            | F",
                "alerts: {mail: [a@b]}                     | alerts.mail               | F",
                "runner: {flink: {jobManager: 'http://x'}} | runner                    | G",
                "class: small                              | class                     | F",
            })
    void refuses_what_a_later_part_brings(String line, String path, String part) {
        TaskSpec task = TaskFileReaderTest.read(MINIMAL + line + "\n");
        assertThatThrownBy(() -> UnsupportedFeatures.check(task))
                .hasMessage("line 4: " + path + ": not yet: comes with part " + part);
    }

    @Test
    void lists_every_refusal_of_the_contract_example() throws IOException {
        TaskSpec task = TaskFileReaderTest.read(TaskFileReaderTest.contract());
        assertThatThrownBy(() -> UnsupportedFeatures.check(task))
                .isInstanceOfSatisfying(
                        PenstockException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_YET))
                .message()
                .contains("verify.after: not yet", "alerts.lagSeconds: not yet")
                .doesNotContain(
                        "tables.",
                        "names",
                        "retry",
                        "verify.every",
                        "class",
                        "incremental",
                        "dml: not yet: comes with part C",
                        "webhook");
    }
}
