-- Large values that an UPDATE does not touch are not in the stream.
-- needs identity columns only
== setup
create table src (n int, big text);
insert into src select n, (select string_agg(md5(n::text || '/' || i), '') from generate_series(1, 150) i) from generate_series(1, 10 * :n + 20) n;
create table by_key (id int primary key, a int, big text, b text, big2 text);
alter table by_key alter big set storage external, alter big2 set storage external;
insert into by_key select n, n, big, 'b', case when n % 2 = 0 then big || 'x' end from src where n <= 10 * :n;
create table by_index (id int primary key, code text not null, big text, a int);
alter table by_index alter big set storage external;
create unique index by_index_code on by_index (code);
alter table by_index replica identity using index by_index_code;
insert into by_index select n, 'c' || n, big, n from src where n <= 10 * :n;
create table whole (id int primary key, big text, a int);
alter table whole replica identity full;
alter table whole alter big set storage external;
insert into whole select n, big, n from src where n <= 10 * :n;
create table keyless (a int, big text, b int);
alter table keyless alter big set storage external;
insert into keyless select n % 5, s.big, 0 from src n, lateral (select big from src s where s.n = 1 + n.n % 5) s where n.n <= 5 * :n;
create table large_key (id text primary key, a int, big text);
alter table large_key alter id set storage external, alter big set storage external;
insert into large_key select left(big, 2100), n, big from src where n <= 5 * :n;
create domain filled as text not null check (length(value) > 3);
create table in_domain (id int primary key, big filled, a int, c jsonb not null);
alter table in_domain alter big set storage external, alter c set storage external;
insert into in_domain select n, big, n, to_jsonb(big) from src where n <= 5 * :n;
create table with_unique (id int primary key, email text unique, big text not null, n int generated always as identity);
alter table with_unique alter big set storage external;
insert into with_unique (id, email, big) select n, 'e' || n, big from src where n <= 10 * :n;
== stream
update by_key set a = a + 1 where id % 2 = 0;
update by_key set b = null, big2 = 'short' where id % 3 = 0;
-- the key moves, the large values stay
update by_key set id = id + 100000 where id % 5 = 0;
update by_key set id = -id, big = big || '!' where id % 7 = 0;
-- two rows with large values change places
begin;
update by_key set id = 0 where id = 1;
update by_key set id = 1 where id = 2;
update by_key set id = 2 where id = 0;
commit;
-- written and changed in one transaction
begin;
insert into by_key select n + 200000, n, big, 'new', big from src where n <= :n;
update by_key set a = -1 where id > 200000;
update by_key set b = 'again', big2 = null where id > 200000 and id % 2 = 0;
update by_key set id = id + 100000 where id > 200000 and id % 3 = 0;
commit;
-- changed, then deleted; deleted, then back
begin;
update by_key set a = 0 where id in (3, 4);
delete from by_key where id in (3, 4);
insert into by_key values (3, 3, 'short', 'back', null);
update by_key set a = 4 where id = 3;
commit;
-- the large value changes, then something else does
begin;
update by_key set big = 'new ' || big where id = 8;
update by_key set a = 88 where id = 8;
update by_key set big2 = 'two' where id = 8;
update by_key set a = 89 where id = 8;
commit;
update by_index set a = a + 1 where id % 2 = 0;
update by_index set code = code || 'x' where id % 3 = 0;
begin;
update by_index set code = 'tmp' where id = 1;
update by_index set code = 'c1' where id = 2;
update by_index set code = 'c2' where id = 1;
commit;
update by_index set id = -id where id % 4 = 0;
update whole set a = a + 1 where id % 2 = 0;
update whole set id = id + 100000 where id % 3 = 0;
delete from whole where id % 4 = 0;
update keyless set b = b + 1 where a = 1;
update keyless set b = 7 where ctid = (select min(ctid) from keyless where a = 2);
delete from keyless where ctid = (select min(ctid) from keyless where a = 3);
update large_key set a = a + 1 where a % 2 = 0;
update large_key set id = 'x' || id where a % 3 = 0;
delete from large_key where a % 5 = 0;
begin;
update large_key set a = 1000 where a = 1;
update large_key set a = 1001 where a = 1000;
commit;
update in_domain set a = a + 1;
update in_domain set id = -id where id % 2 = 0;
update in_domain set c = '{}' where id % 3 = 0;
begin;
update with_unique set email = 'tmp' where id = 1;
update with_unique set email = 'e1' where id = 2;
update with_unique set email = 'e2' where id = 1;
commit;
begin;
update with_unique set email = 'x' || email;
update with_unique set email = 'e' || (case when id % 2 = 0 then id - 1 else id + 1 end);
commit;
update with_unique set id = id + 100000 where id % 3 = 0;
