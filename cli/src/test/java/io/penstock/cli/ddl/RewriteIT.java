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

    /** What a command drops is told between a rewrite and the command's end, and may name other objects alone. */
    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void rows_written_anew_are_copied_also_when_the_command_drops_something_of_another_table(
            int version, Servers servers) throws Exception {
        String start = "create table parent (id int constraint parent_pkey primary key, n int);"
                + " create table child (id int primary key, p int references parent);"
                + " create table t (id int primary key, idcol int generated always as identity);"
                + " insert into parent select i, i from generate_series(1, 10) i; insert into child values (1, 1);"
                + " insert into t select i from generate_series(1, 10) i";
        try (DdlBed bed = new DdlBed(servers.version(version), servers.version(18), start)) {
            bed.source(
                    "alter table parent drop constraint parent_pkey cascade, alter n type int using n * 100",
                    "alter table t drop idcol, add u uuid default md5(random()::text)::uuid",
                    "insert into parent values (11, 11); insert into t values (11)");
            bed.assertFollowed();
        }
    }

    @Test
    void rows_written_anew_are_copied_also_when_the_end_of_the_command_could_not_be_logged(Servers servers)
            throws Exception {
        try (DdlBed bed = new DdlBed(servers.version(15), servers.version(18), START)) {
            bed.source("alter table penstock.ddl_log add constraint broken check (event <> 'command') not valid");
            bed.source("alter table t alter n type int using n * 10; insert into t values (5001, 'y', 2)");
            bed.source("alter table penstock.ddl_log drop constraint broken");
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
