drop event trigger if exists penstock_ddl_caller;
drop event trigger if exists penstock_ddl_start;
drop event trigger if exists penstock_ddl_end;
drop event trigger if exists penstock_ddl_drop;
drop event trigger if exists penstock_ddl_rewrite;
-- Before the next one, by its name.
create event trigger penstock_ddl_caller on ddl_command_start when tag in ('ALTER TABLE') execute procedure penstock.on_caller();
create event trigger penstock_ddl_start on ddl_command_start when tag in ('ALTER TABLE') execute procedure penstock.on_start();
create event trigger penstock_ddl_end on ddl_command_end execute procedure penstock.on_event();
create event trigger penstock_ddl_drop on sql_drop execute procedure penstock.on_event();
create event trigger penstock_ddl_rewrite on table_rewrite execute procedure penstock.on_event();
alter event trigger penstock_ddl_caller enable always;
alter event trigger penstock_ddl_start enable always;
alter event trigger penstock_ddl_end enable always;
alter event trigger penstock_ddl_drop enable always;
alter event trigger penstock_ddl_rewrite enable always;
