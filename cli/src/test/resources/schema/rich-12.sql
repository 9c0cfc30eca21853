create table shop.computed (a integer primary key, b integer generated always as (a * 2) stored, c text default 'c');
create table shop.referring (a integer references shop.computed (a), id bigint, at date, foreign key (id, at) references shop.events (id, at));
