-- Comparing what a device holds with what the server has, and forgetting old removals.

-- Digest of a document as devices compute it (shared/protocol/drift/record-digest.ts). Written when somebody compares and
-- not by the trigger: a write pays nothing for it. It counts only while `wire_hash` is the hash of the wire text as it
-- stands now, so no writer can leave a wrong one behind.
create table sync_digest (
  tenant_id uuid not null references tenant,
  collection text not null,
  id uuid not null,
  wire_hash bigint not null,
  digest bigint not null,
  primary key (tenant_id, collection, id)
) with (fillfactor = 90);
select secure_table('sync_digest');

-- How far the removals of a scope are forgotten: a device that has read less must compare.
create table sync_pruned (
  tenant_id uuid not null references tenant,
  collection text not null,
  scope text not null,
  xid xid8 not null,
  seq bigint not null,
  primary key (tenant_id, collection, scope)
);
select secure_table('sync_pruned');
-- It was one for the whole office: quiet scopes would have had to compare for ever.
alter table sync_origin drop column pruned_xid;

-- The horizon of a day (UTC), so that the age of a feed position is known: rows carry no time.
create table sync_day (
  tenant_id uuid not null references tenant,
  day date not null,
  horizon xid8 not null,
  primary key (tenant_id, day)
);
select secure_table('sync_day');

create index sync_feed_removals on sync_feed (tenant_id, xid) where not present;

-- The removed document stays as the ledger of its id: what is known to be gone never comes back as something else.
create function sync_keep_removed() returns trigger language plpgsql as $$
begin
  raise exception 'the id % was removed and is not used again', old.id using errcode = 'unique_violation', constraint = 'sync_document_removed';
end $$;
create trigger keep_removed before update on sync_document for each row when (old.deleted and not new.deleted) execute function sync_keep_removed();

-- What a device last said of a comparison: when (server clock), and how many of its copies it had to mend in all.
alter table device add column compared_at timestamptz, add column mended_count int not null default 0;

-- Where a feed is at home. A dump put back into the same cluster is another database there: its oid tells it apart.
create function sync_home() returns text language sql stable as $$
  select s.system_identifier::text || '/' || c.timeline_id::text || '/' || d.oid::text
  from pg_control_system() s, pg_control_checkpoint() c, pg_database d where d.datname = current_database()
$$;

-- Known from the first moment of an office: a backup without it would come back unnoticed.
create function sync_begin_origin() returns trigger language plpgsql as $$
begin
  insert into sync_origin (tenant_id, cluster) values (new.tenant_id, sync_home()) on conflict do nothing;
  return null;
end $$;
create trigger begin_origin after insert on tenant for each row execute function sync_begin_origin();

-- A feed that is at home here keeps its generation, although its identity has a new part. An owner who does not see all
-- offices (row-level security) leaves this to the next start, which then stamps anew.
do $$
declare
  one record;
begin
  for one in select tenant_id from tenant loop
    perform set_config('app.tenant_id', one.tenant_id::text, true);
    insert into sync_origin (tenant_id, cluster) values (one.tenant_id, sync_home()) on conflict do nothing;
    update sync_origin set cluster = sync_home() where cluster = (select s.system_identifier::text || '/' || c.timeline_id::text from pg_control_system() s, pg_control_checkpoint() c);
  end loop;
  perform set_config('app.tenant_id', '', true);
end $$;
