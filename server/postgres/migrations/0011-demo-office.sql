-- The demo office says so on every screen; a real office imported beside it does not.
alter table tenant add column demo boolean not null default false;

create or replace function tenant_record(t tenant) returns jsonb language sql stable as $$
  select jsonb_build_object('tenantId', t.tenant_id, 'slug', t.slug, 'name', t.name, 'timeZone', t.time_zone,
    'trackingPrefix', t.tracking_prefix, 'languages', to_jsonb(t.languages), 'countryCode', t.country_code, 'status', t.status,
    'calendar', t.calendar, 'reopenHours', t.reopen_hours, 'demo', t.demo)
$$;
