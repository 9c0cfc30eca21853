create table shop.virtual (a integer primary key, b integer generated always as (a * 2), c integer generated always as (a * 3) stored,
    constraint odd check (a % 2 = 1) not enforced, constraint named_not_null not null b);
create table shop.periods (id integer, valid daterange, primary key (id, valid without overlaps));
create table shop.period_users (id integer, valid daterange, foreign key (id, period valid) references shop.periods (id, period valid));
create table shop.parent_only (a integer not null no inherit);
create table shop.parent_only_child () inherits (shop.parent_only);
create table shop.unproven (a integer references shop.customers (id) not enforced);
