package io.penstock.cli.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.testkit.Servers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that are special somewhere. */
@ExtendWith(Servers.class)
class EdgesIT {
    private static final String START = """
            create type mood as enum ('good', 'bad');
            create domain amount as numeric(8, 2) check (value >= 0);
            create table t (id int primary key, a text, m mood default 'good', n amount);
            create table p (id int, k text, primary key (id)) partition by range (id);
            create table p1 partition of p for values from (0) to (100);
            create table p2 (x int, id int not null primary key, k text);
            alter table p2 drop x;
            alter table p attach partition p2 for values from (100) to (200);
            insert into t select i, 'a' || i from generate_series(1, 50) i;
            insert into p select i, 'k' from generate_series(1, 150) i""";

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void indexes_are_built_and_dropped_concurrently(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers)) {
            bed.source(
                    "create index concurrently t_a on t (a)",
                    "update t set a = 'b' where id = 1",
                    "create unique index concurrently t_u on t (id, a)");
            bed.assertFollowed();
            bed.source("drop index concurrently t_a", "insert into t values (100, 'after')");
            if (version >= 12) {
                bed.source("reindex index concurrently t_u", "reindex table concurrently t", "update t set a = 'c'");
            }
            bed.assertFollowed();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void sessions_in_which_triggers_do_not_fire_are_followed(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers)) {
            bed.source(
                    "begin; set local session_replication_role = replica; alter table t add z int default 5;"
                            + " insert into t (id, z) values (500, 6); create table r (id int primary key, v int);"
                            + " insert into r values (1, 1); alter table t rename a to aa; update t set aa = 'r' where id < 5;"
                            + " alter table t alter z type bigint using z * 2; alter table p detach partition p2; commit",
                    "set session_replication_role = replica",
                    "update r set v = 2; drop table p2; create index r_v on r (v)",
                    "alter type mood add value 'fine'",
                    "reset session_replication_role",
                    "insert into t (id, m) values (501, 'fine')");
            bed.assertFollowed();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void what_scripts_of_extensions_do_to_tables_is_followed(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers)) {
            Map<String, String> scripts = new LinkedHashMap<>();
            scripts.put(
                    "1.0",
                    "alter table public.t add column e int default 3; update public.t set e = id where id < 10;"
                            + " create table public.member (id int primary key); insert into public.member values (1);"
                            + " insert into public.t (id, e) values (600, 1);");
            scripts.put(
                    "1.0--1.1",
                    "alter table public.t alter column e type bigint using e * 2; insert into public.t (id, e) values (601, 2);");
            servers.version(version).addExtension("penstock_edges_test", scripts);
            bed.source("create extension penstock_edges_test", "update t set e = 7 where id = 600");
            bed.bed().sync();
            bed.source("alter extension penstock_edges_test update to '1.1'", "insert into t (id) values (602)");
            bed.bed().sync();
            bed.source("drop extension penstock_edges_test");
            bed.assertFollowed();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void an_index_that_failed_to_build_is_no_index_until_it_is_made_again(int version, Servers servers)
            throws Exception {
        try (DdlBed bed = bed(version, servers)) {
            bed.source("update t set a = 'twice' where id in (1, 2)");
            assertThat(catchThrowable(() -> bed.source("create unique index concurrently t_a on t (a)")))
                    .hasMessageContaining("could not create unique index");
            bed.source("insert into t values (100, 'twice')");
            bed.bed().sync();
            bed.bed().assertEqual();
            bed.source("drop index t_a", "update t set a = id::text", "create unique index concurrently t_a on t (a)");
            bed.assertFollowed();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 15, 18})
    void a_label_is_used_by_the_very_next_transaction(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers)) {
            bed.source(
                    "alter type mood add value 'fine' before 'bad'",
                    "insert into t values (200, 'x', 'fine'); update t set m = 'fine' where id < 10",
                    "alter type mood rename value 'bad' to 'awful'; update t set m = 'awful' where id = 11",
                    "begin; create type other as enum ('one'); alter type other add value 'two'; create table o (o other);"
                            + " insert into o values ('one'); commit",
                    "insert into o values ('two')");
            bed.assertFollowed();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void domains_change_among_savepoints_and_rows(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers)) {
            bed.source(
                    "begin; alter domain amount add constraint small check (value < 1000); savepoint s;"
                            + " insert into t (id, n) values (300, 5); rollback to s; insert into t (id, n) values (301, 6); commit",
                    "begin; savepoint s; alter domain amount set default 3; insert into t (id) values (302); release s;"
                            + " alter table t add q amount; insert into t (id, q) values (303, 4); commit",
                    "begin; alter domain amount drop constraint small; savepoint a; alter domain amount drop default;"
                            + " rollback to a; update t set n = 2000 where id = 301; commit",
                    "do $$ begin alter domain amount rename to quantity; begin insert into t (id, n) values (304, -1);"
                            + " exception when others then insert into t (id, n) values (305, 1); end; end $$");
            bed.assertFollowed();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void partitions_with_other_columns_come_and_go(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers)) {
            bed.source(
                    "update p set k = 'l' where id > 90; alter table p detach partition p2; insert into p2 values (500, 'm')",
                    "alter table p2 add y int; update p2 set y = 1; alter table p2 drop y",
                    "alter table p attach partition p2 for values from (100) to (600); insert into p values (501, 'n')",
                    "create index p_k on only p (k)",
                    "create index p1_k on p1 (k); alter index p_k attach partition p1_k",
                    "insert into p values (5, 'o') on conflict (id) do update set k = 'o'");
            bed.bed().sync();
            bed.bed().assertEqual();
            bed.source("create index p2_k on p2 (k); alter index p_k attach partition p2_k", "update p set k = 'z'");
            bed.assertFollowed();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_table_becomes_unlogged_and_logged_again(int version, Servers servers) throws Exception {
        try (DdlBed bed = bed(version, servers)) {
            bed.source(
                    "update t set a = 'before'; alter table t set unlogged; update t set a = 'unseen'",
                    "insert into t values (400, 'unseen')",
                    "update p set k = 'goes on'");
            bed.bed().sync();
            assertThat(bed.bed().atDestination("select count(*) from t where a = 'unseen'"))
                    .isEqualTo("0");
            assertThat(bed.bed().atDestination("select count(*) from p where k = 'goes on'"))
                    .isEqualTo("150");
            bed.source("alter table t set logged; update t set a = 'again' where id < 5", "delete from t where id = 9");
            bed.assertFollowed();
        }
    }

    @Test
    void owners_and_grants_are_nothing_to_the_destination(Servers servers) throws Exception {
        try (DdlBed bed = bed(15, servers)) {
            bed.source(
                    "do $$ begin if not exists (select from pg_roles where rolname = 'penstock_owner') then create role penstock_owner; end if; end $$",
                    "alter table t owner to penstock_owner; grant all on t to public; insert into t values (500, 'granted')",
                    "revoke all on t from public; alter type mood owner to penstock_owner; alter default privileges grant select on tables to public",
                    "reassign owned by penstock_owner to postgres; insert into t values (501, 'kept')");
            bed.assertFollowed();
            assertThat(bed.bed().atDestination("select count(*) from penstock.ddl_history where result = 'failed'"))
                    .isEqualTo("0");
        }
    }

    private static DdlBed bed(int version, Servers servers) throws Exception {
        return new DdlBed(servers.version(version), servers.version(18), START);
    }
}
