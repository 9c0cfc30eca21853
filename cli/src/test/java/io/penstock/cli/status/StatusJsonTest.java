package io.penstock.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.status.TaskStatus.Lag;
import io.penstock.cli.status.TaskStatus.Positions;
import io.penstock.cli.text.JsonLines;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DdlCapture;
import io.penstock.core.progress.DdlEntry;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.progress.TaskState;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.relation.TableMapping;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusJsonTest {
    @Test
    void the_object_is_that_of_the_contract_to_the_letter() {
        Optional<Long> lsn = Optional.of(Lsn.parse("0/3000148").value());
        TaskStatus status = new TaskStatus(
                "shop-to-warehouse",
                Optional.of(TaskState.SYNCHRONIZING),
                Optional.of("incremental"),
                Optional.empty(),
                new Positions(lsn, lsn, lsn, lsn),
                Optional.of(new Lag(0, Optional.of(3L))),
                Optional.of(16777216L),
                Optional.of(DdlCapture.ACTIVE),
                List.of(orders()),
                Optional.of(Map.of(DdlEntry.Result.DONE, 7L, DdlEntry.Result.SKIPPED, 2L)));

        assertThat(json(status))
                .isEqualTo(
                        "{\"task\":\"shop-to-warehouse\",\"state\":\"synchronizing\",\"phase\":\"incremental\","
                                + "\"error\":null,\"lsn\":{\"source\":\"0/3000148\",\"received\":\"0/3000148\",\"applied\":\"0/3000148\","
                                + "\"confirmed\":\"0/3000148\"},\"lag\":{\"bytes\":0,\"ms\":3},\"retainedWalBytes\":16777216,"
                                + "\"tables\":[{\"source\":\"public.orders\",\"destination\":\"ods.orders\",\"state\":\"ready\",\"rowsCopied\":1200,"
                                + "\"bytesCopied\":99120,\"rowsEstimated\":1200,\"inserts\":10,\"updates\":4,\"deletes\":1}],\"ddl\":{\"done\":7,\"skipped\":2,\"failed\":0},\"ddlCapture\":{\"state\":\"active\",\"why\":\"\"}}");
    }

    @Test
    void what_is_not_known_is_null_and_no_key_is_missing() {
        TaskStatus status = new TaskStatus(
                "t",
                Optional.empty(),
                Optional.empty(),
                Optional.of("no route"),
                new Positions(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty());

        assertThat(json(status))
                .isEqualTo("{\"task\":\"t\",\"state\":null,\"phase\":null,\"error\":\"no route\","
                        + "\"lsn\":{\"source\":null,\"received\":null,\"applied\":null,\"confirmed\":null},"
                        + "\"lag\":{\"bytes\":null,\"ms\":null},\"retainedWalBytes\":null,\"tables\":[],"
                        + "\"ddl\":{\"done\":null,\"skipped\":null,\"failed\":null},\"ddlCapture\":null}");
    }

    @Test
    void a_working_state_without_a_process_is_shown_as_suspended() {
        for (TaskState recorded : TaskState.values()) {
            boolean working = List.of(
                            TaskState.PRECHECKING,
                            TaskState.PRECHECK_PASSED,
                            TaskState.INITIALIZING,
                            TaskState.SYNCHRONIZING,
                            TaskState.RETRYING,
                            TaskState.MODIFYING)
                    .contains(recorded);

            assertThat(StatusReader.shown(recorded, true)).isEqualTo(recorded);
            assertThat(StatusReader.shown(recorded, false)).isEqualTo(working ? TaskState.SUSPENDED : recorded);
        }
    }

    @Test
    void the_text_names_state_positions_and_tables() {
        Optional<Long> lsn = Optional.of(Lsn.parse("0/3000148").value());
        List<String> lines = StatusText.lines(new TaskStatus(
                "t",
                Optional.of(TaskState.SUSPENDED),
                Optional.of("incremental"),
                Optional.empty(),
                new Positions(Optional.of(Lsn.parse("0/3000548").value()), lsn, lsn, lsn),
                Optional.of(new Lag(1024, Optional.of(65_000L))),
                Optional.of(16777216L),
                Optional.of(DdlCapture.broken("A reason.")),
                List.of(orders()),
                Optional.of(Map.of(DdlEntry.Result.SKIPPED, 2L, DdlEntry.Result.FAILED, 1L))));

        assertThat(lines)
                .contains(
                        "state      suspended, phase incremental",
                        "applied    0/3000148",
                        "lag        1.0 kB, 1 min 5 s",
                        "retained   16.0 MB of log at the source",
                        "ddl        DDL CAPTURE IS BROKEN: A reason. A running task puts it in order and compares all definitions.",
                        "changes    2 skipped, 1 failed; `penstock ddl-log` lists them",
                        "source         destination  state  copied  estimated  inserts  updates  deletes",
                        "public.orders  ods.orders   ready   1,200      1,200       10        4        1");
    }

    private static TableProgress orders() {
        TableMapping mapping = new TableMapping(
                16384,
                new QualifiedName("public", "orders"),
                new QualifiedName("ods", "orders"),
                ReplicaIdentity.DEFAULT,
                true,
                List.of(),
                false,
                RowPolicy.EVERYTHING);
        return new TableProgress(
                mapping, TableState.READY, null, 0, 1200, 99120, 1200, new TableProgress.Counters(10, 4, 1), null);
    }

    private static String json(TaskStatus status) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new JsonLines(new PrintStream(out, true, StandardCharsets.UTF_8)).print(StatusJson.of(status));
        return out.toString(StandardCharsets.UTF_8).strip();
    }
}
