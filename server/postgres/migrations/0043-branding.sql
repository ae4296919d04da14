-- What an office looks like: one colour that white text can be read on (shared/tenants/brand-color.ts), and a logo.
alter table tenant
  add column brand_color text check (brand_color ~ '^#[0-9a-f]{6}$'),
  -- JPEG as it was encoded anew, in base64; some kilobytes.
  add column logo text check (length(logo) <= 200000);
alter table tenant add column logo_version text
  generated always as (left(encode(sha256(decode(logo, 'base64')), 'hex'), 12)) stored;
grant update (brand_color, logo) on tenant to sampark_app;

create or replace function tenant_record(t tenant) returns jsonb language sql stable as $$
  select jsonb_build_object('tenantId', t.tenant_id, 'slug', t.slug, 'name', t.name, 'timeZone', t.time_zone,
    'trackingPrefix', t.tracking_prefix, 'languages', to_jsonb(t.languages), 'countryCode', t.country_code, 'status', t.status,
    'calendar', t.calendar, 'reopenHours', t.reopen_hours, 'demo', t.demo, 'brandColor', t.brand_color, 'logoVersion', t.logo_version)
$$;
