-- Wide tables, and tables of nothing.
== setup
do $$ begin
  execute (select 'create table wide_300 (id int primary key, ' || string_agg('c' || i || ' text', ', ') || ')' from generate_series(2, 300) i);
  execute (select 'create table keyless_300 (' || string_agg('c' || i || ' text', ', ') || ')' from generate_series(1, 300) i);
  execute (select 'create table keys_20 (' || string_agg('c' || i || ' int', ', ') || ', v text, primary key (' || string_agg('c' || i, ', ' order by i desc) || '))' from generate_series(1, 20) i);
end $$;
insert into wide_300 (id, c2, c300) select i, 'first', 'last' from generate_series(1, 5 * :n) i;
insert into keyless_300 (c1, c300) select i % 3, 'last' from generate_series(1, 5 * :n) i;
insert into keys_20 select i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, 'v' from generate_series(1, 5 * :n) i;
== stream
update wide_300 set c150 = 'middle', c2 = null where id % 2 = 0;
update wide_300 set id = -id where id % 3 = 0;
delete from wide_300 where id % 5 = 0;
insert into wide_300 (id, c299) values (100000, '299');
update keyless_300 set c150 = 'middle' where c1 = '1';
delete from keyless_300 where ctid = (select min(ctid) from keyless_300 where c1 = '2');
update keys_20 set v = 'changed' where c1 % 2 = 0;
update keys_20 set c20 = -c20 where c1 % 3 = 0;
delete from keys_20 where c1 % 5 = 0;
