package io.penstock.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.sync.SyncBed;
import io.penstock.source.stream.CatchUpLimits;
import io.penstock.testkit.Await;
import io.penstock.testkit.CuttingProxy;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.LeakCheck;
import io.penstock.testkit.Servers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A database that answers nothing, without closing anything. */
@Tag("alone")
@ExtendWith(Servers.class)
class StallIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration CONTRACT = Duration.ofSeconds(60);

    @Test
    void the_walsender_does_not_time_out_while_the_destination_stalls(Servers servers) throws Exception {
        try (EmbeddedServer source = EmbeddedServer.start(15, Map.of("wal_sender_timeout", "4s"));
                CuttingProxy proxy = CuttingProxy.to(servers.version(18).port());
                SyncBed bed = new SyncBed(source, servers.version(18))) {
            bed.source("create table t (id bigint primary key, filler text)");
            // Far behind, a reader in rounds would have no walsender at all.
            bed.catchingUp(CatchUpLimits.OFF)
                    .with(spec -> TaskSpecs.to(spec, LostAnswerIT.url(proxy, bed.destinationDatabase())));
            bed.sync();
            SyncBed.Running running = bed.start();
            Await.until("streams", LIMIT, () -> walsender(bed) != null);
            String before = walsender(bed);
            proxy.stall();
            for (int i = 0; i < 6; i++) {
                bed.source("insert into t select g, repeat('x', 1000) from generate_series(%d, %d) g"
                        .formatted(i * 10_000, i * 10_000 + 9_999));
            }
            String begun = bed.atSource("select now()");
            Await.until("three timeouts pass", LIMIT, () -> "t"
                    .equals(bed.atSource("select now() > timestamptz '" + begun + "' + interval '13 s'")));
            assertThat(walsender(bed)).as("process that reads the slot").isEqualTo(before);
            proxy.flow();
            LostAnswerIT.awaitEqualPositions(bed);
            assertThat(walsender(bed)).as("process that reads the slot").isEqualTo(before);
            running.stop();
            bed.assertEqual();
        }
    }

    private static String walsender(SyncBed bed) throws Exception {
        return bed.atSource("select max(active_pid) from pg_replication_slots where database = '" + bed.sourceDatabase()
                + "' and not temporary");
    }

    @Test
    void a_run_ends_in_time_when_the_destination_stalls(Servers servers) throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to(servers.version(18).port());
                SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source("create table t (id bigint primary key)");
            bed.with(spec -> TaskSpecs.to(spec, LostAnswerIT.url(proxy, bed.destinationDatabase())));
            stopWhileStalled(bed, proxy, Duration.ZERO);
        }
        LeakCheck.assertNothingLeft(servers.version(15));
    }

    @Test
    void a_run_ends_in_time_when_the_source_stalls(Servers servers) throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to(servers.version(15).port());
                SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source("create table t (id bigint primary key)");
            bed.with(spec -> TaskSpecs.from(spec, LostAnswerIT.url(proxy, bed.sourceDatabase())));
            stopWhileStalled(bed, proxy, Duration.ZERO);
        }
        LeakCheck.assertNothingLeft(servers.version(15));
    }

    @LongRunning
    @Test
    void a_run_ends_in_time_when_its_heartbeat_hangs(Servers servers) throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to(servers.version(15).port());
                SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source("create table t (id bigint primary key)");
            bed.with(spec -> TaskSpecs.from(spec, LostAnswerIT.url(proxy, bed.sourceDatabase())));
            stopWhileStalled(bed, proxy, Duration.ofSeconds(7));
        }
        LeakCheck.assertNothingLeft(servers.version(15));
    }

    private static void stopWhileStalled(SyncBed bed, CuttingProxy proxy, Duration stalled) throws Exception {
        bed.sync();
        SyncBed.Running running = bed.start();
        Await.until("streams", LIMIT, () -> walsender(bed) != null);
        bed.source("insert into t values (1)");
        LostAnswerIT.awaitEqualPositions(bed);
        proxy.stall();
        bed.source("insert into t select generate_series(2, 1000)");
        long stopAt = System.nanoTime() + stalled.toNanos();
        Await.until("stalled for a while", LIMIT, () -> System.nanoTime() >= stopAt);
        long begun = System.nanoTime();
        running.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(CONTRACT);
        proxy.cutAll();
        proxy.flow();
        bed.sync();
        bed.assertEqual();
    }
}
