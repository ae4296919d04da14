-- The audit is sealed: a job of the scheduler lists its rows with their hashes in segments, each chained on the one before
-- and signed. Rows themselves are never touched again. See docs/decisions/0027.

-- Tells rows of before a restore or move from those of after: transaction ids of two clusters cannot be compared.
create sequence audit_entry_seq;
grant usage on sequence audit_entry_seq to sampark_app;
alter table audit_entry add column seq bigint not null default nextval('audit_entry_seq');
-- In commit order below the horizon: what the sealer reads.
create index audit_entry_order on audit_entry (tenant_id, xid, id);

create table audit_segment (
  tenant_id uuid not null references tenant,
  number int not null check (number > 0),
  -- Cluster and database whose transaction ids `until_xid` is one of.
  home text not null,
  until_xid xid8 not null,
  until_id uuid not null,
  -- Rows up to it are all sealed, whatever their transaction id: they came before the last restore.
  floor_seq bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  entries int not null check (entries > 0),
  -- Null once retention has dropped the rows; the head below stays for good.
  entry_ids uuid[],
  entry_hashes text[],
  entries_hash text not null,
  previous_hash text not null,
  hash text not null,
  key_id text not null,
  signature text not null,
  sealed_at timestamptz not null,
  dropped_at timestamptz,
  primary key (tenant_id, number)
);
select secure_table('audit_segment', 'select, insert');

-- Waits until no row of the audit is being written, and keeps it so until the end of the transaction. Resolves to the last number given.
create function audit_standstill() returns bigint language plpgsql security definer set search_path = public as $$
begin
  lock table audit_entry in share row exclusive mode;
  return (select last_value from audit_entry_seq);
end $$;

-- Drops the rows of whole sealed segments of the transaction's tenant that ended before `cutoff`, and keeps their heads. The year is a
-- floor that no configuration lowers. Gives the number of rows dropped.
create function audit_drop_sealed(cutoff timestamptz) returns int language plpgsql security definer set search_path = public as $$
declare
  dropped int;
begin
  if cutoff > now() - interval '365 days' then
    raise exception 'the audit is kept for a year at least';
  end if;
  with old as (
    select s.number, s.entry_ids from audit_segment s
    where s.tenant_id = app_tenant_id() and s.dropped_at is null and s.last_at < cutoff for update
  ), gone as (
    delete from audit_entry e using (select unnest(entry_ids) as id from old) o where e.tenant_id = app_tenant_id() and e.id = o.id returning 1
  ), noted as (
    update audit_segment s set entry_ids = null, entry_hashes = null, dropped_at = now()
    from old where s.tenant_id = app_tenant_id() and s.number = old.number
  )
  select count(*) into dropped from gone;
  return dropped;
end $$;
revoke all on function audit_standstill(), audit_drop_sealed(timestamptz) from public;
grant execute on function audit_standstill(), audit_drop_sealed(timestamptz) to sampark_app;
