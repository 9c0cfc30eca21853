package io.penstock.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.sync.SyncBed;
import io.penstock.testkit.Await;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.LeakCheck;
import io.penstock.testkit.Servers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions that the source sends while they are open are as exact as those it sends at their commits. */
@ExtendWith(Servers.class)
class OpenTransactionsIT {
    /** More than the least logical_decoding_work_mem. */
    private static final String MANY = "select i, repeat('x', 100) from generate_series(%d, %d) i";

    @TempDir
    private Path directory;

    /** Newer servers can be told to send everything at once, which is for tests only; the others send what is large. */
    private static SyncBed bed(EmbeddedServer server, Servers servers) throws SQLException {
        SyncBed bed = new SyncBed(server, servers.version(18));
        String setting = server.majorVersion() >= 16
                ? "debug_logical_replication_streaming = immediate"
                : "logical_decoding_work_mem = '64kB'";
        bed.source("alter database " + bed.sourceDatabase() + " set " + setting);
        return bed;
    }

    /** How many pieces of open transactions the source has sent, as far as its statistics know by now. */
    private static void assertSentOpen(SyncBed bed) {
        Await.until("pieces were sent", Duration.ofSeconds(20), () -> "t"
                .equals(bed.atSource("select stream_count > 0 from pg_stat_replication_slots"
                        + " join pg_replication_slots using (slot_name) where database = current_database()")));
    }

    @ParameterizedTest
    @ValueSource(ints = {18})
    void random_transactions_that_come_in_pieces(int version, Servers servers) throws Exception {
        long seed = Load.seed();
        try (SyncBed bed = bed(servers.version(version), servers)) {
            bed.source(Bank.tables(300));
            bed.with(spec -> TaskSpecs.batching(TaskSpecs.copying(spec, 2, 4 * 8192), 300));
            try (Load load = Load.start(bed.sourceServer(), bed.sourceDatabase(), 3, seed, Duration.ofMillis(5))) {
                for (int round = 0; round < 2; round++) {
                    SyncBed.Running running = bed.start();
                    LostAnswerIT.awaitEqualPositions(bed);
                    load.awaitMore(60);
                    bed.source("select pg_terminate_backend(active_pid) from pg_replication_slots"
                            + " where active and database = current_database()");
                    load.awaitMore(60);
                    LostAnswerIT.awaitEqualPositions(bed);
                    running.stop();
                }
            }
            bed.sync();
            bed.assertEqual();
            assertSentOpen(bed);
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
        LeakCheck.assertNothingLeft(servers.version(version));
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 17})
    void savepoints_changes_of_definitions_and_rollbacks_of_large_transactions(int version, Servers servers)
            throws Exception {
        try (SyncBed bed = bed(servers.version(version), servers);
                Connection first = bed.connectSource();
                Connection second = bed.connectSource();
                Statement one = first.createStatement();
                Statement two = second.createStatement()) {
            bed.source(
                    "create table a (id int primary key, note text)", "create table b (id int primary key, note text)");
            bed.sync();
            // So that they are also applied in pieces.
            bed.with(spec -> TaskSpecs.batching(spec, 500));
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            SyncBed.Running running = bed.start();
            one.execute("insert into a " + MANY.formatted(1, 2000));
            two.execute("insert into b " + MANY.formatted(1, 2000));
            one.execute("savepoint outside");
            one.execute("update a set note = 'taken back' where id <= 1500");
            one.execute("savepoint inside");
            one.execute("delete from a where id > 500");
            one.execute("release savepoint inside");
            one.execute("alter table a add column taken_back int default 7");
            one.execute("insert into a " + MANY.formatted(3001, 5000).replace(") from", "), 8 from"));
            LostAnswerIT.awaitEqualPositions(bed);
            one.execute("rollback to savepoint outside");
            two.execute("savepoint again");
            two.execute("update b set note = 'kept' where id % 2 = 0");
            one.execute("alter table a add column kept int default 9");
            one.execute("insert into a " + MANY.formatted(2001, 4000).replace(") from", "), 10 from"));
            running.stop();
            running = bed.start();
            bed.source("insert into b values (-1, 'committed before')");
            two.execute("delete from b where id between 100 and 1100");
            second.commit();
            two.execute("delete from b");
            two.execute("insert into b " + MANY.formatted(1, 3000));
            LostAnswerIT.awaitEqualPositions(bed);
            second.rollback();
            one.execute("update a set kept = -kept where id % 3 = 0");
            first.commit();
            LostAnswerIT.awaitEqualPositions(bed);
            running.stop();
            bed.assertEqual();
            assertThat(running.run().watch().changes())
                    .as("rows of both tables, and updates of every third")
                    .isGreaterThan(2000 + 2000 + 1300 + 2000);
            assertThat(bed.atDestination("select count(*) || ' ' || sum(kept) from a"))
                    .isEqualTo(bed.atSource("select count(*) || ' ' || sum(kept) from a"));
            assertSentOpen(bed);
        }
    }

    @Test
    void without_a_place_for_them_the_source_keeps_them(Servers servers) throws Exception {
        try (SyncBed bed = bed(servers.version(15), servers)) {
            bed.source("create table a (id int primary key, note text)");
            bed.sync();
            bed.source("insert into a " + MANY.formatted(1, 20_000));
            String nowhere = "-Djava.io.tmpdir=" + directory.resolve("absent");
            try (TaskProcess process = TaskProcess.start(bed, directory, List.of(nowhere), "--until", "caught-up")) {
                assertThat(process.await(120)).as(process::log).isZero();
                assertThat(process.log())
                        .contains(
                                "open transactions cannot be kept here",
                                directory.resolve("absent").toString());
            }
            bed.assertEqual();
        }
    }
}
