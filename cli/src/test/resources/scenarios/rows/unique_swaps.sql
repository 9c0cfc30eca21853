-- Secondary unique values change places; the source passes through a third value.
== setup
create table t (id int primary key, email text unique, place int not null, unique (place, email));
insert into t select i, 'e' || i, i from generate_series(1, 10 * :n) i;
create unique index on t (lower(email)) where id > 0;
create table room (id int primary key, during int4range, exclude using gist (during with &&));
insert into room select i, int4range(i * 10, i * 10 + 10) from generate_series(1, 2 * :n) i;
== stream
begin;
update t set email = 'tmp' where id = 1;
update t set email = 'e1' where id = 2;
update t set email = 'e2' where id = 1;
commit;
begin;
update t set email = null where id in (3, 4, 5);
update t set email = 'e4' where id = 3;
update t set email = 'e5' where id = 4;
update t set email = 'e3' where id = 5;
commit;
-- every second one changes places with its neighbour
begin;
update t set email = 'x' || email;
update t set email = 'e' || (case when id % 2 = 0 then id - 1 else id + 1 end);
commit;
-- key and unique value move at once
begin;
update t set id = id + 1000000, email = 'y' || email where id <= 4;
update t set email = 'free' where id = 9;
commit;
-- the value of a deleted row goes to an updated and an inserted one
begin;
delete from t where id = 10;
update t set email = 'e9' where id = 11;
insert into t values (10, 'e12x', 10);
commit;
begin;
update room set during = 'empty' where id in (1, 2);
update room set during = int4range(20, 30) where id = 1;
update room set during = int4range(10, 20) where id = 2;
commit;
