package io.penstock.cli.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.testkit.Servers;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Servers.class)
class DdlFollowIT {
    private static final String START = """
            create table t (id int primary key, a text, b int not null default 1);
            create table u (id int primary key, t int references t);
            create table log (line text);
            insert into t select i, 'a' || i, i from generate_series(1, 100) i;
            insert into u select i, i from generate_series(1, 50) i;
            insert into log values ('x'), ('x'), ('y')""";

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void columns_come_go_and_change_among_their_rows(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers)) {
            bed.source(
                    "insert into t values (201, 'before'); alter table t add c numeric default 7.5; insert into t values (202, 'after', 2, 1.25)",
                    "update t set c = 3 where id < 10; alter table t rename a to \"A a\"; update t set \"A a\" = 'new' where id = 5",
                    "alter table t drop b; insert into t (id, \"A a\") values (203, 'without b')",
                    "alter table t alter c set default 9, alter c set not null; insert into t (id) values (204)",
                    "alter table t alter \"A a\" type varchar(50); alter table log add n int; insert into log values ('z', 1)",
                    "begin; alter table t add d int; savepoint s; alter table t add e int; insert into t (id, e) values (300, 1); rollback to s;"
                            + " insert into t (id, d) values (301, 1); commit");
            bed.assertFollowed();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void tables_come_and_go_with_their_rows(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers)) {
            bed.source(
                    "create table n (id serial primary key, at timestamptz default now(), t int references t); insert into n (t) values (1), (2)",
                    "create table keyless (line text); insert into keyless values ('a'), ('a'); update keyless set line = 'b'",
                    "create table made as select id, a from t where id < 20; delete from made where id < 5",
                    "create type mood as enum ('good', 'bad'); create table m (id int primary key, m mood default 'good');"
                            + " insert into m (id) values (1); insert into m values (2, 'bad')",
                    "alter type mood add value 'fine' before 'bad'",
                    "insert into m values (3, 'fine')",
                    "drop table u; alter table log rename to journal; insert into journal values ('renamed')",
                    "create schema s; alter table journal set schema s; delete from s.journal where line = 'x'",
                    "create table gone (a int); insert into gone values (1); drop table gone");
            bed.assertFollowed();
            assertThat(bed.bed().destinationHas("public.u")).isFalse();
            assertThat(bed.bed().destinationHas("public.gone")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void keys_indexes_and_constraints_follow(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers)) {
            bed.source(
                    "create unique index ta on t (a); create index on t (lower(a)) where b > 5; update t set b = b + 1",
                    "alter table t add constraint positive check (b > 0); alter table u drop constraint u_t_fkey",
                    "alter table u drop constraint u_pkey; insert into u values (1, 1); update u set t = 2 where id = 1",
                    "alter table log add id bigint generated always as identity; ",
                    "drop index ta; alter table t rename constraint positive to above_zero; comment on column t.a is 'it''s a'");
            bed.assertFollowed();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void functions_and_cascades_are_followed(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers)) {
            bed.source(
                    """
                    create function mix() returns void language plpgsql as $$ begin
                      insert into t (id) values (400);
                      alter table t add x int default 5;
                      insert into t (id, x) values (401, 6);
                      create table inside (id int primary key);
                      insert into inside values (1);
                      alter table t rename x to y;
                      update t set y = 7 where id = 400;
                    end $$""",
                    "select mix()",
                    "create domain positive as int check (value > 0); create table dom (id int primary key, p positive); insert into dom values (1, 1)",
                    "drop domain positive cascade; insert into dom values (2)",
                    "do $$ begin execute 'alter table dom add q ' || 'text'; update dom set q = 'x'; end $$");
            bed.assertFollowed();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void partitions_are_made_attached_and_detached(int version, Servers servers) throws Exception {
        try (DdlBed bed = new DdlBed(
                servers.version(version),
                servers.version(18),
                "create table p (id int, k text, primary key (id)) partition by range (id);"
                        + " create table p1 partition of p for values from (0) to (100); insert into p values (1, 'a')")) {
            bed.source(
                    "create table p2 partition of p for values from (100) to (200); insert into p values (150, 'b'); update p set k = 'c'",
                    "create table p3 (id int primary key, k text); insert into p3 values (250, 'd')",
                    "alter table p attach partition p3 for values from (200) to (300); insert into p values (251, 'e')",
                    "alter table p detach partition p1; insert into p1 values (5000, 'outside')",
                    "alter table p add n int; update p set n = 1; drop table p2");
            bed.assertFollowed();
        }
    }

    private static DdlBed bed(int version, Servers servers) throws Exception {
        return new DdlBed(servers.version(version), servers.version(18), START);
    }
}
