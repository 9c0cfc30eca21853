package io.penstock.cli.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.sync.SyncBed;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.progress.TableState;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.testkit.CrashAt;
import io.penstock.testkit.LeakCheck;
import io.penstock.testkit.Servers;
import io.penstock.testkit.SimulatedCrash;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A crash at every point that changes of definitions pass, with a transaction that holds some between its rows, tables that are copied
 * again, and a table that a person has just resumed; then a plain new run.
 */
@ExtendWith(Servers.class)
class FaultDefinitionsIT {
    private static final String START = """
            create table t (id int primary key, a text, n int);
            create table q (id int primary key, v int);
            create table r (id int primary key, t int references t, n int);
            create table other (id int primary key);
            insert into t select i, i::text, i from generate_series(1, 300) i;
            insert into r select i, i, i from generate_series(1, 200) i;
            insert into q select i, i from generate_series(1, 20) i""";

    @ParameterizedTest
    @CsvSource({
        "STREAM_STARTED, 1",
        "TABLE_OPENED, 1",
        "CHUNK_COMMITTED, 2",
        "TABLE_COPIED, 1",
        "MERGED, 1",
        "MERGED, 9",
        "PROGRESS_WRITTEN, 4",
        "COMMITTED, 1",
        "COMMITTED, 5",
        "COMMITTED, 7",
        "CONFIRMED, 1"
    })
    void definitions_are_neither_lost_nor_doubled_by_a_crash_at(FaultPoint point, int nth, Servers servers)
            throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            quarantine(bed);
            bed.source(
                    "insert into t values (1001, 'before', 1); alter table t add c int default 7; update t set c = 8 where id = 1001;"
                            + " create table made (id int primary key); insert into made values (1); alter table t rename a to b;"
                            + " delete from t where id = 250",
                    "alter table t add x double precision default random(); update t set n = 0 where id < 20; insert into other values (1)",
                    "alter table r alter n type text using n || '!'; insert into r values (900, 1, 'new')",
                    "alter table q add z int default 3; update q set z = 4 where id = 5; alter table made rename to made_2",
                    "create index on t (n); drop table other; update t set n = n + 1; insert into r values (901, 1, 'last')");
            CrashAt crash = new CrashAt(point, nth);
            SyncBed.Running running = bed.bed().start(new TaskRun.Options(Until.NEVER, crash));
            assertThat(running.awaitFailure()).isInstanceOf(SimulatedCrash.class);
            bed.assertFollowed();
            assertThat(bed.table("public.q").state()).isEqualTo(TableState.READY);
            assertThat(bed.bed().atDestination("select count(*) from penstock.quarantine"))
                    .isEqualTo("0");
            assertThat(bed.bed().atDestination("""
                            select coalesce(string_agg(object, ', '), '') from (
                              select object from penstock.ddl_history where result = 'done'
                               group by id, object, statement having count(*) > 1) x""")).isEmpty();
        }
        LeakCheck.assertNothingLeft(servers.version(15));
        LeakCheck.assertNothingLeft(servers.version(18));
    }

    /** A table whose change the destination has refused, what came meanwhile, and a person who has helped. */
    private static void quarantine(DdlBed bed) throws Exception {
        bed.bed().destination("create view on_q as select v from q");
        bed.source(
                "alter table q add w int, alter v type bigint using v * 10; insert into q values (100, 1, 1)",
                "update q set v = v + 1; delete from q where id = 7");
        bed.bed().sync();
        assertThat(bed.table("public.q").state()).isEqualTo(TableState.ERRORED);
        bed.bed().destination("drop view on_q");
        bed.resume(bed.table("public.q"));
    }
}
