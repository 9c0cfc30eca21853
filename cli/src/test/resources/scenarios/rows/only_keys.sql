== setup
create table one_column (id int primary key);
insert into one_column select i from generate_series(1, 5 * :n) i;
create table only_key (a int, b text, primary key (b, a));
insert into only_key select i, 'b' || i from generate_series(1, 5 * :n) i;
create table one_text (v text primary key);
insert into one_text values (''), (' '), ('{}'), ('"'), ('\'), (','), ('null'), ('NULL'), (E'a\nb'), ('\N'), ('\.');
== stream
update one_column set id = id where id % 2 = 0;
update one_column set id = -id where id % 3 = 0;
delete from one_column where id % 5 = 0;
insert into one_column values (100000);
update only_key set a = a where a % 2 = 0;
update only_key set a = -a where a % 3 = 0;
update only_key set b = b || '\' where a % 4 = 0;
delete from only_key where a % 5 = 0;
update one_text set v = v;
update one_text set v = v || 'x' where v <> '\';
delete from one_text where v in ('{}x', '"x', '\', ',x', 'nullx');
