-- Tenants, the two settings every transaction carries, and the wall around every table.

create extension if not exists pg_trgm;

revoke create on schema public from public;
grant usage on schema public to sampark_app, sampark_relay, sampark_directory;

-- Tenant of the running transaction. A query without one sees no row, and says so with a notice that the pool counts.
create function app_tenant_id() returns uuid language plpgsql stable parallel safe as $$
declare
  setting text := current_setting('app.tenant_id', true);
begin
  if setting is null or setting = '' then
    raise notice 'query without a tenant' using errcode = 'SP001';
    return null;
  end if;
  return setting::uuid;
end $$;

create function app_actor_id() returns uuid language sql stable parallel safe as $$
  select nullif(current_setting('app.actor_id', true), '')::uuid
$$;

-- Puts a table behind row-level security, forced for its owner too, and lets the application in. Tables that may only
-- grow (audit) pass their own list of rights.
create function secure_table(name regclass, rights text default 'select, insert, update, delete') returns void
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', name);
  execute format('alter table %s force row level security', name);
  execute format('create policy tenant_only on %s using (tenant_id = (select app_tenant_id())) with check (tenant_id = (select app_tenant_id()))', name);
  execute format('grant %s on %s to sampark_app', rights, name);
end $$;

create table tenant (
  tenant_id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
  name text not null,
  tracking_prefix text not null unique check (tracking_prefix ~ '^[A-Z]{2,4}$'),
  time_zone text not null,
  country_code text not null default '91',
  languages text[] not null default '{en,hi}',
  status text not null default 'active' check (status in ('active', 'suspended')),
  -- Hours after an answer in which the reporter may reopen (server clock).
  reopen_hours int not null default 72,
  -- Business calendar as in shared/calendar.
  calendar jsonb not null,
  created_at timestamptz not null default now()
);
select secure_table('tenant', 'select, update');

create table tenant_host (
  tenant_id uuid not null references tenant,
  host text not null unique,
  primary key (tenant_id, host)
);
select secure_table('tenant_host');

create function tenant_record(t tenant) returns jsonb language sql stable as $$
  select jsonb_build_object('tenantId', t.tenant_id, 'slug', t.slug, 'name', t.name, 'timeZone', t.time_zone,
    'trackingPrefix', t.tracking_prefix, 'languages', to_jsonb(t.languages), 'countryCode', t.country_code, 'status', t.status)
$$;

-- The directory: what must be answered before a tenant is known. The functions belong to a role that passes the wall
-- on exactly the tables they read; nobody logs in as it.
do $$ begin
  if not exists (select 1 from pg_roles where rolname = 'sampark_directory_reader') then
    create role sampark_directory_reader nologin;
  end if;
exception when duplicate_object or unique_violation then null;
end $$;
grant usage, create on schema public to sampark_directory_reader;
grant select on tenant, tenant_host to sampark_directory_reader;
create policy directory_reads on tenant for select to sampark_directory_reader using (true);
create policy directory_reads on tenant_host for select to sampark_directory_reader using (true);

create function directory_tenant_of_host(wanted text) returns jsonb language sql stable security definer set search_path = public as $$
  select tenant_record(t) from tenant t join tenant_host h using (tenant_id) where h.host = wanted
$$;
create function directory_tenant_of_slug(wanted text) returns jsonb language sql stable security definer set search_path = public as $$
  select tenant_record(t) from tenant t where t.slug = wanted
$$;
create function directory_only_tenant() returns jsonb language sql stable security definer set search_path = public as $$
  select tenant_record(t) from tenant t where (select count(*) from tenant) = 1
$$;
create function directory_active_tenants() returns setof uuid language sql stable security definer set search_path = public as $$
  select tenant_id from tenant where status = 'active'
$$;

-- Hands a function over to the directory: its owner may read what the policies above allow, only the directory may run it.
create function give_to_directory(signature text) returns void language plpgsql as $$
begin
  execute format('alter function %s owner to sampark_directory_reader', signature);
  execute format('revoke all on function %s from public', signature);
  execute format('grant execute on function %s to sampark_directory', signature);
end $$;
grant sampark_directory_reader to current_user;
select give_to_directory('directory_tenant_of_host(text)');
select give_to_directory('directory_tenant_of_slug(text)');
select give_to_directory('directory_only_tenant()');
select give_to_directory('directory_active_tenants()');

-- Which migrations are applied is no secret of any tenant: /readiness asks.
grant select on schema_migration to sampark_app;
