-- since 15 MERGE
== setup
create table t (id int primary key, v text);
insert into t select i, 'v' || i from generate_series(1, 5 * :n) i;
== stream
merge into t using (select i from generate_series(3, 10 * :n) i) s on t.id = s.i
 when matched and s.i % 2 = 0 then delete
 when matched then update set v = 'merged'
 when not matched then insert values (s.i, 'new');
