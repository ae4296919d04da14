-- Contacts and whole commands lie sealed (AES-256-GCM, keys outside the database): one text per row, led by the id of its key.

-- What lay here in clear becomes a text of the key 'clear', which the rotation seals at the next start: the database itself
-- has no key. By a change of the column's type, which reaches every row whatever row-level security shows the owner.
create function clear_fields(fields jsonb) returns text language sql immutable parallel safe as $$
  select 'clear.' || translate(encode(convert_to(fields::text, 'UTF8'), 'base64'), E'\n', '')
$$;

alter table person_contact alter column phone type text using clear_fields(jsonb_build_object('phone', phone, 'email', email));
alter table person_contact rename column phone to sealed;
alter table person_contact drop column email, alter column sealed set not null,
  add column phone_hash text, add column key_id text generated always as (split_part(sealed, '.', 1)) stored;
create index person_contact_phone on person_contact (tenant_id, phone_hash) where phone_hash is not null;
create index person_contact_key on person_contact (tenant_id, key_id);
create or replace function person_contact_document(c person_contact) returns json language sql stable as $$
  select json_build_object('id', c.id, 'type', 'person_contact', 'rev', c.rev, 'personId', c.person_id, 'wardId', c.ward_id, 'sealed', c.sealed)
$$;

alter table reporter_contact alter column phone type text using clear_fields(jsonb_build_object('name', name, 'phone', phone, 'email', email));
alter table reporter_contact rename column phone to sealed;
alter table reporter_contact drop column email, drop column name, alter column sealed set not null,
  add column phone_hash text, add column key_id text generated always as (split_part(sealed, '.', 1)) stored;
create index reporter_contact_phone on reporter_contact (tenant_id, phone_hash) where phone_hash is not null;
create index reporter_contact_key on reporter_contact (tenant_id, key_id);
create or replace function reporter_contact_document(c reporter_contact) returns json language sql stable as $$
  select json_build_object('id', c.id, 'type', 'reporter_contact', 'rev', c.rev, 'grievanceId', c.grievance_id,
    'language', c.language, 'sealed', c.sealed)
$$;

-- A refused command is kept whole, and may name a contact.
alter table sync_issue add column payload_ward text generated always as (payload -> 'args' ->> 'wardId') stored;
alter table sync_issue alter column payload_ward drop expression;
alter table sync_issue alter column payload type text using clear_fields(jsonb_build_object('payload', payload));
alter table sync_issue rename column payload to sealed;
alter table sync_issue alter column sealed set not null, add column key_id text generated always as (split_part(sealed, '.', 1)) stored;
create index sync_issue_key on sync_issue (tenant_id, key_id);
create or replace function sync_issue_document(i sync_issue) returns json language sql stable as $$
  select json_build_object('id', i.id, 'type', 'sync_issue', 'rev', i.rev, 'kind', i.kind, 'commandId', i.command_id,
    'commandName', i.command_name, 'subjectType', i.subject_type, 'subjectId', i.subject_id, 'field', i.field,
    'base', i.base, 'yours', i.yours, 'theirs', i.theirs, 'code', i.code, 'sealed', i.sealed, 'authorId', i.author_id,
    'authorName', i.author_name, 'claimedAt', iso_instant(i.claimed_at), 'receivedAt', iso_instant(i.received_at),
    'status', i.status, 'settlement', i.settlement, 'settledBy', i.settled_by, 'settledAt', iso_instant(i.settled_at),
    'settledValue', i.settled_value, 'settledBefore', i.settled_before)
$$;

create function clear_command(command jsonb) returns text language plpgsql immutable as $$
begin
  return clear_fields(jsonb_build_object('args', command -> 'args') || case when command ? 'base' then jsonb_build_object('base', command -> 'base') else '{}' end);
end $$;
-- Of a command that waits the envelope stays readable; what it says does not.
alter table held_command add column sealed text not null
  generated always as (clear_command(command)) stored;
alter table held_command alter column sealed drop expression;
alter table held_command alter column command type jsonb using command - '{args,base}'::text[];
alter table held_command add column key_id text generated always as (split_part(sealed, '.', 1)) stored;

-- Answers of a report being written: they live a day.
alter table portal_draft alter column answers drop default;
alter table portal_draft alter column answers type text using clear_fields(answers);
alter table portal_draft rename column answers to sealed;
alter table portal_draft add column key_id text generated always as (split_part(sealed, '.', 1)) stored;

drop function clear_command(jsonb);
drop function clear_fields(jsonb);
