package io.penstock.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.sync.SyncBed;
import io.penstock.core.fault.FaultPoint;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.testkit.Await;
import io.penstock.testkit.CrashAt;
import io.penstock.testkit.LeakCheck;
import io.penstock.testkit.Servers;
import io.penstock.testkit.SimulatedCrash;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A crash after every durable step, then a plain new run: nothing lost, nothing doubled, nothing left behind. */
@ExtendWith(Servers.class)
class FaultMatrixIT {
    /** One table has some 50 pages, so it takes several chunks. */
    private static final long CHUNK_BYTES = 8 * 8192;

    private static final int BULK_ROWS = 800;
    /** Points that one run passes more than once, and when to crash there. */
    private static final Map<FaultPoint, Integer> LATER = later();

    private static Map<FaultPoint, Integer> later() {
        Map<FaultPoint, Integer> nth = new EnumMap<>(FaultPoint.class);
        nth.put(FaultPoint.TABLE_CREATED, 3);
        nth.put(FaultPoint.TABLE_OPENED, 4);
        nth.put(FaultPoint.CHUNK_COPIED, 7);
        nth.put(FaultPoint.CHUNK_COMMITTED, 6);
        nth.put(FaultPoint.TABLE_COPIED, 4);
        nth.put(FaultPoint.INDEXES_CREATED, 3);
        nth.put(FaultPoint.STAGED, 9);
        nth.put(FaultPoint.MERGED, 8);
        nth.put(FaultPoint.PROGRESS_WRITTEN, 12);
        nth.put(FaultPoint.COMMITTED, 15);
        nth.put(FaultPoint.CONFIRMED, 2);
        return nth;
    }

    static Stream<Arguments> laterPoints() {
        return LATER.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    @ParameterizedTest
    @EnumSource
    void loses_and_doubles_nothing_when_it_dies_the_first_time_at(FaultPoint point, Servers servers) throws Exception {
        crashAndResume(servers, point, 1, false);
    }

    @ParameterizedTest
    @MethodSource("laterPoints")
    void loses_and_doubles_nothing_when_it_dies_later_at(FaultPoint point, int nth, Servers servers) throws Exception {
        // Transactions that the copy holds already would be passed over anyway; so the stream's points come after them.
        boolean streaming = point.compareTo(FaultPoint.STREAM_STARTED) >= 0;
        crashAndResume(servers, point, nth, streaming);
    }

    private static void crashAndResume(Servers servers, FaultPoint point, int nth, boolean afterCopy) throws Exception {
        long seed = Load.seed();
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source(Bank.tables(BULK_ROWS));
            bed.with(spec -> TaskSpecs.copying(spec, 3, CHUNK_BYTES));
            CrashAt crash = new CrashAt(point, nth);
            if (afterCopy) {
                bed.sync();
            }
            try (Load load = Load.start(bed.sourceServer(), bed.sourceDatabase(), 2, seed, Duration.ofMillis(2))) {
                SyncBed.Running running = bed.start(new TaskRun.Options(Until.NEVER, crash));
                assertThat(running.awaitFailure()).as("seed %s", seed).isInstanceOf(SimulatedCrash.class);
                load.awaitMore(20);
            }
            bed.sync();
            bed.assertEqual();
        }
        LeakCheck.assertNothingLeft(servers.version(15));
        LeakCheck.assertNothingLeft(servers.version(18));
    }

    @Test
    void a_whole_run_passes_every_point(Servers servers) throws Exception {
        Map<FaultPoint, Integer> seen = new ConcurrentHashMap<>();
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source(Bank.tables(BULK_ROWS));
            bed.with(spec -> TaskSpecs.copying(spec, 3, CHUNK_BYTES));
            SyncBed.Running running =
                    bed.start(new TaskRun.Options(Until.NEVER, point -> seen.merge(point, 1, Integer::sum)));
            try (Load load =
                    Load.start(bed.sourceServer(), bed.sourceDatabase(), 2, Load.seed(), Duration.ofMillis(2))) {
                Await.until("every point passed as often as the matrix needs", Duration.ofSeconds(60), () -> Stream.of(
                                FaultPoint.values())
                        .allMatch(p -> seen.getOrDefault(p, 0) >= LATER.getOrDefault(p, 1)));
            }
            running.stop();
            bed.sync();
            bed.assertEqual();
        }
        assertThat(seen.keySet()).containsExactlyInAnyOrder(FaultPoint.values());
    }
}
