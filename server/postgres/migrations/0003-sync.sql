-- The feed: what changed, in which scope, since which position; the documents as they travel; commands and receipts.

-- Instants travel as ISO 8601 in UTC with milliseconds, the same text that JavaScript writes.
create function iso_instant(at timestamptz) returns text language sql immutable parallel safe as $$
  select to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- Identity of the feed. Transaction ids belong to one cluster: after restore, import or move the feed is restamped and
-- the generation raised. `pruned_xid`: removals below it are forgotten.
create table sync_origin (
  tenant_id uuid primary key references tenant,
  generation int not null default 1,
  cluster text not null,
  pruned_xid xid8 not null default '0'
);
select secure_table('sync_origin');

-- Positions known to be in a backup or replica, written by the backup.
create table backup_mark (
  tenant_id uuid not null references tenant,
  position xid8 not null,
  marked_at timestamptz not null default now(),
  primary key (tenant_id, position)
);
select secure_table('backup_mark');

-- A document as it travels. `wire` is its JSON text, built here once per change and never row by row in Node.
create table sync_document (
  tenant_id uuid not null references tenant,
  collection text not null,
  id uuid not null,
  type text not null,
  rev bigint not null,
  deleted boolean not null default false,
  scopes text[] not null,
  wire text not null,
  primary key (tenant_id, collection, id)
) with (fillfactor = 90);
select secure_table('sync_document');

create sequence sync_feed_seq;
grant usage on sequence sync_feed_seq to sampark_app;

-- One row per membership of a record in a scope. `present` false: it left. Read only below the horizon
-- (xid < pg_snapshot_xmin): a sequence or a timestamp as cursor would lose rows that commit late.
create table sync_feed (
  tenant_id uuid not null references tenant,
  collection text not null,
  scope text not null,
  id uuid not null,
  xid xid8 not null default pg_current_xact_id(),
  seq bigint not null default nextval('sync_feed_seq'),
  present boolean not null,
  primary key (tenant_id, collection, scope, id)
) with (fillfactor = 80);
create index sync_feed_position on sync_feed (tenant_id, collection, scope, xid, seq) include (id, present);
-- To find the memberships of one record.
create index sync_feed_record on sync_feed (tenant_id, collection, id);
select secure_table('sync_feed');

-- Raises rev with every update, whoever writes.
create function sync_raise_rev() returns trigger language plpgsql as $$
begin
  new.rev := old.rev + 1;
  return new;
end $$;

-- Statement trigger of every synced table: writes document and memberships of the changed rows as a set.
-- tg_argv: collection, type. The table brings two functions: <table>_scopes(row) and <table>_document(row).
create function sync_publish() returns trigger language plpgsql as $$
declare
  source text := tg_table_name;
begin
  execute format($sql$
    with fresh as materialized (
      select t.tenant_id, t.id, t.rev, %1$I(t) as scopes, %2$I(t)::text as wire
      from changed c join %3$I t on t.tenant_id = c.tenant_id and t.id = c.id
    ), stored as (
      insert into sync_document as d (tenant_id, collection, id, type, rev, scopes, wire)
      select tenant_id, %4$L, id, %5$L, rev, scopes, wire from fresh
      on conflict (tenant_id, collection, id) do update
        set rev = excluded.rev, scopes = excluded.scopes, wire = excluded.wire, deleted = false
    )
    insert into sync_feed (tenant_id, collection, scope, id, present)
    select f.tenant_id, %4$L, s.scope, f.id, true from fresh f, unnest(f.scopes) s(scope) order by 1, 2, 3, 4
    on conflict (tenant_id, collection, scope, id) do update
      set xid = pg_current_xact_id(), seq = nextval('sync_feed_seq'), present = true
  $sql$, source || '_scopes', source || '_document', source, tg_argv[0], tg_argv[1]);
  if tg_op = 'UPDATE' then
    update sync_feed f set present = false, xid = pg_current_xact_id(), seq = nextval('sync_feed_seq')
    from changed c join sync_document d on d.tenant_id = c.tenant_id and d.collection = tg_argv[0] and d.id = c.id
    where f.tenant_id = c.tenant_id and f.collection = tg_argv[0] and f.id = c.id and f.present
      and not (f.scope = any (d.scopes));
  end if;
  return null;
end $$;

create function sync_unpublish() returns trigger language plpgsql as $$
begin
  update sync_document d set deleted = true, rev = d.rev + 1, scopes = '{}',
    wire = json_build_object('id', d.id, 'rev', d.rev + 1, '_deleted', true)::text
  from changed c where d.tenant_id = c.tenant_id and d.collection = tg_argv[0] and d.id = c.id;
  update sync_feed f set present = false, xid = pg_current_xact_id(), seq = nextval('sync_feed_seq')
  from changed c where f.tenant_id = c.tenant_id and f.collection = tg_argv[0] and f.id = c.id and f.present;
  return null;
end $$;

-- Makes a table a synced one. It has tenant_id, id and `rev bigint not null default 1`.
create function sync_table(name regclass, collection text, type text) returns void language plpgsql as $$
begin
  execute format('create trigger raise_rev before update on %s for each row execute function sync_raise_rev()', name);
  execute format('create trigger publish_insert after insert on %s referencing new table as changed for each statement execute function sync_publish(%L, %L)', name, collection, type);
  execute format('create trigger publish_update after update on %s referencing new table as changed for each statement execute function sync_publish(%L, %L)', name, collection, type);
  execute format('create trigger publish_delete after delete on %s referencing old table as changed for each statement execute function sync_unpublish(%L)', name, collection);
end $$;

-- One page of the feed: the scopes one after the other from their positions, until `wanted` rows are found. Stops early,
-- so that a page costs what it holds and not what all scopes hold.
create function sync_page(wanted_collection text, scopes text[], xids xid8[], seqs bigint[], wanted int)
returns table (scope text, id uuid, xid xid8, seq bigint, present boolean) language plpgsql stable as $$
declare
  left_over int := wanted;
  found_rows int;
begin
  for i in 1 .. coalesce(array_length(scopes, 1), 0) loop
    return query
      select f.scope, f.id, f.xid, f.seq, f.present from sync_feed f
      where f.tenant_id = (select app_tenant_id()) and f.collection = wanted_collection and f.scope = scopes[i]
        and (f.xid, f.seq) > (xids[i], seqs[i]) and f.xid < pg_snapshot_xmin(pg_current_snapshot())
      order by f.xid, f.seq limit left_over;
    get diagnostics found_rows = row_count;
    left_over := left_over - found_rows;
    exit when left_over <= 0;
  end loop;
end $$;

-- Every command the server has judged. A replay finds its verdict here and changes nothing.
create table command_log (
  tenant_id uuid not null references tenant,
  id uuid not null,
  name text not null,
  actor_id uuid,
  device_id uuid,
  seq bigint not null,
  claimed_at timestamptz not null,
  received_at timestamptz not null,
  verdict text not null check (verdict in ('applied', 'merged', 'rejected')),
  code text,
  fields jsonb,
  receipt_hash text not null,
  batch_id uuid not null,
  position xid8 not null default pg_current_xact_id(),
  -- What it touched: [{collection, type, id}], to answer a replay with the stored state.
  touched jsonb not null,
  issue_ids uuid[] not null default '{}',
  primary key (tenant_id, id)
);
create index command_log_device on command_log (tenant_id, device_id, received_at desc);
select secure_table('command_log', 'select, insert');

create table receipt_batch (
  tenant_id uuid not null references tenant,
  id uuid not null,
  hashes text[] not null,
  key_id text not null,
  signature text not null,
  signed_at timestamptz not null,
  primary key (tenant_id, id)
);
select secure_table('receipt_batch', 'select, insert');

-- Conflicts and refusals, for the author and the office. Nothing that was saved vanishes.
create table sync_issue (
  tenant_id uuid not null references tenant,
  id uuid not null,
  rev bigint not null default 1,
  kind text not null check (kind in ('conflict', 'rejected')),
  command_id uuid not null,
  command_name text not null,
  subject_type text,
  subject_id uuid,
  field text,
  base jsonb,
  yours jsonb,
  theirs jsonb,
  code text,
  payload jsonb,
  author_id uuid,
  author_name text not null,
  claimed_at timestamptz not null,
  received_at timestamptz not null,
  status text not null default 'open' check (status in ('open', 'settled')),
  settlement text,
  settled_by uuid,
  settled_at timestamptz,
  primary key (tenant_id, id)
);
create index sync_issue_open on sync_issue (tenant_id, received_at desc) where status = 'open';
select secure_table('sync_issue', 'select, insert, update');

create function sync_issue_scopes(i sync_issue) returns text[] language sql stable as $$
  select case when i.author_id is null then '{office}'::text[] else array['office', 'user:' || i.author_id] end
$$;
create function sync_issue_document(i sync_issue) returns json language sql stable as $$
  select json_build_object('id', i.id, 'type', 'sync_issue', 'rev', i.rev, 'kind', i.kind, 'commandId', i.command_id,
    'commandName', i.command_name, 'subjectType', i.subject_type, 'subjectId', i.subject_id, 'field', i.field,
    'base', i.base, 'yours', i.yours, 'theirs', i.theirs, 'code', i.code, 'payload', i.payload, 'authorId', i.author_id,
    'authorName', i.author_name, 'claimedAt', iso_instant(i.claimed_at), 'receivedAt', iso_instant(i.received_at),
    'status', i.status, 'settlement', i.settlement, 'settledBy', i.settled_by, 'settledAt', iso_instant(i.settled_at))
$$;
select sync_table('sync_issue', 'issues', 'sync_issue');

-- Who did what. Written in the transaction that did it; the application can add and read, never change.
create table audit_entry (
  tenant_id uuid not null references tenant,
  id uuid not null,
  at timestamptz not null,
  claimed_at timestamptz,
  actor_id uuid,
  actor_role text not null,
  device_id uuid,
  command_id uuid,
  request_id text,
  action text not null,
  subject_type text,
  subject_id uuid,
  before jsonb,
  after jsonb,
  xid xid8 not null default pg_current_xact_id(),
  primary key (tenant_id, id)
);
create index audit_entry_subject on audit_entry (tenant_id, subject_id, at);
select secure_table('audit_entry', 'select, insert');
