-- All in PL/pgSQL, because it keeps plans for the session, where functions in SQL are planned at every call.

-- Whether the rules of a task select a table by its name.
create or replace function penstock.selected(p_task text, p_schema text, p_table text) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
begin
  return (
  select {user_schema:p_schema}
     and coalesce(
           (select r.excluded is null or p_table !~ r.excluded
              from penstock.rules r
             where r.task = p_task and p_schema ~ r.schemas and (r.tables is null or p_table ~ r.tables)
             order by r.position
             limit 1),
           not exists (select from penstock.rules r where r.task = p_task)));
end $penstock$;

-- The table and the partitioned tables it is a part of.
create or replace function penstock.line(p_table oid) returns setof oid
language plpgsql stable rows 2 set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
begin
  return query
  with recursive line(oid) as (
    select p_table
    union
    select i.inhparent
      from line l
      join pg_class c on c.oid = l.oid and c.relispartition
      join pg_inherits i on i.inhrelid = l.oid)
  select line.oid from line;
end $penstock$;

-- A partition follows its parents into the selection, because their rows live there.
create or replace function penstock.follows(p_task text, p_table oid) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
declare
  v_table record;
begin
  select n.nspname, c.relname, c.relispartition
    into v_table
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   where c.oid = p_table;
  if penstock.selected(p_task, v_table.nspname, v_table.relname) then
    return true;
  elsif not coalesce(v_table.relispartition, false) then
    return false;
  end if;
  return (
  select coalesce(bool_or(penstock.selected(p_task, n.nspname, c.relname)), false)
    from penstock.line(p_table) l(oid)
    join pg_class c on c.oid = l.oid
    join pg_namespace n on n.oid = c.relnamespace);
end $penstock$;

-- The tasks that need old rows of a table with all their columns.
create or replace function penstock.whole_for(p_table oid) returns setof text
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
begin
  return query
  select distinct w.task
    from penstock.whole_rows w
   where w.relation = p_table
      or w.relation = 0
         and (w.schema_name, w.table_name) in (
               select n.nspname, c.relname
                 from penstock.line(p_table) l(oid)
                 join pg_class c on c.oid = l.oid
                 join pg_namespace n on n.oid = c.relnamespace);
end $penstock$;

-- The clause that gives a table the replica identity it needs, null where the one it has serves.
create or replace function penstock.needed_identity(p_table oid) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
declare
  v_identity "char" := (select c.relreplident from pg_class c where c.oid = p_table);
  v_key record;
begin
  select x.relname, i.indisprimary, v_identity = 'i' and i.indisreplident as declared
    into v_key
    from pg_index i
    join pg_class x on x.oid = i.indexrelid
   where i.indrelid = p_table and i.indisunique and i.indimmediate
     and i.indisvalid and i.indisready and i.indislive and i.indpred is null
     and (i.indisprimary or not i.indisexclusion)
     and not exists (
           select
             from unnest(string_to_array(cast(i.indkey as text), ' ')) with ordinality k(number, position)
             left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = cast(k.number as smallint) and a.attnum > 0
            where k.position <= i.indnkeyatts and not coalesce(a.attnotnull and {not_generated}, false))
   order by v_identity = 'i' and i.indisreplident desc, i.indisprimary desc, i.indnkeyatts, cast(x.relname as text) collate "C"
   limit 1;
  if exists (select from penstock.whole_for(p_table)) then
    return case when v_identity <> 'f' then 'full' end;
  end if;
  if v_identity = 'f' then
    -- Taken back only where it was set by us; without a primary key only when that was for the command that has just ended, which has locked
    -- the table anyway.
    return case when v_key.relname is null or not exists (select from penstock.replica_identity r where r.relation = p_table) then null
                when v_key.indisprimary then 'default'
                when p_table = any (penstock.aside()) then format('using index %I', v_key.relname) end;
  elsif v_key.relname is null then
    return 'full';
  elsif v_key.declared or v_key.indisprimary and v_identity = 'd' then
    return null;
  elsif v_key.indisprimary then
    return 'default';
  end if;
  return format('using index %I', v_key.relname);
end $penstock$;

-- Changes a publication; false when another session is doing so. Since version 15 the change locks the publication until the
-- transaction ends, and nobody may wait for that.
create or replace function penstock.change_publication(p_publication oid, p_change text) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $penstock$
begin
  if {publications_lock} and not pg_try_advisory_xact_lock({publication_lock:p_publication}) then
    return false;
  end if;
  execute format('alter publication %I %s', (select p.pubname from pg_publication p where p.oid = p_publication), p_change);
  return true;
end $penstock$;

-- Gives a table the replica identity it needs; false when that is not possible now.
create or replace function penstock.identify(p_table oid, p_name text) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
declare
  v_clause text := penstock.needed_identity(p_table);
begin
  insert into penstock.whole_rows select w.task, '', '', p_table from penstock.whole_for(p_table) w(task)
  on conflict do nothing;
  if v_clause is null then
    return true;
  end if;
  insert into penstock.replica_identity
  select t.task, c.oid,
         coalesce(other.previous, c.relreplident),
         case when other.previous is null
              then (select cast(cast(i.indexrelid as regclass) as text) from pg_index i
                     where i.indrelid = c.oid and i.indisreplident)
              else other.previous_index end
    from penstock.tasks t
    join pg_class c on c.oid = p_table
    left join lateral (select r.previous, r.previous_index from penstock.replica_identity r
                        where r.relation = c.oid order by r.task limit 1) other on true
   where t.captured and penstock.follows(t.task, p_table)
  on conflict do nothing;
  execute format('alter table only %s replica identity %s', p_name, v_clause);
  return true;
exception when others then
  return false;
end $penstock$;

-- Publishes one table for one task; false when the stream will not hold all of its rows.
create or replace function penstock.publish_for(p_task text, p_table oid, p_name text, p_tag text, p_identified boolean)
returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
declare
  v_task record;
  v_complete boolean := p_identified;
begin
  select t.mode, a.oid as inserts, k.oid as updates, ar.oid is not null as listed, kr.oid is not null as keyed
    into v_task
    from penstock.tasks t
    left join pg_publication a on a.pubname = t.all_publication
    left join pg_publication k on k.pubname = t.key_publication
    left join pg_publication_rel ar on ar.prpubid = a.oid and ar.prrelid = p_table
    left join pg_publication_rel kr on kr.prpubid = k.oid and kr.prrelid = p_table
   where t.task = p_task;
  if v_task.updates is null then
    -- The task is only beginning; it publishes its tables itself.
    return true;
  end if;
  if p_identified and not v_task.keyed then
    v_complete := penstock.change_publication(v_task.updates, 'add table only ' || p_name);
  elsif v_task.keyed and not p_identified then
    -- Rather a table that is copied again than a user whose UPDATE is refused.
    perform penstock.change_publication(v_task.updates, 'drop table only ' || p_name);
  end if;
  if v_task.mode = 'tables' then
    if not v_task.listed then
      v_complete := penstock.change_publication(v_task.inserts, 'add table only ' || p_name) and v_complete;
    end if;
    -- Its rows were written before it was published.
    return v_complete and p_tag not in ('CREATE TABLE AS', 'SELECT INTO');
  elsif v_task.mode = 'schemas' then
    -- A statement of its own: servers before 15 do not know the catalog.
    if not exists (
          select from penstock.line(p_table) l(oid)
            join pg_class c on c.oid = l.oid
            join pg_publication_namespace s on s.pnnspid = c.relnamespace and s.pnpubid = v_task.inserts) then
      -- The schema was dropped and created again, or renamed.
      v_complete := penstock.change_publication(v_task.inserts, 'add tables in schema ' || (
            select quote_ident(n.nspname) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = p_table))
            and v_complete and p_tag not in ('CREATE TABLE AS', 'SELECT INTO');
    end if;
  end if;
  return v_complete;
exception when others then
  return false;
end $penstock$;

-- Prepares the tables among those given that tasks follow. Returns those of which the stream will not hold all rows.
create or replace function penstock.publish(p_tables oid[], p_tag text) returns oid[]
language plpgsql set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
declare
  v_table record;
  v_last oid;
  v_identified boolean;
  v_unpublished oid[] := '{}';
begin
  for v_table in
    select c.oid, format('%I.%I', n.nspname, c.relname) as name, t.task
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join penstock.tasks t on t.captured and penstock.follows(t.task, c.oid)
     where c.oid = any (p_tables) and c.relkind = 'r' and c.relpersistence = 'p'
     order by c.oid
  loop
    if v_table.oid is distinct from v_last then
      v_identified := penstock.identify(v_table.oid, v_table.name);
      v_last := v_table.oid;
    end if;
    if not penstock.publish_for(v_table.task, v_table.oid, v_table.name, p_tag, v_identified) then
      v_unpublished := array_remove(v_unpublished, v_table.oid) || v_table.oid;
    end if;
  end loop;
  return v_unpublished;
end $penstock$;

-- A mark that nobody else can make and that is of no use in another transaction, because every user may make settings.
create or replace function penstock.seal(p_text text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
declare
  v_secret text;
begin
  select s.value into strict v_secret from penstock.secret s;
  return encode(sha256(convert_to(
      concat_ws(' ', v_secret, pg_backend_pid(), extract(epoch from transaction_timestamp()), p_text), 'UTF8')), 'hex');
end $penstock$;

-- Whether the command is one of our own, run while a user's is dealt with.
create or replace function penstock.is_own() returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $penstock$
begin
  if coalesce(current_setting('penstock.capturing', true), '') = '' then
    return false;
  end if;
  return current_setting('penstock.capturing', true) = penstock.seal('capturing');
end $penstock$;

-- Who runs the command, and where he looks for tables. It runs as that user and with his settings, so every name has its schema. The path
-- is not resolved here, which could make the session's schema for temporary tables: not everybody may, and no transaction that did can be
-- prepared.
create or replace function penstock.on_caller() returns event_trigger
language plpgsql as $penstock$
begin
  perform pg_catalog.set_config(
      'penstock.caller',
      cast(pg_catalog.jsonb_build_object(
          'user', current_user,
          'path', pg_catalog.current_setting('search_path'),
          'lock_timeout', pg_catalog.current_setting('lock_timeout')) as pg_catalog.text),
      true);
exception when others then
  perform pg_catalog.set_config('penstock.caller', '', true);
end $penstock$;

-- A text without comments and literals; what is executed from a literal has a text of its own.
create or replace function penstock.bare(p_text text) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $penstock$
begin
  return regexp_replace(
      regexp_replace(
          p_text,
          '("(?:[^"]|"")*")|--[^\n]*|/\*(?:[^*]|\*+[^*/])*\*+/|\m[eE]''(?:[^''\\]|''''|\\.)*''|''(?:[^'']|'''')*''',
          '\1 ', 'g'),
      '\$(\w*?)\$.*?\$\1\$', ' ', 'g');
end $penstock$;

-- The command that begins, from ALTER TABLE on; null when it cannot be one that the server would refuse because of us. Of a string with
-- several, which the server runs in their order, it is the next one each time.
create or replace function penstock.beginning(p_context text) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
declare
  -- Inside of functions the text is in the context, whose first line tells of ourselves.
  v_text text := substr(p_context, strpos(p_context || E'\n', E'\n') + 1);
  v_setting text := case when v_text = '' then 'penstock.string' else 'penstock.nested' end;
  v_seen text[] := string_to_array(current_setting(v_setting, true), ' ');
  v_key text := extract(epoch from statement_timestamp());
  v_commands text[] := '{}';
  v_next integer := 1;
begin
  if v_text = '' then
    if v_seen[1] = v_key and v_seen[2] = 'none' then
      -- A long string is read once, not once per command.
      return null;
    end if;
    v_text := left(current_query(), 65536);
  elsif v_text ~* '\malter\s+table\M' then
    v_text := substring(v_text from '(?i)\malter\s+table\M.*');
  else
    -- Functions in SQL do not tell what they run.
    v_text := coalesce(
        (select string_agg(p.prosrc, ';')
           from pg_proc p
           join pg_language l on l.oid = p.prolang and l.lanname = 'sql'
          where p.proname = any (cast(regexp_split_to_array(v_text, '[^[:alnum:]_$]+') as name[]))
            and p.prosrc ~* '\malter\s+table\M'), '');
  end if;
  if v_text ~* '\m(unlogged|expression|not\s+null|drop\s+constraint)\M' then
    v_commands := array(
      select m[1] from regexp_matches(penstock.bare(v_text), '(\malter\s+table\M(?:"(?:[^"]|"")*"|[^";])*)', 'gi') m);
  end if;
  if not exists (select from unnest(v_commands) c(command)
                  where c.command ~* '\m(unlogged|expression|drop\s+not\s+null|drop\s+constraint)\M') then
    if v_setting = 'penstock.string' then
      perform set_config(v_setting, v_key || ' none', false);
    end if;
    return null;
  end if;
  if cardinality(v_commands) > 1 then
    v_key := v_key || '/' || hashtext(v_text);
    if v_seen[1] = v_key and v_seen[2] ~ '^\d{1,9}$' then
      v_next := cast(v_seen[2] as integer) % cardinality(v_commands) + 1;
    end if;
    -- Not only for the transaction: the string may end one and go on.
    perform set_config(v_setting, v_key || ' ' || v_next, false);
  end if;
  return v_commands[v_next];
end $penstock$;

-- The relation that a name means to the caller, in whose path temporary tables and pg_catalog come first unless it says otherwise.
create or replace function penstock.named(p_name name[], p_caller jsonb) returns oid
language plpgsql stable set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
declare
  v_user name := cast(p_caller ->> 'user' as name);
  v_last integer := cardinality(p_name);
begin
  if v_last > 1 then
    return (select c.oid
              from pg_namespace n
              join pg_class c on c.relnamespace = n.oid and c.relname = p_name[v_last]
             where n.nspname = p_name[v_last - 1]);
  end if;
  return (
  with listed(schema, position) as (
    select n.oid, w.position
      from regexp_matches(p_caller ->> 'path', '"((?:[^"]|"")*)"|([^\s,"]+)', 'g') with ordinality w(part, position)
      cross join lateral (select coalesce(replace(w.part[1], '""', '"'), lower(w.part[2] collate "C")) as name) l
      join pg_namespace n on n.nspname = cast(case l.name when '$user' then cast(v_user as text) else l.name end as name)
                          or l.name = 'pg_temp' and n.oid = pg_my_temp_schema()
     where n.oid = pg_my_temp_schema() or has_schema_privilege(v_user, n.oid, 'usage')),
  searched(schema, position) as (
    select l.schema, l.position from listed l
    union all
    select n.oid, case when n.nspname = 'pg_catalog' then 0 else -1 end
      from pg_namespace n
     where (n.nspname = 'pg_catalog' or n.oid = pg_my_temp_schema()) and n.oid not in (select l.schema from listed l))
  select c.oid
    from searched s
    join pg_class c on c.relnamespace = s.schema and c.relname = p_name[1]
   order by s.position
   limit 1);
end $penstock$;

-- The tables for which the server would refuse the command because a publication of ours lists them (SET UNLOGGED, SET EXPRESSION) or
-- because of the replica identity we gave them (DROP NOT NULL), and those between them and the table that is named, without a mark; in the
-- order in which the command locks them, parents first as everybody does. Only those that the caller may alter himself.
create or replace function penstock.hindered(
    p_command text, p_caller jsonb, out relation oid, out name text, out unlisted boolean, out unidentified boolean)
returns setof record
language plpgsql stable set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
declare
  v_parts text[] := regexp_match(
      p_command,
      '^alter\s+table\s+(?:if\s+exists\s+)?(only\s+)?'
      || '((?:"(?:[^"]|"")+"|[^\s";,()*.]+)(?:\s*\.\s*(?:"(?:[^"]|"")+"|[^\s";,()*.]+))*)(.*)$', 'i');
  v_change text := v_parts[3];
  v_user name := cast(p_caller ->> 'user' as name);
  v_named oid := (select c.oid
                    from pg_class c
                   where c.oid = penstock.named(cast(parse_ident(v_parts[2], false) as name[]), p_caller)
                     and pg_has_role(v_user, c.relowner, 'usage'));
begin
  return query
  with recursive family(oid, path) as (
    select v_named, array[v_named]
    union all
    select i.inhrelid, f.path || i.inhrelid
      from family f join pg_inherits i on i.inhparent = f.oid
     where v_parts[1] is null),
  member(oid, path) as (
    select distinct on (f.oid) f.oid, f.path from family f order by f.oid, cardinality(f.path), f.path),
  altered(oid, path, unlisted, unidentified) as (
    select c.oid, m.path,
           (v_change ~* '\mset\s+unlogged\M' and c.oid = v_named or v_change ~* '\mset\s+expression\M')
           and exists (select
                         from pg_publication_rel r
                         join pg_publication p on p.oid = r.prpubid
                         join penstock.tasks t on p.pubname in (t.all_publication, t.key_publication)
                        where r.prrelid = c.oid),
           (v_change ~* '\mdrop\s+not\s+null\M'
            or v_change ~* '\mdrop\s+constraint\M'
               and exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'n'))
           and c.relreplident = 'i' and exists (select from penstock.replica_identity r where r.relation = c.oid)
      from member m
      join pg_class c on c.oid = m.oid
     where c.relkind = 'r' and c.relpersistence = 'p'
       and pg_has_role(v_user, c.relowner, 'usage')),
  hit(oid, path, unlisted, unidentified) as (select a.* from altered a where a.unlisted or a.unidentified)
  select c.oid, format('%I.%I', n.nspname, c.relname), coalesce(h.unlisted, false), coalesce(h.unidentified, false)
    from member m
    join pg_class c on c.oid = m.oid
    join pg_namespace n on n.oid = c.relnamespace
    left join hit h on h.oid = m.oid
   where c.relkind in ('r', 'p') and pg_has_role(v_user, c.relowner, 'usage')
     and exists (select from hit b where m.oid = any (b.path))
   order by cardinality(m.path), m.path;
end $penstock$;

-- What was set aside in this transaction and not looked at again yet.
create or replace function penstock.aside() returns oid[]
language plpgsql stable set search_path = pg_catalog, pg_temp as $penstock$
declare
  v_setting text := coalesce(current_setting('penstock.set_aside', true), '');
  v_aside text := substr(v_setting, strpos(v_setting, ' ') + 1);
begin
  if v_setting = '' or v_setting <> penstock.seal('aside ' || v_aside) || ' ' || v_aside then
    return null;
  end if;
  return cast(string_to_array(v_aside, ' ') as oid[]);
end $penstock$;

-- Takes a table out of what hinders its change. When the command has ended it is looked at again like all that it touched.
create or replace function penstock.set_aside(p_table oid, p_name text, p_unlisted boolean, p_unidentified boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp set penstock.capturing = '' as $penstock$
#variable_conflict use_column
declare
  v_publication oid;
  v_aside text := concat_ws(' ', array_to_string(penstock.aside(), ' '), p_table);
begin
  perform set_config('penstock.capturing', penstock.seal('capturing'), true);
  if p_unlisted then
    for v_publication in
      select r.prpubid
        from pg_publication_rel r
        join pg_publication p on p.oid = r.prpubid
       where r.prrelid = p_table
         and exists (select from penstock.tasks t where p.pubname in (t.all_publication, t.key_publication))
    loop
      perform penstock.change_publication(v_publication, 'drop table only ' || p_name);
    end loop;
  end if;
  if p_unidentified then
    execute format('alter table only %s replica identity full', p_name);
  end if;
  perform set_config('penstock.set_aside', penstock.seal('aside ' || v_aside) || ' ' || v_aside, true);
end $penstock$;

create or replace function penstock.on_start() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '200ms'
as $penstock$
declare
  v_caller jsonb;
  v_context text;
  v_command text;
  v_tables jsonb;
  v_table record;
begin
  begin
    if penstock.is_own() then
      return;
    end if;
    get diagnostics v_context = pg_context;
    v_command := penstock.beginning(v_context);
    if v_command is null then
      return;
    end if;
    v_caller := cast(current_setting('penstock.caller', true) as jsonb);
    v_tables := (select jsonb_agg(to_jsonb(h)) from penstock.hindered(v_command, v_caller) h);
  exception when others then
    -- Then the server says why it refuses.
    return;
  end;
  for v_table in
    select t.* from jsonb_to_recordset(coalesce(v_tables, '[]')) t(relation oid, name text, unlisted boolean, unidentified boolean)
  loop
    begin
      -- The command is going to wait for this very lock, as long as its user allows.
      perform set_config('lock_timeout', v_caller ->> 'lock_timeout', true);
      execute format('lock table only %s in access exclusive mode', v_table.name);
      perform set_config('lock_timeout', '200ms', true);
    exception
      when lock_not_available or deadlock_detected then
        raise;
      when others then
        if v_table.unlisted or v_table.unidentified then
          return;
        end if;
    end;
    if v_table.unlisted or v_table.unidentified then
      begin
        perform penstock.set_aside(v_table.relation, v_table.name, v_table.unlisted, v_table.unidentified);
      exception when others then
        null;
      end;
    end if;
  end loop;
end $penstock$;

-- From whatever a command touched, as oids of pg_class and pg_type, to the users' tables and types whose definitions it may have
-- changed.
create or replace function penstock.affected(p_relations oid[], p_types oid[], out tables oid[], out types oid[])
language plpgsql stable set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
declare
  v_relations oid[] := coalesce(p_relations, '{}');
  v_types oid[] := coalesce(p_types, '{}') || array(
      select c.reltype from pg_class c where c.oid = any (v_relations) and c.relkind = 'c');
begin
  if cardinality(v_types) > 0 then
    -- Types made of these types, and every relation, default and constraint that uses one of them.
    v_types := array(
      with recursive used(oid) as (
        select unnest(v_types)
        union
        select case when d.classid = 'pg_type'::regclass then d.objid else c.reltype end
          from used u
          join pg_depend d on d.refclassid = 'pg_type'::regclass and d.refobjid = u.oid
          left join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid and c.relkind = 'c'
         where d.classid = 'pg_type'::regclass or c.oid is not null)
      select used.oid from used);
    v_relations := v_relations || array(
      select case d.classid when 'pg_class'::regclass then d.objid
                            when 'pg_attrdef'::regclass then a.adrelid
                            else k.conrelid end
        from pg_depend d
        left join pg_attrdef a on d.classid = 'pg_attrdef'::regclass and a.oid = d.objid
        left join pg_constraint k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
       where d.refclassid = 'pg_type'::regclass and d.refobjid = any (v_types)
         and d.classid in ('pg_class'::regclass, 'pg_attrdef'::regclass, 'pg_constraint'::regclass));
    types := array(
      select t.oid
        from pg_type t
        join pg_namespace n on n.oid = t.typnamespace
        left join pg_class c on c.oid = t.typrelid
       where t.oid = any (v_types) and {user_schema:n.nspname}
         and t.typcategory <> 'A' and coalesce(c.relkind, 'c') = 'c'
         and not exists (select from pg_depend d
                          where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
       order by t.oid);
  else
    types := '{}';
  end if;
  -- Rare cases have statements of their own, because a session's first command pays for the planning of each.
  if exists (select from pg_class c where c.oid = any (v_relations) and c.relkind not in ('r', 'p')) then
    v_relations := v_relations || array(
      select i.indrelid from pg_index i where i.indexrelid = any (v_relations)
      union all
      select d.refobjid
        from pg_class s
        join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid
       where s.oid = any (v_relations) and s.relkind = 'S'
         and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
      union all
      select a.adrelid
        from pg_class s
        join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = s.oid
        join pg_attrdef a on a.oid = d.objid
       where s.oid = any (v_relations) and s.relkind = 'S' and d.classid = 'pg_attrdef'::regclass);
  end if;
  if exists (select from pg_inherits i where i.inhparent = any (v_relations)) then
    v_relations := array(
      with recursive family(oid) as (
        select unnest(v_relations)
        union
        select i.inhrelid from family f join pg_inherits i on i.inhparent = f.oid)
      select family.oid from family);
  end if;
  if exists (select from pg_attrdef a where a.adrelid = any (v_relations)) then
    -- Whose sequence a default calls: without its table the sequence would seem to be nobody's.
    v_relations := v_relations || array(
      select o.refobjid
        from pg_attrdef a
        join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = a.oid and d.refclassid = 'pg_class'::regclass
        join pg_class s on s.oid = d.refobjid and s.relkind = 'S'
        join pg_depend o on o.classid = 'pg_class'::regclass and o.objid = s.oid and o.refclassid = 'pg_class'::regclass
                        and o.deptype in ('a', 'i')
       where a.adrelid = any (v_relations));
  end if;
  tables := array(
    select c.oid
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.oid = any (v_relations)
       and c.relkind in ('r', 'p') and c.relpersistence <> 't' and {user_schema:n.nspname}
       and not exists (select from pg_depend d
                        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by c.oid);
end $penstock$;

-- What the command that has just ended touched.
create or replace function penstock.touched(p_tag text, out relations oid[], out types oid[])
language plpgsql set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
declare
  v_constraints oid[];
  v_schemas oid[];
begin
  if p_tag in ('GRANT', 'REVOKE', 'ALTER DEFAULT PRIVILEGES', 'REFRESH MATERIALIZED VIEW', 'SECURITY LABEL') then
    return;
  end if;
  select array_agg(o.objid) filter (where o.classid = 'pg_class'::regclass),
         array_agg(o.objid) filter (where o.classid = 'pg_type'::regclass),
         array_agg(o.objid) filter (where o.classid = 'pg_constraint'::regclass),
         array_agg(o.objid) filter (where o.classid = 'pg_namespace'::regclass and p_tag = 'ALTER SCHEMA')
    into relations, types, v_constraints, v_schemas
    from pg_event_trigger_ddl_commands() o;
  if v_constraints is not null then
    relations := relations || array(select k.conrelid from pg_constraint k where k.oid = any (v_constraints));
    types := types || array(
      select k.contypid from pg_constraint k where k.oid = any (v_constraints) and k.contypid <> 0);
  end if;
  if v_schemas is not null then
    relations := relations || array(
      select c.oid from pg_class c where c.relnamespace = any (v_schemas) and c.relkind in ('r', 'p', 'S'));
    types := types || array(
      select t.oid from pg_type t where t.typnamespace = any (v_schemas) and t.typcategory <> 'A');
  end if;
  if p_tag = 'ALTER TABLE'
     and exists (select from pg_class c where c.oid = any (relations) and c.relkind = 'p') then
    -- DETACH names the parent only. What it detached is among the tables whose row in pg_class is younger than this transaction; before
    -- version 14 it is not locked in a way that would tell.
    relations := relations || array(
      select c.oid from pg_class c where c.relkind in ('r', 'p') and not c.relispartition and age(c.xmin) <= 0);
  end if;
end $penstock$;

-- What lost a part without being dropped itself.
create or replace function penstock.bereft(p_tag text, out relations oid[], out types oid[])
language plpgsql set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
declare
  v_schemas text[];
begin
  -- The end of an ALTER is an event of its own and brings the table it names.
  select array_agg(case when o.classid = 'pg_class'::regclass then o.objid
                        else cast(to_regclass(format('%I.%I', o.address_names[1], o.address_names[2])) as oid) end)
           filter (where o.classid = 'pg_class'::regclass or cardinality(o.address_names) > 1),
         array_agg(cast(to_regtype(o.address_names[1]) as oid))
           filter (where o.classid = 'pg_constraint'::regclass and cardinality(o.address_names) = 1)
    into relations, types
    from pg_event_trigger_dropped_objects() o
   where (o.classid = 'pg_class'::regclass and o.objsubid > 0
          or o.classid in ('pg_constraint'::regclass, 'pg_attrdef'::regclass))
     and not o.is_temporary and not (o.original and p_tag like 'ALTER %');
  -- A dropped index says nothing of its table, and its catalog rows are gone; but its table is locked.
  select array_agg(distinct o.schema_name)
    into v_schemas
    from pg_event_trigger_dropped_objects() o
   where o.classid = 'pg_class'::regclass and o.object_type = 'index' and o.objsubid = 0
     and (o.original or o.normal) and not o.is_temporary;
  if v_schemas is not null then
    relations := relations || array(
      select c.oid
        from pg_locks l
        join pg_class c on c.oid = l.relation
        join pg_namespace n on n.oid = c.relnamespace
       where l.locktype = 'relation' and l.pid = pg_backend_pid() and l.granted
         and l.mode in ('AccessExclusiveLock', 'ShareUpdateExclusiveLock')
         and l.database = (select d.oid from pg_database d where d.datname = current_database())
         and c.relkind in ('r', 'p') and n.nspname = any (v_schemas));
  end if;
  types := array_remove(types, null);
  relations := array_remove(relations, null);
end $penstock$;

-- Tables, types, sequences and schemas that are gone; null when none is.
create or replace function penstock.dropped() returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $penstock$
#variable_conflict use_column
begin
  return (
  with o as (
    select *,
           case when classid = 'pg_class'::regclass and object_type = 'table' then 'table'
                when classid = 'pg_class'::regclass and object_type = 'sequence' then 'sequence'
                when classid = 'pg_type'::regclass and object_identity not like '%[]' then 'type'
                when classid = 'pg_namespace'::regclass then 'schema' end as kind
      from pg_event_trigger_dropped_objects()
     where objsubid = 0 and not is_temporary)
  select jsonb_agg(jsonb_build_object('kind', o.kind, 'oid', cast(o.objid as bigint),
                                      'schema', coalesce(o.schema_name, o.object_name), 'name', o.object_name))
    from o
   where o.kind is not null and o.object_name is not null and {user_schema:coalesce(o.schema_name, o.object_name)}
     and not (o.kind = 'type' and exists (
           select from o r
            where r.classid = 'pg_class'::regclass and r.object_type <> 'composite type'
              and r.schema_name = o.schema_name and r.object_name = o.object_name)));
end $penstock$;

-- What the user sent, without passwords. A dump sent as one string must not be logged once per command. The marks keep a text that is not
-- what was sent from passing for one whole statement: class PlainCast knows how they end.
create or replace function penstock.query_text() returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $penstock$
declare
  v_text text := current_query();
  v_mark text := '';
  v_sent text;
begin
  if octet_length(v_text) > 65536 then
    v_text := left(v_text, 4096);
    v_mark := E'\n; /* cut by Penstock */ ;';
  end if;
  if v_text ~* 'password|://' then
    v_sent := v_text;
    -- A literal, one inside of another literal, one between dollars; then what connection strings say.
    v_text := regexp_replace(
        v_text,
        '(password"?\s*(?::?=>?|,)?\s*)'
        || '(?:[eE]''(?:[^''\\]|\\.|'''')*(?:''|$)|(?:[uU]&)?''(?:[^'']|'''')*(?:''|$)|''''[^'']*(?:''''|$)|\$\w*\$[^$]*(?:\$\w*\$|$))',
        '\1''***''', 'gi');
    v_text := regexp_replace(v_text, '(password\s*=\s*)[^\s''",;)&]+', '\1***', 'gi');
    v_text := regexp_replace(v_text, '(://[^\s:/@'']*:)[^\s@/'']+@', '\1***@', 'g');
    if v_text <> v_sent then
      -- What looked like a password may have been words and ends of statements.
      v_mark := v_mark || E'\n; /* masked by Penstock */ ;';
    end if;
  end if;
  return v_text || v_mark;
end $penstock$;

-- Logs one event. While it runs, commands of its own are no events.
create or replace function penstock.capture(p_event text, p_tag text) returns void
language plpgsql set search_path = pg_catalog, pg_temp set penstock.capturing = '' as $penstock$
#variable_conflict use_column
declare
  v_relations oid[];
  v_types oid[];
  v_tables oid[];
  v_dropped jsonb;
  v_rewritten jsonb;
  v_unpublished oid[];
  v_aside boolean := false;
  v_image jsonb := jsonb_build_object('version', cast(current_setting('server_version_num') as integer));
begin
  perform set_config('penstock.capturing', penstock.seal('capturing'), true);
  if p_event = 'table_rewrite' then
    select a.tables into v_tables from penstock.affected(array[pg_event_trigger_table_rewrite_oid()], null) a;
    if pg_event_trigger_table_rewrite_oid() = any (v_tables) then
      v_rewritten := jsonb_build_array(jsonb_build_object(
          'table', cast(pg_event_trigger_table_rewrite_oid() as bigint), 'reason', pg_event_trigger_table_rewrite_reason()));
    end if;
    v_tables := '{}';
  elsif p_event = 'sql_drop' then
    v_dropped := penstock.dropped();
    select b.relations, b.types into v_relations, v_types from penstock.bereft(p_tag) b;
    delete from penstock.replica_identity
     where relation in (select cast(d ->> 'oid' as oid) from jsonb_array_elements(v_dropped) d where d ->> 'kind' = 'table');
    delete from penstock.whole_rows
     where relation in (select cast(d ->> 'oid' as oid) from jsonb_array_elements(v_dropped) d where d ->> 'kind' = 'table');
  else
    select t.relations, t.types into v_relations, v_types from penstock.touched(p_tag) t;
    v_aside := current_setting('penstock.set_aside', true) <> '';
    if v_aside then
      v_relations := v_relations || penstock.aside();
    end if;
  end if;
  if v_relations is not null or v_types is not null then
    select a.tables, a.types into v_tables, v_types from penstock.affected(v_relations, v_types) a;
    if p_tag <> 'COMMENT' then
      v_unpublished := penstock.publish(v_tables, p_tag);
    end if;
    if cardinality(v_tables) + cardinality(v_types) > 0 then
      v_image := penstock.describe(v_tables, v_types);
    end if;
  end if;
  if v_aside then
    perform set_config('penstock.set_aside', '', true);
  end if;
  if cardinality(v_tables) > 0 or cardinality(v_types) > 0 or v_dropped is not null or v_rewritten is not null then
    insert into penstock.ddl_log (event, tag, image, dropped, rewritten, unpublished, query)
    values (case p_event when 'table_rewrite' then 'rewrite' when 'sql_drop' then 'drop' else 'command' end,
            p_tag, v_image, v_dropped, v_rewritten,
            (select jsonb_agg(cast(u.oid as bigint)) from unnest(v_unpublished) u(oid)), penstock.query_text());
  end if;
end $penstock$;

-- Whatever goes wrong in here, the user's command goes on, and at once.
create or replace function penstock.on_event() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '200ms'
{cheap_plans} as $penstock$
begin
  if penstock.is_own() then
    return;
  end if;
  perform penstock.capture(tg_event, tg_tag);
exception when others then
  declare
    v_reason text := sqlerrm;
  begin
    -- A sequence does not roll back: a failure that is counted stays known until every definition was compared.
    begin
      perform nextval('penstock.capture_failures');
    exception when others then
      null;
    end;
    insert into penstock.ddl_log (event, tag, query) values ('capture_failed', v_reason, penstock.query_text());
  exception when others then
    null;
  end;
end $penstock$;

revoke all on all functions in schema penstock from public;
