-- Tables without a key are multisets.
== setup
create table t (a int, b text, j json, x xml, p point);
insert into t select i % 4, 'b', '{"a":  1}', '<a/>', '(1,2)' from generate_series(1, 12 * :n) i;
insert into t select null, null, null, null, null from generate_series(1, 4) i;
create table odd (f float8, d float4, c char(5), n numeric, v varchar, e text[]);
insert into odd values ('-0', 'nan', 'a', 1.0, '', '{}'), ('0', 'infinity', 'a ', 1.00, ' ', '{NULL}'),
  (null, null, null, null, null, null), ('0', 'infinity', 'a ', 1.00, ' ', '{NULL}');
create table nullable_unique (a int unique, v text);
insert into nullable_unique values (1, 'a'), (null, 'b'), (null, 'b'), (null, null);
create table deferred_key (id int primary key deferrable, v text);
insert into deferred_key select i, 'v' from generate_series(1, 5 * :n) i;
create table expression_key (a int not null, v text);
create unique index on expression_key (abs(a));
insert into expression_key select i, 'v' from generate_series(1, 5 * :n) i;
create table partial_key (a int not null, v text);
create unique index on partial_key (a) where v <> 'w';
insert into partial_key select i % 3, 'w' from generate_series(1, 5 * :n) i;
create table names_of_ours (penstock_copies int, row_text text, s int, t int, id int, nth int, ctid_ text, copies int);
insert into names_of_ours select 1, 'r', 1, 1, 1, 1, 'c', 1 from generate_series(1, 5) i;
== stream
-- exactly one of several equal rows
delete from t where ctid = (select min(ctid) from t where a = 1);
delete from t where ctid in (select ctid from t where a = 2 limit 2);
update t set b = 'changed' where ctid = (select min(ctid) from t where a = 3);
update t set b = 'all' where a = 0;
update t set a = 5 where a is null and ctid = (select min(ctid) from t where a is null);
delete from t where ctid = (select min(ctid) from t where a is null);
insert into t values (9, '', null, null, null), (9, '', null, null, null), (9, null, '""', '', null);
begin;
insert into t values (10, 'x', null, null, null), (10, 'x', null, null, null), (10, 'x', null, null, null);
delete from t where ctid = (select min(ctid) from t where a = 10);
update t set b = 'y' where ctid = (select min(ctid) from t where a = 10);
update t set b = 'x' where b = 'y';
commit;
begin;
delete from t where a = 9;
insert into t values (9, '', null, null, null);
commit;
update odd set v = v || 'x' where ctid = (select min(ctid) from odd where f = 0 and n::text = '1.00');
update odd set n = 1.000 where n::text = '1.0';
update odd set f = '0' where f::text = '-0';
delete from odd where f is null;
update nullable_unique set v = 'c' where ctid = (select min(ctid) from nullable_unique where a is null);
delete from nullable_unique where v = 'b';
update deferred_key set id = id + 1;
update deferred_key set v = 'changed' where id % 2 = 0;
delete from deferred_key where id % 5 = 0;
update expression_key set a = -a where a % 2 = 0;
delete from expression_key where a % 5 = 0;
update partial_key set v = 'x' where ctid in (select min(ctid) from partial_key group by a);
delete from partial_key where a = 1;
delete from names_of_ours where ctid = (select min(ctid) from names_of_ours);
update names_of_ours set penstock_copies = 7 where ctid = (select min(ctid) from names_of_ours);
== expect
select count(*) from t where a = 10 and b = 'x';
-> 2
select a, b is null, count(*) from t where a = 5 or a is null group by 1, 2 order by 1;
-> 5|t|1
-> null|t|2
