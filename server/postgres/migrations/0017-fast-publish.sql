-- What a write costs: each synced table publishes by statements of its own, planned once per connection instead of put
-- together and planned anew for every statement; and derived rows do not ask for their tenant again.

-- Their tenant is that of the transaction (row-level security), and documents and memberships come from records that
-- refer to it. Asked for row by row it locks the one tenant row thousands of times.
alter table sync_document drop constraint sync_document_tenant_id_fkey;
alter table sync_feed drop constraint sync_feed_tenant_id_fkey;
alter table command_log drop constraint command_log_tenant_id_fkey;
alter table audit_entry drop constraint audit_entry_tenant_id_fkey;

-- Writes <table>_publish(): document and memberships of the changed rows as a set. The table brings two functions:
-- <table>_scopes(row) and <table>_document(row). A new row is read from what the statement inserted, a changed one from
-- the table.
create function sync_publisher(source regclass, collection text, type text) returns void language plpgsql as $make$
declare
  publish text := $sql$
    with fresh as materialized (
      select r.tenant_id, r.id, r.rev, {table}_scopes({row}) as scopes, {table}_document({row})::text as wire from {rows}
    ), stored as (
      insert into sync_document as d (tenant_id, collection, id, type, rev, scopes, wire)
      select tenant_id, {collection}, id, {type}, rev, scopes, wire from fresh
      on conflict (tenant_id, collection, id) do update
        set rev = excluded.rev, scopes = excluded.scopes, wire = excluded.wire, deleted = false
    )
    insert into sync_feed (tenant_id, collection, scope, id, present)
    select f.tenant_id, {collection}, s.scope, f.id, true from fresh f, unnest(f.scopes) s(scope) order by 1, 2, 3, 4
    on conflict (tenant_id, collection, scope, id) do update
      set xid = pg_current_xact_id(), seq = nextval('sync_feed_seq'), present = true
  $sql$;
  inserted text := replace(replace(publish, '{row}', 'row(r.*)::{table}'), '{rows}', 'changed r');
  updated text := replace(replace(publish, '{row}', 'r'), '{rows}', 'changed c join {table} r on r.tenant_id = c.tenant_id and r.id = c.id');
  body text := format($sql$
begin
  if tg_op = 'INSERT' then
    %s;
    return null;
  end if;
  %s;
  update sync_feed f set present = false, xid = pg_current_xact_id(), seq = nextval('sync_feed_seq')
  from changed c join sync_document d on d.tenant_id = c.tenant_id and d.collection = {collection} and d.id = c.id
  where f.tenant_id = c.tenant_id and f.collection = {collection} and f.id = c.id and f.present and not (f.scope = any (d.scopes));
  return null;
end $sql$, inserted, updated);
begin
  body := replace(replace(replace(body, '{table}', source::text), '{collection}', quote_literal(collection)), '{type}', quote_literal(type));
  execute format('create or replace function %I() returns trigger language plpgsql as %L', source || '_publish', body);
  execute format('create trigger publish_insert after insert on %s referencing new table as changed for each statement execute function %I()', source, source || '_publish');
  execute format('create trigger publish_update after update on %s referencing new table as changed for each statement execute function %I()', source, source || '_publish');
end $make$;

-- Makes a table a synced one. It has tenant_id, id and `rev bigint not null default 1`.
create or replace function sync_table(name regclass, collection text, type text) returns void language plpgsql as $$
begin
  execute format('create trigger raise_rev before update on %s for each row execute function sync_raise_rev()', name);
  perform sync_publisher(name, collection, type);
  execute format('create trigger publish_delete after delete on %s referencing old table as changed for each statement execute function sync_unpublish(%L)', name, collection);
end $$;

do $$
declare
  synced record;
begin
  for synced in
    select t.tgrelid::regclass as source, string_to_array(encode(t.tgargs, 'escape'), '\000') as args
    from pg_trigger t where t.tgfoid = 'sync_publish'::regproc and t.tgname = 'publish_insert'
  loop
    execute format('drop trigger publish_insert on %s', synced.source);
    execute format('drop trigger publish_update on %s', synced.source);
    perform sync_publisher(synced.source, synced.args[1], synced.args[2]);
  end loop;
end $$;
drop function sync_publish();
