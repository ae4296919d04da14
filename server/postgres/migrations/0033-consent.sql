-- What people agreed to, decision by decision, and what they ask of the office about their data.

create table consent_event (
  tenant_id uuid not null references tenant,
  id uuid not null,
  -- Row of person_contact or reporter_contact. No foreign key: the decision outlives the erased contact, and names nobody.
  contact_id uuid not null,
  purpose text not null check (purpose in ('grievance_updates', 'surveys', 'campaigns')),
  channel text not null check (channel in ('sms', 'email', 'whatsapp', 'push')),
  given boolean not null,
  at timestamptz not null,
  source text not null check (source in ('portal_form', 'portal_page', 'office')),
  -- Language of the notice that was shown, and its version.
  language text not null,
  notice text not null,
  actor_id uuid,
  primary key (tenant_id, id)
);
create index consent_event_contact on consent_event (tenant_id, contact_id, purpose, channel, at desc, id desc);
select secure_table('consent_event', 'select, insert');

-- `purpose:channel` of what stands given; null: never asked.
create function consents_of(wanted_tenant uuid, wanted_contact uuid) returns text[] language sql stable as $$
  select case when count(*) = 0 then null else coalesce(array_agg(purpose || ':' || channel order by purpose, channel) filter (where given), '{}') end
  from (
    select distinct on (purpose, channel) purpose, channel, given from consent_event
    where tenant_id = wanted_tenant and contact_id = wanted_contact order by purpose, channel, at desc, id desc
  ) latest
$$;

-- The contact carries its purposes, so that whoever reads it, a phone too, knows what it may be used for.
alter table person_contact add column consents text[];
alter table reporter_contact add column consents text[];

create function contact_takes_consents() returns trigger language plpgsql as $$
begin
  new.consents := consents_of(new.tenant_id, new.id);
  return new;
end $$;
create trigger takes_consents before insert on person_contact for each row execute function contact_takes_consents();
create trigger takes_consents before insert on reporter_contact for each row execute function contact_takes_consents();

create function consent_reaches_contact() returns trigger language plpgsql as $$
begin
  update person_contact c set consents = consents_of(c.tenant_id, c.id)
  where c.tenant_id in (select tenant_id from decided) and c.id in (select contact_id from decided);
  update reporter_contact c set consents = consents_of(c.tenant_id, c.id)
  where c.tenant_id in (select tenant_id from decided) and c.id in (select contact_id from decided);
  return null;
end $$;
create trigger reaches_contact after insert on consent_event referencing new table as decided
  for each statement execute function consent_reaches_contact();

create or replace function person_contact_document(c person_contact) returns json language sql stable as $$
  select json_build_object('id', c.id, 'type', 'person_contact', 'rev', c.rev, 'personId', c.person_id, 'wardId', c.ward_id,
    'consents', c.consents, 'sealed', c.sealed)
$$;
create or replace function reporter_contact_document(c reporter_contact) returns json language sql stable as $$
  select json_build_object('id', c.id, 'type', 'reporter_contact', 'rev', c.rev, 'grievanceId', c.grievance_id,
    'language', c.language, 'consents', c.consents, 'sealed', c.sealed)
$$;

-- A citizen asks the office to erase a report's data.
create table erase_request (
  tenant_id uuid not null references tenant,
  id uuid not null,
  grievance_id uuid not null,
  asked_at timestamptz not null,
  settled_at timestamptz,
  settled_by uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, grievance_id) references grievance (tenant_id, id)
);
create unique index erase_request_open on erase_request (tenant_id, grievance_id) where settled_at is null;
select secure_table('erase_request', 'select, insert, update');
