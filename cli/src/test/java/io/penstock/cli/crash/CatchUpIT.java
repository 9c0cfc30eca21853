package io.penstock.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.sync.SpecChange;
import io.penstock.cli.sync.SyncBed;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.TableSpec;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.engine.taskfile.TaskFileReader;
import io.penstock.source.stream.CatchUpLimits;
import io.penstock.testkit.CrashAt;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import io.penstock.testkit.SimulatedCrash;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A backlog read in rounds through SQL is as exact as the stream, whatever happens in between. */
@ExtendWith(Servers.class)
class CatchUpIT {
    private final Rounds rounds = new Rounds();

    @AfterEach
    void stopCounting() {
        rounds.close();
    }

    /** Always behind, and many small rounds. */
    private static final CatchUpLimits SMALL_ROUNDS = new CatchUpLimits(1, 64 << 10, Long.MAX_VALUE, 200, false);

    @ParameterizedTest
    @ValueSource(ints = {11, 14, 18})
    void a_backlog_is_read_in_rounds(int version, Servers servers) throws Exception {
        EmbeddedServer server = servers.version(version);
        try (SyncBed bed = new SyncBed(server, servers.version(18))) {
            bed.source(Bank.tables(100));
            bed.sync();
            try (Load load = Load.start(server, bed.sourceDatabase(), 3, Load.seed(), Duration.ZERO)) {
                load.awaitMore(500);
            }
            bed.catchingUp(SMALL_ROUNDS).sync();
            bed.assertEqual();
        }
        assertThat(rounds.withMessages()).isGreaterThan(5);
    }

    @Test
    void log_of_other_databases_is_passed_in_bounded_rounds(Servers servers) throws Exception {
        EmbeddedServer server = servers.version(15);
        String neighbour = server.newDatabase("neighbour");
        try (SyncBed bed = new SyncBed(server, servers.version(18))) {
            bed.source("create table mine (id int primary key)");
            bed.sync();
            // A round covers 16 times 64 kB; these are some 5 MB.
            server.execute(
                    neighbour,
                    "create table t as select i, repeat('x', 400) as filler from generate_series(1, 10000) i");
            bed.source("insert into mine values (1)");
            bed.catchingUp(SMALL_ROUNDS).sync();
            bed.assertEqual();
        }
        assertThat(rounds.empty())
                .as("rounds that came to their bound without a message")
                .isGreaterThan(2);
    }

    @Test
    void rounds_are_left_alone_while_an_old_transaction_would_make_each_decode_all_again(Servers servers)
            throws Exception {
        CatchUpLimits sparing = new CatchUpLimits(1, 64 << 10, 100_000, 200, false);
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source(Bank.tables(100));
            bed.source("create table slow (id int primary key)");
            bed.sync();
            try (Connection open = bed.connectSource();
                    Statement statement = open.createStatement()) {
                open.setAutoCommit(false);
                statement.execute("insert into slow values (1)");
                try (Load load = Load.start(bed.sourceServer(), bed.sourceDatabase(), 3, Load.seed(), Duration.ZERO)) {
                    load.awaitMore(2000);
                }
                bed.catchingUp(sparing).sync();
                open.commit();
            }
            bed.sync();
            bed.assertEqual();
        }
        // The first one begins near the slot's restart position, and soon the next ones would not.
        assertThat(rounds.withMessages()).isLessThan(30);
    }

    @Test
    void a_giant_transaction_is_left_to_the_stream(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18)).catchingUp(SMALL_ROUNDS)) {
            bed.source("create table giant (id int primary key, filler text)");
            bed.sync();
            bed.source(
                    "insert into giant values (0, 'before')",
                    "insert into giant select i, repeat('x', 500) from generate_series(1, 20000) i",
                    "insert into giant values (-1, 'after')");
            bed.sync();
            assertThat(bed.atSource(
                            "select temp_bytes < 1048576 from pg_stat_database where datname = current_database()"))
                    .as("temporary files at the source stay small")
                    .isEqualTo("t");
            // Comparing sorts, and sorting needs temporary files of its own.
            bed.assertEqual();
        }
    }

    @Test
    void changes_between_stream_and_rounds_while_the_source_goes_on(Servers servers) throws Exception {
        // The second limit is soon passed by a busy source and soon undercut by rounds.
        CatchUpLimits nervous = new CatchUpLimits(20_000, 64 << 10, Long.MAX_VALUE, 100, false);
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18)).catchingUp(nervous)) {
            bed.source(Bank.tables(100));
            SyncBed.Running running = bed.start(new TaskRun.Options(Until.NEVER, point -> {}));
            try (Load load =
                    Load.start(bed.sourceServer(), bed.sourceDatabase(), 3, Load.seed(), Duration.ofMillis(1))) {
                load.awaitMore(3000);
            }
            running.stop();
            bed.sync();
            bed.assertEqual();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM_STARTED", "STAGED", "MERGED", "PROGRESS_WRITTEN", "COMMITTED", "CONFIRMED"})
    void loses_and_doubles_nothing_when_it_dies_in_a_round_at(FaultPoint point, Servers servers) throws Exception {
        long seed = Load.seed();
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source(Bank.tables(100));
            bed.sync();
            try (Load load = Load.start(bed.sourceServer(), bed.sourceDatabase(), 2, seed, Duration.ZERO)) {
                load.awaitMore(300);
            }
            bed.catchingUp(SMALL_ROUNDS);
            SyncBed.Running running = bed.start(new TaskRun.Options(Until.NEVER, new CrashAt(point, 1)));
            assertThat(running.awaitFailure()).as("seed %s", seed).isInstanceOf(SimulatedCrash.class);
            bed.sync();
            bed.assertEqual();
        }
    }

    /** What the bank's file says of its tables, and what the destination has to hold then. */
    private static final String RULES = """
            name: rules
            source: {url: "postgresql://h/d"}
            destination: {url: "postgresql://h/d"}
            tables:
              public.kept: {where: "region <> 'us'", columns: {exclude: [note], set: {note2: "upper(note)", region: "lower(region)"}}}
              public.loose: {where: "region = 'eu'", columns: {exclude: [region], set: {len: "length(region)"}}}
            """;

    @Test
    void a_backlog_read_in_rounds_goes_through_filters_and_expressions(Servers servers) throws Exception {
        Map<QualifiedName, TableSpec> rules =
                TaskFileReader.read(RULES, Path.of("/"), Map.of()).tables();
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.with(spec -> SpecChange.tables(spec, rules));
            bed.source(
                    "create table kept (id int primary key, region text, note text); create table loose (a int, region text)");
            bed.sync();
            for (int i = 0; i < 40; i++) {
                bed.source(
                        "insert into kept select %1$d * 50 + g, (array['EU', 'us', 'Asia'])[g %% 3 + 1], repeat('n' || g, 20) from generate_series(1, 50) g"
                                .formatted(i),
                        "update kept set region = 'us' where id %% 7 = %d; update kept set region = 'EU' where id %% 11 = %1$d"
                                .formatted(i % 7),
                        "delete from kept where id %% 13 = %1$d; update kept set id = -id where id %% 17 = %1$d"
                                .formatted(i % 13),
                        "insert into loose select g, (array['eu', 'us'])[g % 2 + 1] from generate_series(1, 5) g",
                        "update loose set region = 'eu' where a = %1$d; update loose set region = 'us' where a = %1$d - 1"
                                .formatted(i % 5));
            }
            bed.catchingUp(SMALL_ROUNDS).sync();
            assertThat(rounds.withMessages()).isGreaterThan(5);
            String sum = "select count(*) || ' ' || md5(string_agg(r::text, ' ' order by r::text)) from (%s) r";
            assertThat(bed.atDestination(sum.formatted("select id, region, note2 from kept")))
                    .isEqualTo(bed.atSource(
                            sum.formatted("select id, lower(region), upper(note) from kept where region <> 'us'")));
            assertThat(bed.atDestination(sum.formatted("select a, len from loose")))
                    .isEqualTo(bed.atSource(sum.formatted("select a, length(region) from loose where region = 'eu'")));
        }
    }
}
