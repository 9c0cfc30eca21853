package io.penstock.cli.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.sync.RandomTransactions;
import io.penstock.cli.sync.SyncBed;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.core.progress.TableProgress;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.testkit.CrashAt;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import io.penstock.testkit.SimulatedCrash;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random changes of definitions and rows in random transactions, a task that crashes at random, a destination that at times refuses much
 * until a person helps: at every check both ends have the same definitions and rows. Each life of a task begins with new databases and has a seed of its own, which a failure shows with what the
 * source was told; {@code -Dpenstock.seed=N} lives that life again, {@code -Dpenstock.property.minutes=N} lives for longer.
 */
@ExtendWith(Servers.class)
class RandomDefinitionsIT {
    private static final Duration SHORT = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final int CHECKS = 5;

    @Test
    void random_definitions_and_rows_end_equal(Servers servers) throws Exception {
        // The same lives every time: who wants others asks for the long form.
        live(servers.version(15), servers.version(18), SHORT, new Random(1));
    }

    @EnabledIfSystemProperty(named = "penstock.long", matches = "true")
    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void random_definitions_and_rows_end_equal_for_longer(int version, Servers servers) throws Exception {
        live(servers.version(version), servers.version(18), LONG, new Random());
    }

    private static void live(EmbeddedServer source, EmbeddedServer destination, Duration usual, Random seeds)
            throws Exception {
        Long seed = Long.getLong("penstock.seed");
        Integer minutes = Integer.getInteger("penstock.property.minutes");
        long end = System.nanoTime() + (minutes == null ? usual : Duration.ofMinutes(minutes)).toNanos();
        do {
            long own = seed != null ? seed : seeds.nextInt(Integer.MAX_VALUE);
            System.out.println("random definitions seed=" + own + " source=" + source.majorVersion());
            try (Life life = new Life(source, destination, own)) {
                life.live();
            }
        } while (seed == null && System.nanoTime() < end);
    }

    /** One task, from its beginning on. */
    private static final class Life implements AutoCloseable {
        private final long seed;
        private final SyncBed bed;
        /** Apart from what is done to the task, so that the source is told the same again however quick the task is. */
        private final RandomTransactions transactions;

        private final Random random;
        private final List<String> script = new ArrayList<>();

        Life(EmbeddedServer source, EmbeddedServer destination, long seed) throws SQLException {
            this.seed = seed;
            this.random = new Random(seed + 1);
            this.bed = new SyncBed(source, destination);
            Random statements = new Random(seed);
            this.transactions = new RandomTransactions(statements, new RandomStatement(statements));
            bed.source(RandomStatement.resource("/ddl/random-start.sql"));
        }

        void live() throws Exception {
            try (Connection connection = connect()) {
                transactions(connection, random.nextInt(10));
                logged(connection);
                bed.sync();
                for (int check = 0; check < CHECKS; check++) {
                    boolean hindered = random.nextInt(3) == 0;
                    if (hindered) {
                        hinder();
                    }
                    run(connection, hindered);
                    transactions(connection, random.nextInt(15));
                    logged(connection);
                    help(hindered);
                    assertFollowed();
                    script.add("-- equal");
                }
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ", what the source was told:\n" + String.join("\n", script), e);
            }
        }

        /** Every other one speaks the simple protocol, where several statements are one message. */
        private Connection connect() throws SQLException {
            String url = bed.sourceServer().jdbcUrl(bed.sourceDatabase());
            Connection connection =
                    DriverManager.getConnection(url + (random.nextBoolean() ? "&preferQueryMode=simple" : ""));
            try (Statement statement = connection.createStatement()) {
                statement.execute("set statement_timeout = '60s'");
            }
            return connection;
        }

        private void transactions(Connection connection, int count) throws SQLException {
            try {
                for (int i = 0; i < count; i++) {
                    transactions.run(connection);
                }
            } finally {
                script.addAll(transactions.takeScript());
            }
        }

        /** The destination's own views use every other table there is, so that it refuses much. */
        private void hinder() throws SQLException {
            script.add("-- views stand in the way");
            bed.destination("create schema hindering", """
                    do $$ declare t record; begin
                      for t in select c.oid::regclass as name, row_number() over (order by c.oid) as number
                                 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                                where c.relkind in ('r', 'p') and n.nspname in ('public', 'S two', 'other') loop
                        if t.number %% 2 = %d then
                          execute format('create view hindering.v_%%s as select * from %%s', t.number, t.name);
                        end if;
                      end loop;
                    end $$""".formatted(random.nextInt(2)));
        }

        /** A person: the views go, and what waits goes on. Where another table cannot go on without it the task stops first. */
        private void help(boolean hindered) throws SQLException {
            if (!hindered) {
                bed.sync();
                return;
            }
            try {
                bed.sync();
            } catch (PenstockException e) {
                script.add("-- the task stops: " + e.getMessage());
                assertThat(e.kind()).isEqualTo(ErrorKind.REFUSED);
            }
            bed.destination("drop schema hindering cascade");
            List<TableProgress> waiting = DdlBed.waiting(bed);
            script.add("-- waiting: "
                    + waiting.stream()
                            .map(t -> t.mapping().source() + ": " + t.error())
                            .toList());
            waiting.forEach(t -> DdlBed.resume(bed, t));
            bed.sync();
        }

        /** With or without a crash, and with changes meanwhile. */
        private void run(Connection connection, boolean hindered) throws Exception {
            FaultPoint point = FaultPoint.values()[random.nextInt(FaultPoint.values().length)];
            CrashAt crash = new CrashAt(point, 1 + random.nextInt(random.nextBoolean() ? 2 : 20));
            boolean crashes = random.nextInt(4) != 0;
            script.add("-- a run" + (crashes ? " that crashes at " + point : ""));
            FaultPoints faults = crashes ? crash : FaultPoints.NONE;
            SyncBed.Running running = bed.start(new TaskRun.Options(Until.NEVER, faults));
            transactions(connection, 5 + random.nextInt(30));
            if (crash.crashed()) {
                assertThat(running.awaitFailure()).isInstanceOf(SimulatedCrash.class);
            } else {
                end(running, crash, hindered);
            }
        }

        private static void end(SyncBed.Running running, CrashAt crash, boolean hindered) throws InterruptedException {
            try {
                running.stop();
            } catch (AssertionError e) {
                boolean refused =
                        hindered && e.getCause() instanceof PenstockException p && p.kind() == ErrorKind.REFUSED;
                if (!refused && !(e.getCause() instanceof SimulatedCrash && crash.crashed())) {
                    throw e;
                }
            }
        }

        /** What is not in the log is not followed, so at the end nothing may be unlogged. */
        private void logged(Connection connection) throws SQLException {
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                statement.execute("""
                        do $$ declare t regclass; begin
                          for t in select oid from pg_class where relpersistence = 'u' and relkind = 'r' loop
                            execute format('alter table %s set logged', t);
                          end loop;
                        end $$""");
            }
        }

        private void assertFollowed() throws SQLException {
            assertThat(bed.atDestination("select coalesce(string_agg(source || ': ' || error, E'\\n'), '')"
                            + " from penstock.progress_tables where state = 'errored'"))
                    .isEmpty();
            DdlBed.assertEqualDefinitions(bed);
            bed.assertEqual();
        }

        @Override
        public void close() {
            bed.close();
        }
    }
}
