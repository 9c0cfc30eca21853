package io.penstock.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.testkit.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of changes of definitions. */
@ExtendWith(Servers.class)
class DdlLogIT {
    private TaskBed bed;

    @TempDir
    private Path folder;

    @BeforeEach
    void a_task(Servers servers) throws SQLException, IOException {
        bed = new TaskBed(servers.version(15), servers.newest(), folder);
        bed.write(bed.sourceUrl(), bed.destinationUrl(), "ddl: [add_column]");
        bed.source("create table t (id int primary key, v int)", "insert into t values (1, 1)");
        run();
    }

    @AfterEach
    void nothing_stays_behind() throws SQLException {
        assertThat(bed.verb("release").exit()).isZero();
        bed.assertNothingLeft();
    }

    @Test
    void what_is_skipped_is_listed_and_counted() throws SQLException {
        assertThat(bed.verb("ddl-log").out()).contains("No change");
        assertThat(bed.verb("status").out()).doesNotContain("ddl-log");
        bed.source(
                "alter table t\n  add x int",
                "alter table t drop v /* " + "long ago ".repeat(20) + "*/",
                "insert into t values (2, 2)");
        run();
        assertThat(bed.verb("ddl-log").out())
                .containsPattern("ALTER TABLE +alter table t add x int +column x of public.t +done +ALTER TABLE")
                .containsPattern(
                        "ALTER TABLE +alter table t drop v /\\* [long ag]+\\.\\.\\. +column v of public.t +skipped ");
        assertThat(bed.verb("ddl-log", "--json").out()).contains("long ago */");
        assertThat(bed.verb("status").out()).contains("changes    1 skipped, 0 failed; `penstock ddl-log` lists them");
        assertThat(bed.status().get("ddl")).hasToString("{\"done\":1,\"skipped\":1,\"failed\":0}");
    }

    @Test
    void what_is_refused_is_told_with_its_statement_and_goes_on_afterwards() throws SQLException {
        bed.destination("alter table t add x text");
        bed.source("alter table t add x int", "insert into t values (2, 2, 2)");
        run();
        assertThat(bed.verb("status").out())
                .contains("ALTER TABLE public.t ADD COLUMN x integer")
                .contains("resume-table")
                .contains("changes    0 skipped, 1 failed");
        bed.destination("alter table t drop x");
        assertThat(bed.verb("resume-table", "public.t").exit()).isZero();
        run();
        bed.assertEqual("public.t");
        assertThat(bed.verb("ddl-log").out()).contains("failed").contains("done");
    }

    @Test
    void tables_below_a_resumed_one_go_on_with_it() throws SQLException {
        bed.source(
                "create table p (id int primary key, v int) partition by range (id)",
                "create table p_1 partition of p for values from (0) to (10)",
                "create table p_2 partition of p for values from (10) to (20)");
        bed.verb("release");
        bed.destination("drop table t");
        run();
        bed.destination("alter table p add x text");
        bed.source("alter table p add x int default 4", "insert into p values (1, 1), (11, 11)");
        run();
        assertThat(bed.verb("status").out()).contains("Waits with public.p for a person");
        bed.destination("alter table p drop x");
        assertThat(bed.verb("resume-table", "public.p").out())
                .contains("public.p goes on.")
                .contains("public.p_1 goes on.")
                .contains("public.p_2 goes on.");
        run();
        bed.assertEqual("public.p_1");
        bed.assertEqual("public.p_2");
    }

    private void run() {
        CommandRun run = bed.verb("run", "--until", "caught-up");
        assertThat(run.exit()).as(run.err()).isZero();
    }
}
