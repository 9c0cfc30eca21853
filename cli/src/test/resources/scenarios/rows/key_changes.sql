-- Keys that move, change places, come back.
== setup
create table t (id int primary key, v text);
insert into t select i, 'v' || i from generate_series(1, 10 * :n) i;
create table big_keys (a text, b int, v text, primary key (b, a));
insert into big_keys select 'a' || i, i, 'v' || i from generate_series(1, 3 * :n) i;

== stream
-- swap of two keys
begin;
update t set id = -1 where id = 1;
update t set id = 1 where id = 2;
update t set id = 2 where id = -1;
commit;
-- rotation of three
begin;
update t set id = -1 where id = 3;
update t set id = 3 where id = 4;
update t set id = 4 where id = 5;
update t set id = 5 where id = -1;
commit;
-- rotation of all with one statement of many rows, from the top so that the source accepts it
begin;
update t set id = id + 100000;
update t set id = id - 100000 + 1;
commit;
-- delete and come back in one transaction and in two
begin;
delete from t where id = 6;
insert into t values (6, 'again');
commit;
delete from t where id = 7;
insert into t values (7, 'again, later');
-- comes and goes
begin;
insert into t values (-5, 'short life');
update t set v = 'shorter' where id = -5;
delete from t where id = -5;
commit;
-- comes, moves, goes, comes at the first place
begin;
insert into t values (-6, 'x');
update t set id = -7 where id = -6;
insert into t values (-6, 'y');
delete from t where id = -7;
commit;
-- a chain: each takes the place of the one before
begin;
delete from t where id = 10;
update t set id = 10 where id = 11;
update t set id = 11 where id = 12;
update t set id = 12, v = 'end of chain' where id = 13;
commit;
update t set v = v || '!' where id % 2 = 0;
delete from t where id % 5 = 0 and id > 20;
update big_keys set b = b + 1000000, v = v || 'moved' where b % 2 = 0;
update big_keys set a = a || '''"\' where b % 3 = 0;
delete from big_keys where b % 7 = 0;

== expect
select id, v from t where id in (-6, 6, 7, 12) order by id;
-> -6|y!
-> 6|again!
-> 7|again, later
-> 12|end of chain!
