package io.penstock.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.sync.SyncBed;
import io.penstock.core.fault.FaultPoint;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.testkit.Await;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Users change definitions while others write. Whatever happens to Penstock, they neither fail nor wait because of it. */
@ExtendWith(Servers.class)
class DefinitionsUnderLoadIT {
    private static final int BULK_ROWS = 400;
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Two lock timeouts of 200 ms, writers to wait for, and a machine that is busy with other tests. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    /** What transactions do to each other: unique and foreign keys, deadlocks, rows that have moved to another partition. */
    private static final List<String> OF_THEIR_OWN = List.of("23505", "23503", "40P01", "40001");

    private static final List<String> CHANGES = List.of(
            "alter table account add column a int default 1",
            "alter table history add column b text default 'b'",
            "create table made as select * from branch",
            "alter table bulk add column r double precision default random()",
            "create index on account (balance)",
            "alter table event add column c int",
            "alter table branch alter name type varchar(200)",
            "alter table account add constraint positive check (id > 0)",
            "alter table history drop column b",
            "drop table made");

    @Test
    void definitions_change_under_load(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source(Bank.tables(BULK_ROWS));
            bed.sync();
            try (Load load = load(bed)) {
                SyncBed.Running running = bed.start(new TaskRun.Options(Until.NEVER, point -> {}));
                for (String sql : CHANGES) {
                    change(bed, sql);
                    load.awaitMore(20);
                }
                running.stop();
                assertThat(load.refusals()).isSubsetOf(OF_THEIR_OWN);
            }
            bed.sync();
            bed.assertEqual();
        }
    }

    @Test
    void a_broken_log_harms_no_user_and_is_made_up_for(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source(Bank.tables(BULK_ROWS));
            bed.sync();
            try (Load load = load(bed)) {
                SyncBed.Running running = bed.start(new TaskRun.Options(Until.NEVER, point -> {}));
                bed.source("alter table penstock.ddl_log drop column image");
                for (String sql : CHANGES) {
                    change(bed, sql);
                    load.awaitMore(5);
                }
                assertThat(load.refusals()).isSubsetOf(OF_THEIR_OWN);
                running.stop();
            }
            bed.source("alter table penstock.ddl_log add column image jsonb");
            bed.sync();
            bed.assertEqual();
        }
    }

    @Test
    void users_do_not_notice_that_the_destination_is_away(Servers servers) throws Exception {
        try (EmbeddedServer destination = EmbeddedServer.start(18);
                SyncBed bed = new SyncBed(servers.version(15), destination)) {
            bed.source(Bank.tables(BULK_ROWS));
            bed.sync();
            try (Load load = load(bed)) {
                CountDownLatch streaming = new CountDownLatch(1);
                SyncBed.Running running = bed.start(new TaskRun.Options(Until.NEVER, point -> {
                    if (point == FaultPoint.STREAM_STARTED) {
                        streaming.countDown();
                    }
                }));
                assertThat(streaming.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
                destination.stop();
                for (String sql : CHANGES) {
                    change(bed, sql);
                    load.awaitMore(5);
                }
                assertThat(load.refusals()).isSubsetOf(OF_THEIR_OWN);
                destination.restart();
                LostAnswerIT.awaitEqualPositions(bed);
                running.stop();
            }
            bed.sync();
            bed.assertEqual();
        }
    }

    private static Load load(SyncBed bed) {
        return Load.start(bed.sourceServer(), bed.sourceDatabase(), 2, Load.seed(), PAUSE);
    }

    /** Of a deadlock with a writer the user's own command may be the victim. */
    private static void change(SyncBed bed, String sql) {
        Await.until(sql, LIMIT, () -> {
            long begun = System.nanoTime();
            try {
                bed.source(sql);
            } catch (SQLException e) {
                assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo("40P01");
                return false;
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(AT_ONCE);
            return true;
        });
    }
}
