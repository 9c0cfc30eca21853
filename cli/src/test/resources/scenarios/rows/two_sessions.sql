-- Interleaved transactions travel in commit order.
== setup
create table t (id int primary key, v text);
insert into t select i, '' from generate_series(1, 5) i;
== stream
begin;
@b:begin;
update t set v = 'a' where id = 1;
@b:update t set v = 'b' where id = 2;
@b:insert into t values (20, 'b');
insert into t values (10, 'a');
@b:commit;
update t set v = v || 'a' where id = 2;
delete from t where id = 20;
commit;
begin;
@b:begin;
update t set v = 'kept' where id = 3;
@b:update t set v = 'not kept' where id = 4;
@b:rollback;
commit;
-- prepared transactions
begin;
insert into t values (30, 'prepared');
update t set v = 'prepared' where id = 5;
prepare transaction 'two_sessions_:n';
@b:insert into t values (31, 'between');
commit prepared 'two_sessions_:n';
begin;
insert into t values (32, 'never');
prepare transaction 'two_sessions_:n';
rollback prepared 'two_sessions_:n';
== expect
select id, v from t order by id;
-> 1|a
-> 2|ba
-> 3|kept
-> 4|
-> 5|prepared
-> 10|a
-> 30|prepared
-> 31|between
