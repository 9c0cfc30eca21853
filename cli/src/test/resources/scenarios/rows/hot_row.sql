== setup
create table t (id int primary key, v int, other text default 'o');
insert into t values (1, 0), (2, 0);
== stream
do $$ begin for i in 1..1000 loop update t set v = v + 1 where id = 1; end loop; end $$;
begin;
update t set v = 1 where id = 2;
savepoint s;
update t set v = 2 where id = 2;
insert into t values (3, 3);
rollback to s;
insert into t values (4, 4);
savepoint s2;
update t set v = 5 where id = 4;
release s2;
savepoint s3;
delete from t where id = 1;
rollback to s3;
commit;
begin;
delete from t;
rollback;
begin;
commit;
begin;
select 1;
commit;
do $$ begin
  begin
    insert into t values (10, 10);
    insert into t values (1, 10);
  exception when unique_violation then
    insert into t values (11, 11);
  end;
end $$;
== expect
select id, v from t order by id;
-> 1|1000
-> 2|1
-> 4|5
-> 11|11
