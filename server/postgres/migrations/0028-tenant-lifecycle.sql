-- The life of an office as its operator steers it: suspended, leaving, erased; and what it may use.

alter table tenant drop constraint tenant_status_check;
-- `importing`: an archive is being written into it. `leaving`: erased after `erase_after`, unless it is resumed before.
alter table tenant add constraint tenant_status_check check (status in ('active', 'suspended', 'importing', 'leaving'));
alter table tenant add column status_since timestamptz not null default now();
alter table tenant add column erase_after timestamptz check ((status = 'leaving') = (erase_after is not null));
-- {users, storageBytes, messagesPerDay}: what is not named is not limited.
alter table tenant add column quotas jsonb not null default '{}';

-- The office changes what is its own; status, quotas, short name and prefix are the operator's.
revoke update on tenant from sampark_app;
grant update (name, time_zone, country_code, languages, reopen_hours, calendar) on tenant to sampark_app;

-- That an office was erased, and what it held: counts only, nobody's data. No foreign key: the office is gone.
create table tenant_erasure (
  tenant_id uuid not null,
  erased_at timestamptz not null,
  record jsonb not null,
  -- SHA-256 (hex) of the record's text, and its HMAC with a key of the installation.
  sha256 text not null,
  signature text not null,
  primary key (tenant_id, erased_at)
);
select secure_table('tenant_erasure', 'select');

-- Active people against the quota. Counted behind the lock of the tenant's row, so that two at once do not both find room.
create function tenant_has_room_for_user() returns trigger language plpgsql as $$
declare
  most int;
begin
  select (quotas->>'users')::int into most from tenant where tenant_id = new.tenant_id and quotas ? 'users';
  if most is null then return null; end if;
  perform pg_advisory_xact_lock(hashtextextended('users of ' || new.tenant_id, 0));
  if (select count(*) from user_account where tenant_id = new.tenant_id and status = 'active') > most then
    raise exception 'the office may have % active people', most using errcode = 'check_violation', constraint = 'tenant_quota_users';
  end if;
  return null;
end $$;
create trigger room_for_new after insert on user_account for each row when (new.status = 'active') execute function tenant_has_room_for_user();
create trigger room_for_activated after update of status on user_account for each row when (new.status = 'active' and old.status <> 'active')
  execute function tenant_has_room_for_user();

-- The operator sees every office, by what the directory knows of it. Not granted to any role that logs in: for the owner alone.
create function operator_tenants() returns table ("tenantId" uuid, slug text, name text, status text, "statusSince" timestamptz, "eraseAfter" timestamptz, quotas jsonb)
language sql stable security definer set search_path = public as $$
  select tenant_id, slug, name, status, status_since, erase_after, quotas from tenant
$$;
alter function operator_tenants() owner to sampark_directory_reader;
revoke all on function operator_tenants() from public;
do $$ begin
  execute format('grant execute on function operator_tenants() to %I', current_user);
end $$;
