-- NULL and the empty string are different things.
== setup
create table t (id int primary key, a text, b varchar(5), c char(3), d bytea, e text[], f json, g text not null);
insert into t select i, nullif('', case when i % 2 = 0 then '' else 'x' end), '', '', '', '{}', '""', '' from generate_series(1, 5 * :n) i;
== stream
insert into t values (-1, '', null, '', null, '{}', 'null', ''), (-2, null, '', null, '', null, null, ' ');
update t set a = case when a is null then '' end, b = case when id % 3 = 0 then '' end where id > 0;
update t set c = null, d = null, e = array[null::text, '', 'NULL', 'null', '"'], f = null where id > 0 and id % 2 = 0;
update t set e = null, f = 'null' where id % 3 = 0;
== expect
select a is null, a = '', b is null, c is null, d is null, d = '', e = '{}', f::text from t where id in (-1, -2) order by id;
-> t|null|f|t|f|t|null|null
-> f|t|t|f|t|null|t|null
