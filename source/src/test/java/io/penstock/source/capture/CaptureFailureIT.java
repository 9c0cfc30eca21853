package io.penstock.source.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.port.DdlCapture.State;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.schema.SchemaEvent.Kind;
import io.penstock.testkit.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Servers.class)
class CaptureFailureIT {
    /** Two lock timeouts of 200 ms, and a machine that is busy with other tests. */
    private static final Duration AT_ONCE = Duration.ofSeconds(3);

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_dropped_log_table_fails_nobody_and_is_counted(int version, Servers servers) throws SQLException {
        try (CaptureBed bed =
                        new CaptureBed(servers.version(version), "create table t (id int primary key)").publish();
                SourceSetup setup = bed.source(CaptureBed.TASK).setup()) {
            assertThat(setup.captureFailures()).isZero();
            assertThat(setup.ddlCapture(0).state()).isEqualTo(State.ACTIVE);
            bed.sql("drop table penstock.ddl_log cascade");
            bed.sqlAs("plain", "create table u (id int)");
            bed.sql("alter table t add column a int");
            assertThat(setup.captureFailures()).isGreaterThanOrEqualTo(2);
            assertThat(setup.ddlCapture(0).state()).isEqualTo(State.BROKEN);
            assertThat(setup.ddlCapture(setup.captureFailures()).state()).isEqualTo(State.ACTIVE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_locked_log_table_delays_nobody(int version, Servers servers) throws SQLException {
        try (CaptureBed bed =
                        new CaptureBed(servers.version(version), "create table t (id int primary key)").publish();
                SourceSetup setup = bed.source(CaptureBed.TASK).setup();
                Connection locker = bed.connect();
                Statement statement = locker.createStatement()) {
            locker.setAutoCommit(false);
            statement.execute("lock table penstock.ddl_log in access exclusive mode");
            long begun = System.nanoTime();
            bed.sql("alter table t add column a int");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(AT_ONCE);
            locker.rollback();
            assertThat(setup.captureFailures()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_log_table_that_somebody_changed_is_reported(int version, Servers servers) throws SQLException {
        try (CaptureBed bed =
                new CaptureBed(servers.version(version), "create table t (id int primary key)").publish()) {
            bed.sql("alter table penstock.ddl_log rename column image to picture");
            bed.sql("alter table t add column a int");
            assertThat(bed.events())
                    .singleElement()
                    .satisfies(event -> assertThat(event.kind()).isEqualTo(Kind.CAPTURE_FAILED))
                    .extracting(SchemaEvent::tag)
                    .asString()
                    .contains("image");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_disabled_trigger_is_noticed_and_mended_by_publishing_again(int version, Servers servers)
            throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish();
                SourceSetup setup = bed.source(CaptureBed.TASK).setup()) {
            bed.sql("alter event trigger penstock_ddl_drop disable");
            assertThat(setup.ddlCapture(0).state()).isEqualTo(State.BROKEN);
            bed.publish();
            assertThat(setup.ddlCapture(setup.captureFailures()).state()).isEqualTo(State.ACTIVE);
            bed.sql("drop event trigger penstock_ddl_end");
            assertThat(setup.ddlCapture(0).state()).isEqualTo(State.BROKEN);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void the_log_is_purged_when_every_task_has_applied_it(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version))
                        .publish()
                        .publish("second", io.penstock.core.task.ObjectSelection.EVERYTHING);
                SourceSetup first = bed.source(CaptureBed.TASK).setup();
                SourceSetup second = bed.source("second").setup()) {
            bed.sql("create table t (id int)", "alter table t add column a int", "alter table t add column b int");
            first.purgeDdlLog(3);
            assertThat(bed.one("select count(*) from penstock.ddl_log")).isEqualTo("3");
            second.purgeDdlLog(2);
            assertThat(bed.one("select count(*) from penstock.ddl_log")).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void rewritten_tables_are_told_until_it_is_known_that_all_was_logged(int version, Servers servers)
            throws SQLException {
        String rewrite = "alter table t alter a type int using a * 2";
        try (CaptureBed bed = new CaptureBed(
                                servers.version(version),
                                "create table t (id int primary key, a int)",
                                "create table gone (a int)")
                        .publish();
                SourceSetup setup = bed.source(CaptureBed.TASK).setup()) {
            assertThat(setup.rewritten()).isEmpty();
            bed.sql(rewrite, "create table later (a int)", "drop table gone");
            assertThat(setup.rewritten()).containsExactlyInAnyOrder(bed.oid("t"), bed.oid("later"));
            setup.rememberFiles(0);
            assertThat(setup.rewritten()).isEmpty();

            bed.sql("alter event trigger penstock_ddl_rewrite disable", rewrite);
            setup.rememberFiles(0);
            assertThat(setup.rewritten()).containsExactly(bed.oid("t"));
            bed.publish();
            setup.rememberFiles(0);
            assertThat(setup.rewritten()).containsExactly(bed.oid("t"));
            setup.rememberFiles(setup.captureFailures());
            assertThat(setup.rewritten()).isEmpty();
        }
    }
}
