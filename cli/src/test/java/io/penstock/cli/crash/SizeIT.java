package io.penstock.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.sync.SyncBed;
import io.penstock.testkit.Await;
import io.penstock.testkit.CuttingProxy;
import io.penstock.testkit.Servers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is large, or piles up, in a process with little memory. */
@LongRunning
@Tag("alone")
@ExtendWith(Servers.class)
class SizeIT {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int RSS_LIMIT_MB = 900;

    @TempDir
    private Path directory;

    @Test
    void a_transaction_of_three_million_rows_is_applied_in_512_megabytes(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source(
                    "create table t (id bigint primary key, a int, note text)", "create table log (a int, note text)");
            bed.sync();
            bed.source("""
                    begin;
                    insert into t select i, i % 1000, 'row number ' || i from generate_series(1, 2000000) i;
                    insert into log select i % 1000, 'line ' || i % 100000 from generate_series(1, 500000) i;
                    update t set a = a + 1 where id <= 400000;
                    delete from t where id > 1900000;
                    commit""");
            long peak = syncInChild(bed, "-Xmx512m");
            System.out.println("3 million changes in one transaction with -Xmx512m: peak RSS " + peak + " MB");
            assertThat(peak).isLessThan(RSS_LIMIT_MB);
            for (String table : List.of("t", "log")) {
                String sum = "select count(*) || ' ' || sum(hashtext(x::text)::bigint) from " + table + " x";
                assertThat(bed.atDestination(sum)).isEqualTo(bed.atSource(sum));
            }
        }
    }

    /** Three times the largest row is what the documentation asks for. */
    @Test
    void a_value_of_300_megabytes_passes_with_enough_heap(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source(
                    "create table big (id int primary key, note text, value text)",
                    "insert into big values (1, 'copied', repeat('x', 300 << 20))");
            long copied = syncInChild(bed, "-Xmx2g");
            bed.source(
                    "insert into big values (2, 'streamed', repeat('y', 300 << 20))",
                    "update big set note = 'kept' where id = 1",
                    "update big set id = 3 where id = 2");
            long streamed = syncInChild(bed, "-Xmx2g");
            System.out.println(
                    "300 MB value with -Xmx2g: peak RSS copied " + copied + " MB, streamed " + streamed + " MB");
            String sums = "select string_agg(id || note || md5(value), ' ' order by id) from big";
            assertThat(bed.atDestination(sums)).isEqualTo(bed.atSource(sums));
        }
    }

    @Test
    void memory_is_bounded_while_the_destination_hangs_and_large_rows_pile_up(Servers servers) throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to(servers.version(18).port());
                SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source("create table t (id int primary key, value text)");
            bed.with(spec -> TaskSpecs.to(spec, LostAnswerIT.url(proxy, bed.destinationDatabase())));
            bed.sync();
            try (TaskProcess process = TaskProcess.start(bed, directory, List.of("-Xmx512m"))) {
                LostAnswerIT.awaitEqualPositions(bed);
                Await.until(
                        "streams",
                        LIMIT,
                        () -> "t"
                                .equals(
                                        bed.atSource(
                                                "select bool_or(active) from pg_replication_slots where database = current_database()")));
                proxy.stall();
                for (int i = 0; i < 10; i++) {
                    bed.source("insert into t select i, repeat('z', 1 << 20) from generate_series(%d, %d) i"
                            .formatted(i * 80, i * 80 + 79));
                }
                String begun = bed.atSource("select now()");
                Await.until("it piles up", LIMIT, () -> "t"
                        .equals(bed.atSource("select now() > timestamptz '" + begun + "' + interval '20 s'")));
                process.assertAlive();
                proxy.flow();
                LostAnswerIT.awaitEqualPositions(bed);
                long peak = process.peakMegabytes();
                System.out.println(
                        "800 MB of large rows before a hanging destination with -Xmx512m: peak RSS " + peak + " MB");
                assertThat(peak).isLessThan(RSS_LIMIT_MB);
                process.stop();
            }
            String sums = "select count(*) || md5(string_agg(id || md5(value), ' ' order by id)) from t";
            assertThat(bed.atDestination(sums)).isEqualTo(bed.atSource(sums));
        }
    }

    private long syncInChild(SyncBed bed, String heap) throws Exception {
        try (TaskProcess process = TaskProcess.start(bed, directory, List.of(heap), "--until", "caught-up")) {
            long[] peak = {0};
            Await.until("caught up", LIMIT, () -> {
                peak[0] = Math.max(peak[0], process.peakMegabytes());
                return !process.alive();
            });
            assertThat(process.await(1)).as(process::log).isEqualTo(0);
            return peak[0];
        }
    }
}
