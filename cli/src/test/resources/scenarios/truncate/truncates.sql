== setup
create table a (id int primary key, v text);
create table b (id int primary key, a int references a);
create table c (id serial primary key, v text);
create table k (v text);
insert into a select i, 'a' from generate_series(1, 5 * :n) i;
insert into b select i, i from generate_series(1, 5 * :n) i;
insert into c (v) select 'c' from generate_series(1, 5 * :n) i;
insert into k select 'k' from generate_series(1, 5 * :n) i;
create table p (id int primary key, v text) partition by range (id);
create table p1 partition of p for values from (0) to (100);
create table p2 partition of p for values from (100) to (100000);
insert into p select i * 10, 'p' from generate_series(1, 5 * :n) i;
create table keyless_p (id int, v text) partition by range (id);
create table keyless_p1 partition of keyless_p for values from (0) to (100);
create table keyless_p2 partition of keyless_p for values from (100) to (100000);
insert into keyless_p select i * 10, 'p' from generate_series(1, 5 * :n) i;
create table parent (id int primary key, v text);
create table child () inherits (parent);
insert into parent select i, 'p' from generate_series(1, 5) i;
insert into child select i, 'p' from generate_series(1, 5) i;
create table untouched (id int primary key);
insert into untouched select i from generate_series(1, 5) i;
== stream
update a set v = 'before' where id = 1;
insert into k values ('before');
truncate a cascade;
insert into a values (1, 'after'), (2, 'after');
insert into b values (1, 1);
begin;
insert into k values ('lost');
update k set v = 'lost too';
truncate k;
insert into k values ('kept'), ('kept');
savepoint s;
truncate k;
rollback to s;
update k set v = 'kept!' where ctid = (select min(ctid) from k);
commit;
begin;
truncate a, b, c restart identity;
insert into c (v) values ('first'), ('second');
insert into a values (1, 'again');
insert into b values (1, 1);
update a set v = 'more' where id = 1;
truncate k, untouched;
insert into a values (5, 'five');
delete from a where id = 5;
commit;
truncate p;
insert into p values (5, 'new'), (105, 'new');
truncate p1;
insert into p values (6, 'newer');
truncate keyless_p;
insert into keyless_p values (5, 'new'), (5, 'new');
truncate only parent;
insert into parent values (1, 'new');
begin;
truncate parent;
insert into child values (7, 'new');
commit;
truncate a, b;
truncate a, b;
begin;
truncate c;
rollback;
== expect
select id, v from c order by id;
-> 1|first
-> 2|second
select tableoid::regclass, id from parent;
-> child|7
select id, v from p order by id;
-> 6|newer
-> 105|new
