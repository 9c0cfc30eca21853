package io.penstock.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.Wiring;
import io.penstock.cli.sync.SpecChange;
import io.penstock.cli.sync.SyncBed;
import io.penstock.core.check.Finding;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.task.Phase;
import io.penstock.engine.run.Precheck;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.PgEndpoint;
import io.penstock.source.publication.TaskNames;
import io.penstock.source.slot.ExportingSlot;
import io.penstock.source.slot.OlderTransactions;
import io.penstock.testkit.Await;
import io.penstock.testkit.CrashAt;
import io.penstock.testkit.CuttingProxy;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.LeakCheck;
import io.penstock.testkit.Servers;
import io.penstock.testkit.SimulatedCrash;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies under the snapshots of temporary slots, as servers with commit sequence numbers need them, forced on plain ones. */
@ExtendWith(Servers.class)
class BySlotIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** The larger one is copied first. */
    private static final String[] TABLES = {
        "create table keyed (id int primary key, note text)",
        "create table keyless (n int, note text)",
        "insert into keyed select i, 'copied' from generate_series(1, 5000) i",
        "insert into keyless select i % 5, 'copied' from generate_series(1, 100) i",
        "analyze"
    };

    @ParameterizedTest
    @ValueSource(ints = {11, 18})
    void equals_after_a_crash_in_the_copy_under_load(int version, Servers servers) throws Exception {
        long seed = Load.seed();
        try (SyncBed bed = new SyncBed(servers.version(version), servers.version(18)).bySlot()) {
            bed.source(Bank.tables(800));
            bed.with(spec -> TaskSpecs.copying(spec, 3, 8 * 8192));
            try (Load load = Load.start(bed.sourceServer(), bed.sourceDatabase(), 4, seed, Duration.ofMillis(2))) {
                SyncBed.Running crashed =
                        bed.start(new TaskRun.Options(Until.NEVER, new CrashAt(FaultPoint.TABLE_COPIED, 3)));
                assertThat(crashed.awaitFailure()).as("seed %s", seed).isInstanceOf(SimulatedCrash.class);
                SyncBed.Running running = bed.start();
                load.awaitMore(400);
                load.stop();
                LostAnswerIT.awaitEqualPositions(bed);
                running.stop();
            }
            bed.assertEqual();
            assertAllBySlot(bed);
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
        LeakCheck.assertNothingLeft(servers.version(version));
    }

    private static void assertAllBySlot(SyncBed bed) throws SQLException {
        // Parents of partitions have no copy.
        assertThat(bed.atDestination("select string_agg(source || ' ' || snapshot, ', ') from penstock.progress_tables"
                        + " where snapshot !~ '^slot:[0-9A-F]+/[0-9A-F]+$'"))
                .isNull();
        assertThat(bed.atDestination("select count(snapshot) > 1 from penstock.progress_tables"))
                .isEqualTo("t");
        assertThat(bed.atSource("select count(*) from pg_replication_slots where temporary"))
                .isEqualTo("0");
    }

    /** Its record lies before the slot's consistent point, so the slot's snapshot shows it, while no other snapshot does. */
    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_commit_that_hangs_while_the_slot_is_made_is_waited_for_and_comes_once(int version, Servers servers)
            throws Exception {
        try (EmbeddedServer source = EmbeddedServer.start(version);
                SyncBed bed = new SyncBed(source, servers.version(18)).bySlot();
                Connection first = bed.connectSource();
                Connection second = bed.connectSource()) {
            bed.source("alter database " + bed.sourceDatabase() + " set synchronous_commit = local");
            bed.source(TABLES);
            Run run = Run.start(bed, () -> begin(first));
            awaitCreationWaitsFor(bed, first);
            begin(second);
            first.commit();
            awaitCreationWaitsFor(bed, second);
            Thread hanging = Standby.hangingCommit(bed, """
                    begin; insert into keyed values (9999, 'hung'); insert into keyless values (9999, 'hung');
                    update keyed set note = 'changed' where id = 7; commit""");
            second.commit();
            awaitBarrierWaits(bed);
            assertThat(run.passed(FaultPoint.TABLE_OPENED)).isZero();
            Standby.none(source);
            hanging.join();
            LostAnswerIT.awaitEqualPositions(bed);
            run.running().stop();
            bed.assertEqual();
            assertThat(bed.atDestination("select count(*) from keyless where note = 'hung'"))
                    .isEqualTo("1");
            assertAllBySlot(bed);
        }
    }

    /** The new file's rows are younger than the snapshot: who copied under it would find none. */
    @Test
    void a_table_written_anew_between_slot_and_lock_gets_another_slot(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18)).bySlot();
                Connection first = bed.connectSource();
                Connection second = bed.connectSource();
                Connection third = bed.connectSource()) {
            bed.source(TABLES);
            Run run = Run.start(bed, () -> begin(first));
            awaitCreationWaitsFor(bed, first);
            begin(second);
            first.commit();
            awaitCreationWaitsFor(bed, second);
            // The slot does not wait for it; the barrier does.
            begin(third);
            second.commit();
            awaitBarrierWaits(bed);
            bed.source("alter table keyed alter note type text using note || ''");
            third.commit();
            LostAnswerIT.awaitEqualPositions(bed);
            run.running().stop();
            assertThat(bed.atDestination("select count(*) from keyed")).isEqualTo("5000");
            bed.assertEqual();
            assertThat(run.passed(FaultPoint.TABLE_OPENED))
                    .as("no copy was worth nothing")
                    .isEqualTo(2);
        }
    }

    /** The source's administrator ends the session with the slot; then the one that has taken its snapshot over. */
    @ParameterizedTest
    @ValueSource(ints = {18})
    void a_lost_session_costs_nothing_but_another_try(int version, Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(version), servers.version(18)).bySlot();
                Connection first = bed.connectSource();
                Connection second = bed.connectSource();
                Connection third = bed.connectSource()) {
            bed.source(TABLES);
            AtomicBoolean ended = new AtomicBoolean();
            Run run = Run.start(bed, () -> begin(first), point -> {
                if (point == FaultPoint.CHUNK_COMMITTED && ended.compareAndSet(false, true)) {
                    bed.source(
                            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                                    + " and application_name like 'penstock%' and state = 'idle in transaction'");
                }
            });
            awaitCreationWaitsFor(bed, first);
            begin(second);
            first.commit();
            awaitCreationWaitsFor(bed, second);
            begin(third);
            second.commit();
            awaitBarrierWaits(bed);
            bed.source("select pg_terminate_backend(active_pid) from pg_replication_slots where temporary");
            third.commit();
            LostAnswerIT.awaitEqualPositions(bed);
            run.running().stop();
            assertThat(ended).isTrue();
            assertThat(run.passed(FaultPoint.PREPARED)).as("attempts").isEqualTo(3);
            bed.assertEqual();
        }
    }

    @Test
    void a_full_copy_alone_shows_one_moment(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))
                .bySlot()
                .with(spec -> SpecChange.phases(spec, List.of(Phase.SCHEMA, Phase.FULL)))) {
            bed.source("create table a (n int)", "create table b (n int)");
            bed.source("insert into a values (0)", "insert into b values (0)");
            AtomicBoolean opened = new AtomicBoolean();
            bed.run(point -> {
                if (point == FaultPoint.TABLE_OPENED && opened.compareAndSet(false, true)) {
                    unchecked(() -> bed.source("insert into a values (1)", "insert into b values (1)"));
                }
            });
            assertThat(opened).isTrue();
            assertThat(bed.atDestination("select (select count(*) from a) + (select count(*) from b)"))
                    .isEqualTo("2");
        }
        LeakCheck.assertNothingLeft(servers.version(15));
    }

    @Test
    void a_long_transaction_is_told_and_nobody_waits_behind_it(Servers servers) throws Exception {
        try (LogLines log = new LogLines("io.penstock.source.slot");
                SyncBed bed = new SyncBed(servers.version(15), servers.version(18)).bySlot();
                Connection open = bed.connectSource()) {
            bed.source(TABLES);
            try (Statement statement = open.createStatement()) {
                statement.execute("set application_name = 'nightly report'");
            }
            String pid = SyncBed.one(open, "select pg_backend_pid()");
            Run run = Run.start(bed, () -> begin(open));
            Await.until(
                    "told",
                    LIMIT,
                    () -> log.any("WARN a snapshot waits", "pid " + pid + " (nightly report, idle in transaction)"));
            bed.source(
                    "set lock_timeout = '1s'",
                    "insert into keyed values (6000, 'meanwhile')",
                    "alter table keyed add extra int",
                    "create index on keyless (n)");
            long stopped = System.nanoTime();
            run.running().stop();
            assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(Duration.ofSeconds(15));
            assertThat(run.passed(FaultPoint.TABLE_OPENED)).isZero();
            assertThat(bed.atSource("select count(*) from pg_replication_slots where temporary"))
                    .isEqualTo("0");
            open.commit();
            bed.sync();
            bed.assertEqual();
        }
    }

    @Test
    void tables_written_anew_and_new_tables_are_copied_while_the_others_go_on(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18)).bySlot()) {
            bed.source(TABLES);
            bed.sync();
            SyncBed.Running running = bed.start();
            bed.source(
                    "insert into keyless values (7, 'before')",
                    "begin; update keyed set note = 'u' where id < 50; alter table keyed alter id type bigint using id * 2;"
                            + " insert into keyed values (1, 'odd'); commit",
                    "create table late (id int primary key, v text)",
                    "insert into late select i, 'v' from generate_series(1, 300) i",
                    "alter table late alter v type int using length(v) + id",
                    "delete from keyless where n = 3");
            LostAnswerIT.awaitEqualPositions(bed);
            running.stop();
            bed.sync();
            bed.assertEqual();
            assertThat(bed.atDestination("select min(snapshot) from penstock.progress_tables"))
                    .startsWith("slot:");
        }
    }

    @Test
    void the_precheck_asks_for_as_many_slots_as_copies_take(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18)).bySlot()) {
            bed.source(TABLES);
            assertThat(precheck(bed).get("source.free_slot").state()).isEqualTo(Finding.State.PASSED);
            bed.with(spec -> TaskSpecs.copying(spec, 100, 1 << 20));

            Map<String, Finding> findings = precheck(bed);
            assertThat(findings.get("source.snapshots").state()).isEqualTo(Finding.State.WARNING);
            assertThat(findings.get("source.snapshots").why()).contains("temporary slot");
            assertThat(findings.get("source.free_slot").state()).isEqualTo(Finding.State.FAILED);
            assertThat(findings.get("source.free_slot").why())
                    .startsWith("The task needs 101 replication slots, one of its own and 100 for copies");
            assertThat(findings.get("source.free_slot").fix()).contains("full.jobs");
            assertThat(findings.get("source.free_walsender").state()).isEqualTo(Finding.State.FAILED);
        }
    }

    private static Map<String, Finding> precheck(SyncBed bed) {
        Wiring wiring = bed.wiring(FaultPoints.NONE);
        return Precheck.run(bed.spec(), wiring.source(), wiring.destination()).stream()
                .collect(Collectors.toMap(Finding::item, Function.identity()));
    }

    /** A server that waits for transactions does not notice that its client has died. */
    @Test
    void release_ends_what_a_killed_process_has_left(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18));
                Connection left = bed.connectSource();
                Connection other = bed.connectSource()) {
            String slot = "penstock_" + bed.spec().name().replace('-', '_') + "_copy_";
            String make = "select slot_name from pg_create_logical_replication_slot('%s', 'pgoutput', true)";
            SyncBed.one(left, make.formatted(slot + "1"));
            SyncBed.one(other, make.formatted(slot + "mine"));
            try (SourceSetup setup = bed.wiring(FaultPoints.NONE).source().setup()) {
                assertThat(setup.release()).isEqualTo(List.of());
            }
            assertThat(bed.atSource("select string_agg(slot_name, ' ') from pg_replication_slots where temporary"
                            + " and database = current_database()"))
                    .isEqualTo(slot + "mine");
        }
    }

    @Test
    void a_run_ends_what_a_killed_process_has_left(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18));
                Connection left = bed.connectSource();
                Connection neighbour = bed.connectSource()) {
            bed.source(TABLES);
            String name = bed.spec().name();
            String slot = "penstock_" + name.replace('-', '_') + "_copy_";
            String make = "select slot_name from pg_create_logical_replication_slot('%s', 'pgoutput', true)";
            SyncBed.one(left, "select set_config('application_name', 'penstock " + name + "', false)");
            SyncBed.one(left, make.formatted(slot + "1"));
            SyncBed.one(neighbour, make.formatted(slot + "2"));
            bed.sync();
            assertThat(bed.atSource("select string_agg(slot_name, ' ') from pg_replication_slots where temporary"
                            + " and database = current_database()"))
                    .as("the neighbour's alone")
                    .isEqualTo(slot + "2");
        }
    }

    /** The transaction it waits for goes on. */
    @Test
    void a_server_that_waits_to_make_a_slot_notices_that_its_client_has_died(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18));
                CuttingProxy proxy = CuttingProxy.to(servers.version(15).port());
                Connection open = bed.connectSource();
                Connection observer = bed.connectSource()) {
            begin(open);
            PgConnector connector =
                    new PgConnector(PgEndpoint.of(LostAnswerIT.url(proxy, bed.sourceDatabase()), null), "dying");
            OlderTransactions older = new OlderTransactions(observer, connector.describe());
            CompletableFuture<Void> made = CompletableFuture.runAsync(() -> ExportingSlot.create(
                            connector, new TaskNames(bed.spec().name()), older, () -> false)
                    .close());
            awaitCreationWaitsFor(bed, open);
            proxy.cutAll();
            assertThat(made).failsWithin(LIMIT);
            Await.until("the slot goes", LIMIT, () -> "0"
                    .equals(bed.atSource("select count(*) from pg_replication_slots where temporary"
                            + " and database = current_database()")));
        }
    }

    /** A run in the background, before whose first copy something happens. */
    private record Run(SyncBed.Running running, Map<FaultPoint, Integer> points) {
        static Run start(SyncBed bed, Sql beforeCopies) {
            return start(bed, beforeCopies, point -> {});
        }

        /** One job, several chunks of the larger table. */
        static Run start(SyncBed bed, Sql beforeCopies, At then) {
            bed.with(spec -> TaskSpecs.copying(spec, 1, 8 * 8192));
            Map<FaultPoint, Integer> points = new ConcurrentHashMap<>();
            FaultPoints faults = point -> {
                if (points.merge(point, 1, Integer::sum) == 1 && point == FaultPoint.PREPARED) {
                    unchecked(beforeCopies);
                }
                unchecked(() -> then.reached(point));
            };
            return new Run(bed.start(new TaskRun.Options(Until.NEVER, faults)), points);
        }

        int passed(FaultPoint point) {
            return points.getOrDefault(point, 0);
        }
    }

    private interface Sql {
        void run() throws SQLException;
    }

    private interface At {
        void reached(FaultPoint point) throws SQLException;
    }

    private static void unchecked(Sql sql) {
        try {
            sql.run();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** With a transaction id. */
    private static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select txid_current()");
        }
    }

    /** The walsender that makes the slot waits for the end of the given session's transaction. */
    private static void awaitCreationWaitsFor(SyncBed bed, Connection open) throws SQLException {
        String pid = SyncBed.one(open, "select pg_backend_pid()");
        Await.until("slot creation waits for " + pid, LIMIT, () -> "t"
                .equals(bed.atSource("select exists (select from pg_replication_slots where temporary and " + pid
                        + " = any(pg_blocking_pids(active_pid)))")));
    }

    /** The slot is there, and its snapshot not in use yet. */
    private static void awaitBarrierWaits(SyncBed bed) {
        Await.until("the barrier waits", LIMIT, () -> "t".equals(bed.atSource("""
                        select exists (select from pg_replication_slots where temporary)
                               and exists (select from pg_stat_activity where query like '%txid_snapshot_xmin%'
                                              and application_name like 'penstock%' and datname = current_database())""")));
    }
}
