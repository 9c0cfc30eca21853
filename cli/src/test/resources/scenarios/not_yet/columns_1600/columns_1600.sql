== setup
do $$ begin
  execute (select 'create table wide_1600 (id int primary key, ' || string_agg('c' || i || ' int', ', ') || ')' from generate_series(2, 1600) i);
  execute (select 'create table keyless_1600 (' || string_agg('c' || i || ' int', ', ') || ')' from generate_series(1, 1600) i);
end $$;
insert into wide_1600 (id, c2, c1600) select i, 2, 1600 from generate_series(1, 3 * :n) i;
insert into keyless_1600 (c1, c1600) select i % 3, 1600 from generate_series(1, 3 * :n) i;
== stream
update wide_1600 set c150 = 150, c2 = null where id % 2 = 0;
update wide_1600 set id = -id where id % 3 = 0;
delete from wide_1600 where id % 5 = 0;
insert into wide_1600 (id, c299) values (100000, 299);
update keyless_1600 set c150 = 150 where c1 = 1;
delete from keyless_1600 where ctid = (select min(ctid) from keyless_1600 where c1 = 2);
