package io.penstock.cli.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.cli.sync.SpecChange;
import io.penstock.core.error.PenstockException;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.task.OnDdlError;
import io.penstock.testkit.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the destination refuses to do. */
@ExtendWith(Servers.class)
class QuarantineIT {
    private static final String START =
            "create table t (id int primary key, v int); create table other (id int primary key);"
                    + " insert into t select i, i from generate_series(1, 10) i";

    @Test
    void a_refused_change_holds_its_table_until_a_person_has_helped(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.bed().destination("alter table t add w text");
            bed.source(
                    "insert into t values (11, 11); alter table t add w int; insert into t values (12, 12, 12)",
                    "insert into other values (1)",
                    "update t set v = v + 1; delete from t where id = 3");
            bed.bed().sync();
            TableProgress waiting = bed.table("public.t");
            assertThat(waiting.state()).isEqualTo(TableState.ERRORED);
            assertThat(waiting.error()).contains("ALTER TABLE public.t").contains("resume-table");
            assertThat(bed.bed().atDestination("select count(*) from other")).isEqualTo("1");
            assertThat(bed.bed().atDestination("select count(*) from t")).isEqualTo("11");

            bed.bed().destination("alter table t drop w");
            bed.resume(waiting);
            bed.assertFollowed();
            assertThat(bed.table("public.t").state()).isEqualTo(TableState.READY);
            assertThat(bed.bed().atDestination("select count(*) from penstock.quarantine"))
                    .isEqualTo("0");
        }
    }

    @Test
    void a_task_that_shall_stop_stops_before_the_change(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.bed().with(spec -> SpecChange.onDdlError(spec, OnDdlError.STOP));
            bed.bed().destination("alter table t add w text");
            bed.source("insert into t values (11, 11)", "alter table t add w int; insert into t values (12, 12, 12)");
            assertThatThrownBy(() -> bed.bed().sync())
                    .isInstanceOf(PenstockException.class)
                    .hasMessageContaining("public.t")
                    .hasMessageContaining("ADD COLUMN w");
            assertThat(bed.bed().atDestination("select count(*) from t")).isEqualTo("11");

            bed.bed().destination("alter table t drop w");
            bed.assertFollowed();
        }
    }
}
