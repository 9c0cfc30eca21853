create schema modern;
create type modern.span as range (subtype = integer, multirange_type_name = modern.many_spans);
create table modern.ranges (id integer primary key, m int4multirange, u modern.many_spans, us modern.many_spans[]);
