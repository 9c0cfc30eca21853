package io.penstock.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.sync.SyncBed;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.progress.TaskState;
import io.penstock.core.task.TaskSpec;
import io.penstock.testkit.Await;
import io.penstock.testkit.CuttingProxy;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.LeakCheck;
import io.penstock.testkit.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that is away for a while, a login that is refused, a stop under load. */
@Tag("alone")
@ExtendWith(Servers.class)
class RetryIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goes_on_by_itself_when_a_database_is_back(boolean source, Servers servers) throws Exception {
        outage(source, Duration.ofSeconds(4), servers);
    }

    @LongRunning
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goes_on_by_itself_after_half_a_minute(boolean source, Servers servers) throws Exception {
        outage(source, Duration.ofSeconds(30), servers);
    }

    private static void outage(boolean ofTheSource, Duration away, Servers servers) throws Exception {
        try (CuttingProxy proxy =
                        CuttingProxy.to(servers.version(ofTheSource ? 15 : 18).port());
                SyncBed bed = bed(servers)) {
            bed.with(spec -> ofTheSource
                    ? TaskSpecs.from(spec, LostAnswerIT.url(proxy, bed.sourceDatabase()))
                    : TaskSpecs.to(spec, LostAnswerIT.url(proxy, bed.destinationDatabase())));
            bed.sync();
            try (Load load =
                    Load.start(bed.sourceServer(), bed.sourceDatabase(), 2, Load.seed(), Duration.ofMillis(5))) {
                SyncBed.Running running = bed.start();
                Await.until("streams", LIMIT, () -> running.run().watch().changes() > 0);
                proxy.refuse();
                Await.until("tries again", LIMIT, () -> running.run().watch().state() == TaskState.RETRYING);
                long back = System.nanoTime() + away.toNanos();
                Await.until("time passes", LIMIT, () -> System.nanoTime() > back);
                proxy.admit();
                load.stop();
                LostAnswerIT.awaitEqualPositions(bed);
                assertThat(running.run().watch().state()).isEqualTo(TaskState.SYNCHRONIZING);
                running.stop();
            }
            bed.assertEqual();
        }
        LeakCheck.assertNothingLeft(servers.version(15));
    }

    @Test
    void a_process_that_lost_the_task_to_another_does_not_tell_its_state(Servers servers) throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to(servers.version(18).port());
                SyncBed bed = bed(servers)) {
            bed.sync();
            TaskSpec direct = bed.spec();
            bed.with(spec -> TaskSpecs.to(spec, LostAnswerIT.url(proxy, bed.destinationDatabase())));
            SyncBed.Running loser = bed.start();
            Await.until("streams", LIMIT, () -> loser.run().watch().state() == TaskState.SYNCHRONIZING);
            proxy.refuse();
            Await.until("tries again", LIMIT, () -> loser.run().watch().state() == TaskState.RETRYING);
            SyncBed.Running other = bed.with(spec -> direct).start();
            Await.until(
                    "the other has the task", LIMIT, () -> other.run().watch().state() == TaskState.SYNCHRONIZING);
            proxy.admit();

            assertThat(loser.awaitFailure()).hasMessageContaining("running already");
            assertThat(bed.atDestination("select state || coalesce(error, '') from penstock.progress"))
                    .isEqualTo("synchronizing");
            other.stop();
        }
    }

    @Test
    void waits_for_a_destination_that_takes_no_changes_for_a_while(Servers servers) throws Exception {
        try (SyncBed bed = bed(servers)) {
            bed.sync();
            SyncBed.Running running = bed.start();
            Await.until("streams", LIMIT, () -> running.run().watch().state() == TaskState.SYNCHRONIZING);
            String readOnly = "alter database " + bed.destinationDatabase() + " set default_transaction_read_only to ";
            servers.version(18)
                    .execute(
                            "postgres",
                            readOnly + "on",
                            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '"
                                    + bed.destinationDatabase() + "'");
            Await.until("tries again", LIMIT, () -> String.valueOf(
                            running.run().watch().note())
                    .contains("read-only"));
            servers.version(18).execute("postgres", readOnly + "off");
            Await.until("goes on", LIMIT, () -> running.run().watch().state() == TaskState.SYNCHRONIZING);
            LostAnswerIT.awaitEqualPositions(bed);
            running.stop();
            bed.assertEqual();
        }
    }

    private static SyncBed bed(Servers servers) throws Exception {
        SyncBed bed = new SyncBed(servers.version(15), servers.version(18));
        bed.source(Bank.tables(100));
        return bed;
    }

    @Test
    void stops_when_the_password_is_wrong_from_now_on(Servers servers) throws Exception {
        EmbeddedServer destination = servers.version(18);
        try (SyncBed bed = bed(servers)) {
            String role = "keyed_" + bed.destinationDatabase();
            destination.execute("postgres", "create role " + role + " superuser login password 'right'");
            requirePassword(destination, role);
            String url =
                    "postgresql://" + role + ":right@127.0.0.1:" + destination.port() + "/" + bed.destinationDatabase();
            bed.with(spec -> TaskSpecs.to(spec, url));
            SyncBed.Running running = bed.start();
            Await.until("streams", LIMIT, () -> running.run().watch().phase().equals("incremental"));
            destination.execute(
                    "postgres",
                    "alter role " + role + " password 'changed'",
                    "select pg_terminate_backend(pid) from pg_stat_activity where usename = '" + role + "'");
            Throwable failure = running.awaitFailure();
            assertThat(failure).isInstanceOf(PenstockException.class);
            assertThat(((PenstockException) failure).kind()).isEqualTo(ErrorKind.LOGIN);
            assertThat(failure).hasMessageNotContaining("right").hasMessageNotContaining("changed");
            bed.with(spec -> TaskSpecs.to(spec, url.replace(":right@", ":changed@")));
            bed.sync();
            bed.assertEqual();
        }
    }

    private static void requirePassword(EmbeddedServer server, String role) throws Exception {
        Path file = server.dataDirectory().resolve("pg_hba.conf");
        String before = Files.readString(file);
        Files.writeString(file, "host all " + role + " 127.0.0.1/32 scram-sha-256\n" + before);
        server.execute("postgres", "select pg_reload_conf()");
        Await.until("the rule holds", LIMIT, () -> {
            try (var rules = server.connect("postgres");
                    var statement = rules.createStatement();
                    var found =
                            statement.executeQuery("select count(*) from pg_hba_file_rules where user_name = array['"
                                    + role + "'] and pg_conf_load_time() > now() - interval '1 minute'")) {
                return found.next() && found.getInt(1) == 1;
            }
        });
    }

    @Test
    void a_stop_under_load_leaves_the_slot_not_beyond_the_applied_position_and_nothing_is_applied_twice(Servers servers)
            throws Exception {
        try (SyncBed bed = bed(servers)) {
            bed.source("create table ledger (n int)");
            bed.sync();
            try (Load load =
                    Load.start(bed.sourceServer(), bed.sourceDatabase(), 3, Load.seed(), Duration.ofMillis(1))) {
                for (int round = 0; round < 3; round++) {
                    SyncBed.Running running = bed.start();
                    Await.until("streams", LIMIT, () -> running.run().watch().changes() > 0);
                    bed.source("insert into ledger select generate_series(1, 100)");
                    load.awaitMore(50);
                    running.stop();
                    String applied = bed.atDestination("select applied_lsn from penstock.progress");
                    // Usually it is there; but a sender that is busy when the connection ends does not read the last
                    // confirmation.
                    assertThat(bed.atSource("select confirmed_flush_lsn <= '" + applied
                                    + "' from pg_replication_slots where database = current_database()"))
                            .isEqualTo("t");
                    assertThat(bed.atDestination("select state from penstock.progress"))
                            .isEqualTo("suspended");
                }
            }
            bed.sync();
            bed.assertEqual();
            assertThat(bed.atDestination("select count(*) from ledger")).isEqualTo("300");
        }
        LeakCheck.assertNothingLeft(servers.version(15));
    }
}
