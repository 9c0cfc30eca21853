-- Rows that move between partitions; several levels; inheritance.
== setup
create table p (id int, kind text, v text, primary key (id, kind)) partition by list (kind);
create table p_a partition of p for values in ('a');
create table p_b partition of p for values in ('b') partition by range (id);
create table p_b1 partition of p_b for values from (minvalue) to (100);
create table p_b2 partition of p_b for values from (100) to (maxvalue);
create table p_rest partition of p default;
insert into p select i, chr(97 + i % 3), 'v' from generate_series(1, 10 * :n) i;
create table log (at int, line text) partition by range (at);
create table log_1 partition of log for values from (0) to (10);
create table log_2 partition of log for values from (10) to (1000000);
insert into log select i % 20, 'line' from generate_series(1, 10 * :n) i;
create table h (id int, v text) partition by hash (id);
create table h0 partition of h for values with (modulus 2, remainder 0);
create table h1 (v text, dropped int, id int);
alter table h1 drop dropped;
alter table h attach partition h1 for values with (modulus 2, remainder 1);
insert into h select i, 'v' from generate_series(1, 10 * :n) i;
create table animal (id int primary key, name text);
create table dog (primary key (id), bark text) inherits (animal);
create table puppy (primary key (id)) inherits (dog);
insert into animal select i, 'animal' from generate_series(1, 5) i;
insert into dog select i, 'dog', 'wuff' from generate_series(1, 5) i;
insert into puppy select i, 'puppy', 'wiff' from generate_series(1, 5) i;
== stream
update p set kind = 'b' where kind = 'a' and id % 2 = 0;
update p set id = id + 1000000 where kind = 'b' and id % 4 = 0;
update p set kind = 'z' where kind = 'c';
update p set v = 'changed' where id % 3 = 0;
delete from p where id % 5 = 0;
insert into p values (-1, 'a', 'new'), (-1, 'b', 'new'), (-1, 'q', 'new');
update log set at = at + 10 where at < 5;
update log set line = 'changed' where at = 12;
delete from log where at = 13;
update h set v = 'changed' where id % 3 = 0;
update h set id = id + 1 where id % 4 = 0;
delete from h where id % 5 = 0;
update only animal set name = 'lonely' where id = 1;
update animal set name = name || '!' where id = 2;
delete from only dog where id = 3;
delete from animal where id = 4;
update dog set id = id + 100 where id = 5;
insert into puppy values (1000, 'new', 'w');
update puppy set bark = null;
== expect
select 'animal', id, name from only animal where id in (1, 2)
 union all select 'dog', id, name from only dog where id in (1, 2)
 union all select 'puppy', id, name from only puppy where id in (1, 2) order by 1, 2;
-> animal|1|lonely
-> animal|2|animal!
-> dog|1|dog
-> dog|2|dog!
-> puppy|1|puppy
-> puppy|2|puppy!
