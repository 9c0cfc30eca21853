create table shop.nulls (a integer unique nulls not distinct, b integer, c integer);
create unique index nulls_b on shop.nulls (b, c) nulls not distinct where a > 0;
create table shop.set_null (a integer, b integer, foreign key (a, b) references shop.unique_key (a, b) on delete set null (b));
