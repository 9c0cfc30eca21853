package io.penstock.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.Wiring;
import io.penstock.cli.sync.SyncBed;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.ChunkLoader;
import io.penstock.core.port.CopyFormat;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.ProgressStore;
import io.penstock.core.relation.TableMapping;
import io.penstock.testkit.Await;
import io.penstock.testkit.CuttingProxy;
import io.penstock.testkit.CuttingProxy.Direction;
import io.penstock.testkit.CuttingProxy.Moment;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.LeakCheck;
import io.penstock.testkit.Servers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that break at the worst byte: the run goes on by itself and nothing is lost or doubled. */
@ExtendWith(Servers.class)
class LostAnswerIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int CUTS = 4;
    private static final int BULK_ROWS = 800;
    private static final long CHUNK_BYTES = 8 * 8192;

    @ParameterizedTest
    @EnumSource
    void no_answer_to_a_COMMIT_at_the_destination_is_missed(Moment moment, Servers servers) throws Exception {
        long seed = Load.seed();
        Random random = new Random(seed);
        try (CuttingProxy proxy = CuttingProxy.to(servers.version(18).port());
                SyncBed bed = bed(servers)) {
            bed.with(spec -> TaskSpecs.to(spec, url(proxy, bed.destinationDatabase())));
            try (Load load = Load.start(bed.sourceServer(), bed.sourceDatabase(), 2, seed, Duration.ofMillis(2))) {
                CuttingProxy.Sprung first = proxy.cutAtCommit(moment, 12 + random.nextInt(30));
                SyncBed.Running running = bed.start();
                first.await(LIMIT);
                for (int i = 1; i < CUTS; i++) {
                    proxy.cutAtCommit(moment, 1 + random.nextInt(12)).await(LIMIT);
                }
                load.awaitMore(20);
                load.stop();
                awaitEqualPositions(bed);
                running.stop();
            }
            bed.sync();
            bed.assertEqual();
        }
        LeakCheck.assertNothingLeft(servers.version(15));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connections_may_break_at_any_byte(boolean ofTheSource, Servers servers) throws Exception {
        long seed = Load.seed();
        Random random = new Random(seed);
        try (CuttingProxy proxy =
                        CuttingProxy.to(servers.version(ofTheSource ? 15 : 18).port());
                SyncBed bed = bed(servers)) {
            bed.with(spec -> ofTheSource
                    ? TaskSpecs.from(spec, url(proxy, bed.sourceDatabase()))
                    : TaskSpecs.to(spec, url(proxy, bed.destinationDatabase())));
            try (Load load = Load.start(bed.sourceServer(), bed.sourceDatabase(), 2, seed, Duration.ofMillis(2))) {
                SyncBed.Running running = bed.start();
                Await.until("recorded", LIMIT, () -> bed.recorded("true"));
                for (int i = 0; i < CUTS; i++) {
                    Direction direction = random.nextBoolean() ? Direction.TO_CLIENT : Direction.TO_SERVER;
                    proxy.cutAfter(direction, 1 + random.nextInt(40_000)).await(LIMIT);
                }
                load.stop();
                awaitEqualPositions(bed);
                running.stop();
            }
            bed.sync();
            bed.assertEqual();
        }
        LeakCheck.assertNothingLeft(servers.version(15));
    }

    /** Otherwise the chunk would be sent again, and its second mark refused. */
    @Test
    void whether_a_chunk_is_committed_is_answered_after_its_COMMIT_under_way(Servers servers) throws Exception {
        try (EmbeddedServer destination = EmbeddedServer.start(18);
                SyncBed bed = new SyncBed(servers.version(15), destination)) {
            bed.source("create table t (id int)");
            bed.sync();
            DestinationSessions sessions = new Wiring(bed.spec(), FaultPoints.NONE).destination();
            try (ProgressStore progress = sessions.progress();
                    ChunkLoader first = sessions.loader();
                    ChunkLoader second = sessions.loader()) {
                TableMapping table = progress.tables().get(0).mapping();
                first.begin(table, 7, CopyFormat.TEXT);
                first.write("1\n".getBytes(StandardCharsets.UTF_8));
                Standby.missing(destination);
                CompletableFuture<Long> committing = CompletableFuture.supplyAsync(first::commit);
                Standby.awaitHanging(bed);
                CompletableFuture<Boolean> asked = CompletableFuture.supplyAsync(() -> second.committed(table, 7));
                Await.until(
                        "the question waits",
                        LIMIT,
                        () -> "t"
                                .equals(
                                        bed.atDestination(
                                                "select exists (select from pg_locks where locktype = 'transactionid' and not granted)")));
                Standby.none(destination);
                assertThat(committing.join()).isEqualTo(1);
                assertThat(asked.join()).isTrue();
                assertThat(second.committed(table, 8)).isFalse();
            }
        }
    }

    private static SyncBed bed(Servers servers) throws Exception {
        SyncBed bed = new SyncBed(servers.version(15), servers.version(18));
        bed.source(Bank.tables(BULK_ROWS));
        return bed.with(spec -> TaskSpecs.copying(spec, 3, CHUNK_BYTES));
    }

    static String url(CuttingProxy proxy, String database) {
        return "postgresql://postgres@localhost:" + proxy.port() + "/" + database;
    }

    /** What the source has written by now is applied. */
    static void awaitEqualPositions(SyncBed bed) throws Exception {
        String position = bed.atSource("select pg_current_wal_insert_lsn()::text");
        assertThat(position).isNotNull();
        Await.until(
                "applied " + position,
                LIMIT,
                () -> bed.recorded("applied_lsn >= '" + position + "' and phase = 'incremental'"));
    }
}
