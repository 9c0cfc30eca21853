package io.penstock.cli.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.cli.sync.SpecChange;
import io.penstock.core.fault.FaultPoint;
import io.penstock.core.fault.FaultPoints;
import io.penstock.engine.run.TaskRun;
import io.penstock.engine.stream.Until;
import io.penstock.testkit.Await;
import io.penstock.testkit.CrashAt;
import io.penstock.testkit.Servers;
import io.penstock.testkit.SimulatedCrash;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The source changes its definitions before the stream begins: while tables are made, copied and indexed. */
@ExtendWith(Servers.class)
class CopyUnderDdlIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final String[] START = {
        "create type mood as enum ('good', 'bad'); create type old as enum ('x', 'y')", """
        create table a (id int primary key, v text, n int);
        create table b (id int primary key, v text);
        create table c (id int primary key, v text);
        create table d (id int primary key, v text, w int);
        create table e1 (id int primary key, one text);
        create table e2 (id int primary key, two int);
        create table f (id int primary key, m mood, o old);
        create table g (line text);
        create table h (id int primary key, x int);
        create table k (id int primary key, h int references h, note text);
        create table i (id serial primary key, x int);
        create table p (id int primary key, k text) partition by range (id);
        create table p1 partition of p for values from (0) to (100);
        create table p2 partition of p for values from (100) to (200);
        create table p3 partition of p for values from (200) to (300);
        create index on h (x);
        """, """
        insert into a select i, 'a' || i, i from generate_series(1, 3000) i;
        insert into b select i, 'b' || i from generate_series(1, 200) i;
        insert into c select i, 'c' || i from generate_series(1, 200) i;
        insert into d select i, 'd' || i, i from generate_series(1, 200) i;
        insert into e1 select i, 'e' || i from generate_series(1, 200) i;
        insert into e2 select i, i from generate_series(1, 200) i;
        insert into f select i, case when i % 2 = 0 then 'good' else 'bad' end::mood, 'x' from generate_series(1, 200) i;
        insert into g select 'line ' || i % 7 from generate_series(1, 100) i;
        insert into h select i, i from generate_series(1, 1500) i;
        insert into k select i, i, 'k' from generate_series(1, 300) i;
        insert into i (x) select i from generate_series(1, 300) i;
        insert into p select i, 'p' || i from generate_series(1, 299) i;
        """, "analyze"
    };

    private static final String[] CHANGES = {
        "alter table a add c int default 7; insert into a values (5001, 'new', 1, 2)",
        "alter table a rename v to w; update a set w = 'changed' where id < 5",
        "alter table a drop n; update a set c = 8 where id = 5",
        "alter table a alter c type bigint using c * 10; delete from a where id = 6; comment on table a is 'changed'",
        "insert into b values (5001, 'x'); alter table b rename to b2; create schema s; alter table b2 set schema s;"
                + " update s.b2 set v = 'moved' where id = 3",
        "delete from c where id < 9; drop table c",
        "update d set w = 0; drop table d; create table d (k text primary key, z numeric); insert into d values ('one', 1.5), ('two', 2)",
        "alter table e1 rename to e0; alter table e2 rename to e1; alter table e0 rename to e2; insert into e1 values (5001, 1);"
                + " update e2 set one = 'swapped' where id = 7",
        "alter type mood add value 'fine' before 'bad'",
        "insert into f values (5001, 'fine', 'y')",
        "alter type mood rename value 'bad' to 'poor'; insert into f values (5002, 'poor', 'y')",
        "alter table f drop o; drop type old; create type old as (a int, b text); alter table f add o old; update f set o = (1, 'z') where id = 9",
        "truncate g; insert into g values ('only')",
        "create table p4 partition of p for values from (300) to (400); insert into p values (350, 'four')",
        "alter table p add q int default 1; update p set q = 2 where id < 50 or id > 320",
        "alter table p detach partition p1; insert into p1 values (5000, 'outside', 3); alter table p1 drop q",
        "drop table p2",
        "create table p5 (id int primary key, k text, q int); insert into p5 values (450, 'five', 5);"
                + " alter table p5 alter q set default 1; alter table p attach partition p5 for values from (400) to (500); update p set k = 'all'",
        "create index h_note on h ((x + 1)); alter table h add constraint positive check (x >= 0); drop index h_x_idx",
        "alter table k drop constraint k_h_fkey; alter table k add constraint kh foreign key (h) references h; delete from k where id > 250;"
                + " alter table k alter note set default 'none', alter note set not null; alter table k add other int references k",
        "alter table i add u uuid default md5(random()::text)::uuid; insert into i (x) values (7); alter table i rename to j",
        "create table n (id int primary key, v text); insert into n values (1, 'n'); create table made as select * from n; insert into made values (2, 'm')",
        "create table gone (id int); insert into gone values (1); drop table gone"
    };

    @ParameterizedTest
    @CsvSource({
        "15, TABLE_CREATED, 5, true",
        "18, PREPARED, 1, false",
        "15, TABLE_OPENED, 2, false",
        "11, TABLE_COPIED, 4, false",
        "15, TABLE_COPIED, 6, true",
        "15, STREAM_STARTED, 1, false",
    })
    void definitions_and_rows_are_equal_whenever_they_change(
            int version, FaultPoint point, int nth, boolean crash, Servers servers) throws Exception {
        change(version, point, nth, crash, servers);
    }

    @ParameterizedTest
    @EnabledIfSystemProperty(named = "penstock.long", matches = "true")
    @CsvSource({
        "15, TABLE_CREATED, 5, false",
        "15, SLOT_CREATED, 1, false",
        "15, BARRIER_PASSED, 1, false",
        "11, PREPARED, 1, false",
        "15, PREPARED, 1, false",
        "15, CHUNK_COMMITTED, 1, false",
        "18, TABLE_COPIED, 4, false",
        "15, TABLE_COPIED, 9, false",
        "15, INDEXES_CREATED, 3, false",
        "15, SLOT_RECORDED, 1, true",
        "11, PREPARED, 1, true",
        "15, PREPARED, 1, true",
        "15, TABLE_OPENED, 6, true",
        "18, TABLE_OPENED, 9, true",
        "15, INDEXES_CREATED, 9, true",
    })
    void definitions_and_rows_are_equal_whenever_they_change_at_length(
            int version, FaultPoint point, int nth, boolean crash, Servers servers) throws Exception {
        change(version, point, nth, crash, servers);
    }

    @Test
    void a_table_that_is_copied_again_while_the_stream_goes_on_is_renamed_and_changed(Servers servers)
            throws Exception {
        try (DdlBed bed = new DdlBed(
                servers.version(15),
                servers.version(18),
                "create table t (id int primary key, v text); insert into t select i, 'v' || i from generate_series(1, 500) i")) {
            bed.source(
                    "alter table t add u uuid default md5(random()::text)::uuid; update t set v = 'held' where id = 5");
            Changes changes = new Changes(
                    bed,
                    FaultPoint.TABLE_OPENED,
                    1,
                    false,
                    "insert into t values (601, 'held', null)",
                    "alter table t rename to t2; insert into t2 values (602, 'after', null)",
                    "alter table t2 add w int default 3; update t2 set w = 4 where id > 600; delete from t2 where id = 7");
            bed.bed().task(new TaskRun.Options(Until.CAUGHT_UP, changes)).run();
            changes.await();
            bed.assertFollowed();
            assertThat(bed.bed().atDestination("select count(*) from penstock.quarantine"))
                    .isEqualTo("0");
            assertThat(bed.bed().atDestination("select string_agg(source, ' ') from penstock.progress_tables"))
                    .isEqualTo("public.t2");
        }
    }

    @Test
    void whoever_changes_a_table_need_not_wait_until_what_is_held_of_it_is_applied(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(
                servers.version(15),
                servers.version(18),
                "create table t (id int primary key, v text); insert into t select i, 'v' || i from generate_series(1, 500) i")) {
            bed.source(
                    "alter table t add u uuid default md5(random()::text)::uuid; update t set v = 'held' where id = 5");
            AtomicInteger copies = new AtomicInteger();
            AtomicBoolean held = new AtomicBoolean();
            AtomicBoolean changed = new AtomicBoolean();
            FaultPoints changes = point -> {
                try {
                    if (point == FaultPoint.TABLE_COPIED && copies.incrementAndGet() == 1) {
                        bed.source("insert into t values (601, 'after the snapshot', null)");
                        Await.until("held", LIMIT, () -> isHeld(bed));
                        held.set(true);
                    } else if (point == FaultPoint.MERGED && held.get() && changed.compareAndSet(false, true)) {
                        // Nothing that is held can be applied before this is done.
                        bed.source("set lock_timeout = '30s'; alter table t drop v; insert into t (id) values (602)");
                    }
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            };
            bed.bed().task(new TaskRun.Options(Until.CAUGHT_UP, changes)).run();
            assertThat(changed.get()).isTrue();
            bed.assertFollowed();
        }
    }

    private static boolean isHeld(DdlBed bed) throws SQLException {
        return "t"
                .equals(
                        bed.bed()
                                .atDestination(
                                        "select exists (select from penstock.quarantine where source = 'public.t' and kind like 'INSERT%')"));
    }

    private static void change(int version, FaultPoint point, int nth, boolean crash, Servers servers)
            throws Exception {
        try (DdlBed bed = DdlBed.idle(servers.version(version), servers.version(18), START)) {
            bed.bed().with(SpecChange::oneJob);
            Changes changes = new Changes(bed, point, nth, crash, CHANGES);
            TaskRun run = bed.bed().task(new TaskRun.Options(Until.CAUGHT_UP, changes));
            if (crash) {
                assertThatThrownBy(run::run).isInstanceOf(SimulatedCrash.class);
            } else {
                run.run();
            }
            changes.await();
            bed.assertFollowed();
            assertThat(bed.bed().destinationHas("public.c")).isFalse();
            assertThat(bed.bed().destinationHas("public.gone")).isFalse();
        }
    }

    /** Makes all changes when a point is passed, in the background because some wait for the table that is being copied. */
    private static final class Changes implements FaultPoints {
        private final DdlBed bed;
        private final FaultPoint point;
        private final int nth;
        private final boolean crash;
        private final String[] statements;
        private final AtomicInteger passed = new AtomicInteger();
        private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
        private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();

        Changes(DdlBed bed, FaultPoint point, int nth, boolean crash, String... statements) {
            this.statements = statements;
            this.bed = bed;
            this.point = point;
            this.nth = nth;
            this.crash = crash;
        }

        @Override
        public void reached(FaultPoint reached) {
            if (reached != point || passed.incrementAndGet() != nth) {
                return;
            }
            Thread changing = new Thread(
                    () -> {
                        try {
                            bed.source(statements);
                        } catch (SQLException e) {
                            failure.set(e);
                        }
                    },
                    "changes");
            thread.set(changing);
            changing.start();
            Await.until("changed, or waits for a lock", LIMIT, () -> !changing.isAlive() || waits());
            if (crash) {
                new CrashAt(point, 1).reached(point);
            }
        }

        private boolean waits() throws SQLException {
            return "t"
                    .equals(bed.bed()
                            .atSource(
                                    "select exists (select from pg_locks l join pg_database d on d.oid = l.database where not granted"
                                            + " and d.datname = current_database())"));
        }

        void await() throws Exception {
            Thread changing = thread.get();
            assertThat(changing).as("passed %s", point).isNotNull();
            changing.join(LIMIT.toMillis());
            SQLException failed = failure.get();
            if (failed != null) {
                throw failed;
            }
        }
    }
}
