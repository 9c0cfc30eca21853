== setup
create table nothing ();
insert into nothing default values;
insert into nothing default values;
insert into nothing default values;
== stream
insert into nothing default values;
insert into nothing select from generate_series(1, 2 * :n);
delete from nothing where ctid = (select min(ctid) from nothing);
