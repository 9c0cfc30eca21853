package io.penstock.cli.ddl;

import java.util.List;

/**
 * Something of the destination's own that makes it refuse a change of definition.
 *
 * @param waits tables that wait then
 * @param start what is there before the task
 * @param obstacle what the destination has of its own
 * @param change what the source does
 * @param more rows that fit the new definition
 * @param removal takes the obstacle away
 */
record Obstacle(List<String> waits, String start, String obstacle, String change, String more, String removal) {
    private static Obstacle of(
            String table, String start, String obstacle, String change, String more, String removal) {
        return new Obstacle(List.of("public." + table), start, obstacle, change, more, removal);
    }

    private static String filled(String table, String columns) {
        return "create table " + table + " (id int primary key, " + columns + "); insert into " + table
                + " (id, v) select i, i from generate_series(1, 10) i;";
    }

    /** Each with tables of its own. */
    static final List<Obstacle> ALL = List.of(
            of(
                    "added",
                    filled("added", "v int"),
                    "alter table added add w text",
                    "alter table added add w int default 5",
                    "insert into added values (11, 11, 11); update added set w = 6 where id = 3",
                    "alter table added drop w"),
            of(
                    "left_out",
                    filled("left_out", "v int, n int"),
                    "create view on_left_out as select v from left_out",
                    "alter table left_out drop v",
                    "insert into left_out values (11, 11); update left_out set n = 5",
                    "drop view on_left_out"),
            of(
                    "renamed",
                    filled("renamed", "v int"),
                    "alter table renamed add w text",
                    "alter table renamed rename v to w",
                    "insert into renamed values (11, 11); delete from renamed where w = 4",
                    "alter table renamed drop w"),
            of(
                    "wider",
                    filled("wider", "v int"),
                    "create view on_wider as select v from wider",
                    "alter table wider alter v type bigint",
                    "insert into wider values (11, 111111111111)",
                    "drop view on_wider"),
            of(
                    "computed",
                    filled("computed", "v int"),
                    "create view on_computed as select v from computed",
                    "alter table computed alter v type bigint using v * 10",
                    "insert into computed values (11, 11); update computed set v = v + 1 where id < 4",
                    "drop view on_computed"),
            of(
                    "volatile_default",
                    filled("volatile_default", "v int"),
                    "alter table volatile_default add w text",
                    "alter table volatile_default add w uuid not null default md5(random()::text)::uuid",
                    "insert into volatile_default values (11, 11); delete from volatile_default where id = 5",
                    "alter table volatile_default drop w"),
            of(
                    "several",
                    filled("several", "v int"),
                    "create view on_several as select v from several",
                    "alter table several add a int default 4, alter v type bigint, alter v set not null",
                    "insert into several values (11, 11, 11)",
                    "drop view on_several"),
            of(
                    "moved",
                    filled("moved", "v int"),
                    "create table moved_2 (x int)",
                    "alter table moved rename to moved_2",
                    "insert into moved_2 values (11, 11)",
                    "drop table moved_2"),
            of(
                    "indexed",
                    filled("indexed", "v int"),
                    "create table indexed_v (x int)",
                    "create index indexed_v on indexed (v)",
                    "insert into indexed values (11, 11)",
                    "drop table indexed_v"),
            of(
                    "gone",
                    filled("gone", "v int"),
                    "create view on_gone as select v from gone",
                    "insert into gone values (11, 11); drop table gone",
                    "",
                    "drop view on_gone"),
            new Obstacle(
                    List.of("public.parted", "public.parted_1", "public.parted_2"),
                    "create table parted (id int primary key, v int) partition by range (id);"
                            + " create table parted_1 partition of parted for values from (0) to (10);"
                            + " create table parted_2 partition of parted for values from (10) to (20);"
                            + " insert into parted select i, i from generate_series(1, 15) i;",
                    "create view on_parted as select v from parted",
                    "alter table parted add w int default 7, alter v type text using v || '!'",
                    "insert into parted values (16, 'x', 8), (0, 'y', 9); update parted set v = 'z' where id = 5",
                    "drop view on_parted"),
            of(
                    "created",
                    "",
                    "create table created (x int); insert into created values (1)",
                    "create table created (id serial primary key, v text); insert into created (v) values ('a'), ('b');"
                            + " alter table created add w int default 3; create index on created (v)",
                    "insert into created (v, w) values ('c', 4); update created set v = 'd' where id = 1",
                    "drop table created"),
            of(
                    "selected",
                    filled("chosen", "v int"),
                    "create table selected (x int); insert into selected values (1)",
                    "create table selected as select id, v * 2 as v from chosen",
                    "insert into selected values (100, 1)",
                    "drop table selected"),
            of(
                    "chosen_2",
                    "create table chosen_3 (id int, v int) partition by list (id);"
                            + " create table chosen_1 partition of chosen_3 for values in (1);",
                    "create table chosen_2 (x int); insert into chosen_2 values (1)",
                    "create table chosen_2 partition of chosen_3 for values in (2)",
                    "insert into chosen_3 values (1, 1), (2, 2), (2, 3)",
                    "drop table chosen_2"));
}
