create table if not exists penstock.heartbeat (
  task text primary key,
  sequence bigint not null,
  written_at timestamptz not null);

create table if not exists penstock.replica_identity (
  task text not null,
  relation oid not null,
  previous "char" not null,
  previous_index text,
  primary key (task, relation));

-- Tables, and with them their partitions, whose old rows a task needs with all columns: by name (relation 0), and by oid once they
-- are known, so that they stay so under another name.
create table if not exists penstock.whole_rows (
  task text not null,
  schema_name text not null,
  table_name text not null,
  relation oid not null,
  primary key (task, schema_name, table_name, relation));

-- One row per change of definitions, published: it arrives in the stream at its exact place.
create table if not exists penstock.ddl_log (
  id bigint generated always as identity primary key,
  event text not null,
  tag text not null,
  image jsonb,
  dropped jsonb,
  rewritten jsonb,
  unpublished jsonb,
  query text,
  usr text not null default session_user,
  at timestamptz not null default clock_timestamp());

-- Raised where not even a row could be written; a sequence, because it does not roll back.
create sequence if not exists penstock.capture_failures;

create table if not exists penstock.tasks (
  task text primary key,
  all_publication name not null,
  key_publication name not null,
  mode text not null,
  captured boolean not null,
  ddl_applied bigint not null);

-- The task's `objects` as regular expressions; the first row that matches decides.
create table if not exists penstock.rules (
  task text not null,
  position integer not null,
  schemas text not null,
  tables text,
  excluded text,
  primary key (task, position));

-- The files the tables were kept in when the task last knew that every change of definitions had been logged. A table in another file
-- holds other rows, perhaps.
create table if not exists penstock.files (
  task text not null,
  relation oid not null,
  file oid not null,
  primary key (task, relation));

-- Known to nobody but the role that captures: by it the event triggers know their own commands.
create table if not exists penstock.secret (value text not null);
revoke all on penstock.secret from public;
