-- A partitioned table that others refer to, and one that refers to others, with and without a key.
== setup
create table referred (id int primary key) partition by range (id);
create table referred_1 partition of referred for values from (0) to (100);
create table referred_2 partition of referred for values from (100) to (100000);
insert into referred select i * 10 from generate_series(1, 5 * :n) i;
create table plain (id int primary key, r int references referred);
insert into plain select i, i * 10 from generate_series(1, 5 * :n) i;
create table events (at int, p int references plain) partition by range (at);
create table events_1 partition of events for values from (0) to (100);
create table events_2 partition of events for values from (100) to (100000);
insert into events select i * 10, i from generate_series(1, 5 * :n) i;
create table keyed_events (at int primary key, p int references plain) partition by range (at);
create table keyed_events_1 partition of keyed_events for values from (0) to (100000);
insert into keyed_events select i * 10, i from generate_series(1, 5 * :n) i;
== stream
delete from events where at = 10;
truncate referred cascade;
insert into referred values (1), (101);
insert into plain values (1, 101);
insert into events values (1, 1), (101, 1);
insert into keyed_events values (1, 1);
truncate plain cascade;
== expect
select count(*) from referred;
-> 2
