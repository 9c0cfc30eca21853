drop event trigger if exists penstock_ddl_end;
drop event trigger if exists penstock_ddl_drop;
drop event trigger if exists penstock_ddl_rewrite;
create event trigger penstock_ddl_end on ddl_command_end execute procedure penstock.on_event();
create event trigger penstock_ddl_drop on sql_drop execute procedure penstock.on_event();
create event trigger penstock_ddl_rewrite on table_rewrite execute procedure penstock.on_event();
alter event trigger penstock_ddl_end enable always;
alter event trigger penstock_ddl_drop enable always;
alter event trigger penstock_ddl_rewrite enable always;
