package io.penstock.cli.crash;

/** The tables of the crash tests: keyed, keyless, partitioned, with a foreign key, a secondary unique key, toast, and one of many pages. */
final class Bank {
    private Bank() {}

    static final int BRANCHES = 10;
    static final int ACCOUNTS = 500;

    /** @param bulkRows about 400 bytes each */
    static String[] tables(int bulkRows) {
        return new String[] {
            "create table branch (id int primary key, name text not null unique)",
            """
            create table account (id bigint primary key, branch int not null references branch, code text not null unique,
                                  balance numeric not null, doc text)""",
            "alter table account alter doc set storage external",
            "create table history (at date, account bigint, delta numeric, note text)",
            "create table event (id bigint, kind int, body jsonb, primary key (id, kind)) partition by list (kind)",
            "create table event_0 partition of event for values in (0)",
            "create table event_1 partition of event for values in (1)",
            "create table event_2 partition of event for values in (2)",
            "create table bulk (id bigint primary key, filler text)",
            "insert into branch select i, 'branch ' || i from generate_series(0, " + (BRANCHES - 1) + ") i",
            "insert into account select i, i % " + BRANCHES + ", 'c' || i, i / 7.0,"
                    + " case when i % 10 = 0 then repeat(md5(i::text), 200) end from generate_series(1, " + ACCOUNTS
                    + ") i",
            "insert into history select date '2024-01-01' + i % 3, i % 5, i % 4, null from generate_series(1, 400) i",
            "insert into event select i, i % 3, jsonb_build_object('n', i) from generate_series(1, 300) i",
            "insert into bulk select i, repeat(md5(i::text), 12) from generate_series(1, " + bulkRows + ") i",
            "analyze"
        };
    }
}
