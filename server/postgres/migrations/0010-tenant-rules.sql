-- A host may lead to one office and still serve others under /o/<slug>; an office's own domain does not.
alter table tenant_host add column shared boolean not null default false;

-- Devices judge by the same calendar and windows as the server, so both travel with the office's facts.
create or replace function tenant_record(t tenant) returns jsonb language sql stable as $$
  select jsonb_build_object('tenantId', t.tenant_id, 'slug', t.slug, 'name', t.name, 'timeZone', t.time_zone,
    'trackingPrefix', t.tracking_prefix, 'languages', to_jsonb(t.languages), 'countryCode', t.country_code, 'status', t.status,
    'calendar', t.calendar, 'reopenHours', t.reopen_hours)
$$;

create or replace function directory_tenant_of_host(wanted text) returns jsonb language sql stable security definer set search_path = public as $$
  select tenant_record(t) || jsonb_build_object('sharesHost', h.shared) from tenant t join tenant_host h using (tenant_id) where h.host = wanted
$$;
