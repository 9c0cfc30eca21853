package io.penstock.cli.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.error.PenstockException;
import io.penstock.core.task.Phase;
import io.penstock.testkit.Servers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tasks that run only some of the phases. */
@ExtendWith(Servers.class)
class IncrementalAloneIT {
    private static final String TABLE = "create table t (id int primary key, v text)";

    @Test
    void the_first_run_makes_the_slot_and_asks_for_the_copy(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))
                .with(spec -> SpecChange.phases(spec, List.of(Phase.INCREMENTAL)))) {
            bed.source(TABLE, "insert into t values (1, 'old')");
            bed.destination(TABLE);
            assertThatThrownBy(bed::sync)
                    .isInstanceOf(PenstockException.class)
                    .hasMessageContaining("It did not exist; now it does");
            bed.destination("insert into t values (1, 'old')");
            bed.source("insert into t values (2, 'new')", "update t set v = 'changed' where id = 1");
            bed.sync();
            bed.assertEqual();
            assertThat(bed.atDestination("select count(*) from t")).isEqualTo("2");
        }
    }

    @Test
    void schema_and_full_alone_copy_one_moment_and_leave_no_slot(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))
                .with(spec -> SpecChange.phases(spec, List.of(Phase.SCHEMA, Phase.FULL)))) {
            bed.source(
                    TABLE,
                    "create table child (id int primary key, parent int references t)",
                    "insert into t select i, 'v' || i from generate_series(1, 1000) i",
                    "insert into child select i, i from generate_series(1, 1000) i");
            bed.sync();
            bed.assertEqual();
            assertThat(bed.atDestination("select count(*) from pg_constraint where contype = 'f' and convalidated"))
                    .isEqualTo("1");
            assertThat(bed.atSource("select count(*) from pg_replication_slots where database = current_database()"))
                    .isEqualTo("0");
        }
    }
}
