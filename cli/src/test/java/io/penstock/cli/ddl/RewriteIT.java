package io.penstock.cli.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.sync.SyncBed;
import io.penstock.testkit.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes that write the rows anew, which the log does not carry. */
@ExtendWith(Servers.class)
class RewriteIT {
    private static final String START = """
            create table t (id int primary key, a text, n int);
            create table other (id int primary key, v int);
            create table keyless (line text);
            insert into t select i, i::text, i from generate_series(1, 2000) i;
            insert into keyless select 'line ' || i % 10 from generate_series(1, 500) i;
            insert into other values (1, 1)""";

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void rows_written_anew_are_copied_while_others_go_on(int version, Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(version), servers.version(18), START)) {
            bed.source(
                    "update t set a = 'before' where id < 100; alter table t add r double precision default random(); update t set r = 0 where id = 1;"
                            + " insert into t values (5000, 'x', 1, 1); delete from t where id = 2",
                    "update other set v = 2; update t set a = 'after' where id between 50 and 60; delete from t where id = 5000",
                    "alter table t alter n type bigint using n * 10; insert into t values (5001, 'y', 2, 2)",
                    "alter table keyless add s serial; insert into keyless values ('new'); delete from keyless where line = 'line 3'",
                    "alter table t alter a type int using length(a); update t set a = 99 where id = 7",
                    "alter table t add z uuid default md5(random()::text)::uuid; update other set v = 3");
            bed.assertFollowed();
        }
    }

    @Test
    void a_plain_cast_needs_no_copy(Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.source("alter table t alter n type bigint", "insert into t values (3000, 'b', 10000000000)");
            bed.assertFollowed();
            assertThat(bed.bed()
                            .atDestination("select count(*) from penstock.progress_tables where snapshot is not null"))
                    .isEqualTo("3");
        }
    }

    @Test
    void populated_tables_join_by_rename_and_leave_by_rename(Servers servers) throws Exception {
        SyncBed plain = new SyncBed(servers.version(15), servers.version(18));
        try (plain) {
            plain.with(Selections.schemaWithout("public", "tmp_*"));
            plain.source("create table t (id int primary key); create table tmp_load (id int primary key, v text);"
                    + " insert into tmp_load select i, 'v' from generate_series(1, 300) i");
            plain.sync();
            plain.source(
                    "insert into tmp_load values (1000, 'unseen')",
                    "alter table tmp_load rename to loaded; insert into loaded values (1001, 'seen')",
                    "update loaded set v = 'w' where id = 5",
                    "alter table t rename to tmp_t; insert into tmp_t values (1)");
            plain.sync();
            assertThat(plain.atDestination("select count(*) || ' ' || min(v) || ' ' || max(v) from loaded"))
                    .isEqualTo("302 seen w");
            assertThat(plain.destinationHas("public.tmp_t")).isFalse();
            assertThat(plain.destinationHas("public.t")).isTrue();
        }
    }
}
