-- Many ways to write rows: COPY, ON CONFLICT, functions, triggers, cascades, deferred keys.
== setup
create table t (id int primary key, v text);
insert into t select i, 'v' || i from generate_series(1, 5 * :n) i;
create table audit (at serial, what text);
create function note() returns trigger language plpgsql as $$ begin
  insert into audit (what) values (tg_op || coalesce(new.id, old.id)); return null; end $$;
create trigger notes after insert or update or delete on t for each row execute procedure note();
create table parent (id int primary key, v text);
create table child (id int primary key, parent int references parent on delete cascade on update cascade, v text);
create table optional (id int primary key, parent int references parent on delete set null on update cascade);
create table ring (id int primary key, next int references ring deferrable initially deferred);
insert into parent select i, 'p' from generate_series(1, 5 * :n) i;
insert into child select i, 1 + i % (5 * :n), 'c' from generate_series(1, 10 * :n) i;
insert into optional select i, i from generate_series(1, 5 * :n) i;
insert into ring select i, 1 + i % (5 * :n) from generate_series(1, 5 * :n) i;
== stream
copy t from stdin;
10001	from copy
10002	\N
10003	
10004	a\tb\nc\\d\\.
\.
insert into t values (1, 'upserted'), (20000, 'inserted') on conflict (id) do update set v = excluded.v;
insert into t values (1, 'ignored') on conflict do nothing;
with gone as (delete from t where id % 4 = 0 returning *) insert into t select id + 30000, v from gone;
do $$ begin for i in 1..3 loop update t set v = v || i where id <= 3; end loop; end $$;
delete from parent where id % 2 = 0;
update parent set id = id + 10000 where id % 3 = 0;
begin;
insert into ring values (20000, 20001);
insert into ring values (20001, 20000);
delete from ring where id = 1;
update ring set next = 20000 where next = 1;
commit;
begin;
delete from child where parent = 1;
delete from parent where id = 1;
insert into parent values (1, 'back');
insert into child values (-1, 1, 'back');
commit;
== expect
select count(*) from audit where what = 'INSERT10001';
-> 1
select count(*) from child c where not exists (select from parent p where p.id = c.parent);
-> 0
