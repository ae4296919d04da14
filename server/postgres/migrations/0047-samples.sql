-- Sample data that an owner tries the office with, and takes out again without a trace in what is real.

-- Records that were made as samples. Only what is listed here is ever removed with them.
create table sample_record (
  tenant_id uuid not null references tenant,
  record_id uuid not null,
  kind text not null check (kind in ('household', 'person', 'person_contact', 'grievance', 'reporter_contact')),
  primary key (tenant_id, record_id)
);
select secure_table('sample_record', 'select, insert');

-- A record is marked by the transaction that makes it, so that nothing real can be declared a sample.
create function sample_is_new() returns trigger language plpgsql as $$
declare
  made boolean;
begin
  if (select status from tenant where tenant_id = new.tenant_id) = 'importing' then return null; end if;
  execute format('select exists (select 1 from %I where tenant_id = $1 and id = $2 and rev = 1 and xmin = pg_current_xact_id()::xid)', new.kind)
    into made using new.tenant_id, new.record_id;
  if not made then
    raise exception 'only a record made in this transaction can be a sample' using errcode = 'check_violation', constraint = 'sample_is_new';
  end if;
  return null;
end $$;
create trigger is_new after insert on sample_record for each row execute function sample_is_new();

-- Numbers of reports that are gone: nobody else's report is given one of them.
create table retired_number (
  tenant_id uuid not null references tenant,
  number text not null,
  primary key (tenant_id, number)
);
select secure_table('retired_number', 'select');

-- Nothing is ever sent about a sample, whoever writes the message.
create function outbox_spares_samples() returns trigger language plpgsql as $$
begin
  if exists (select 1 from sample_record s where s.tenant_id = new.tenant_id and s.record_id in (new.subject_id, new.recipient_id)) then
    new.status := 'cancelled';
    new.last_error := 'sample';
  end if;
  return new;
end $$;
create trigger spares_samples before insert on outbox for each row when (new.status = 'queued') execute function outbox_spares_samples();

-- A household in which the office registered somebody of its own has become the office's: it stays with these people.
create function sample_household_stays(office uuid, household uuid) returns boolean language sql stable as $$
  select exists (select 1 from person p where p.tenant_id = office and p.household_id = household
    and not exists (select 1 from sample_record s where s.tenant_id = office and s.record_id = p.id))
$$;

-- Takes all samples of the tenant out, with everything that hangs on them; what real records say of them is emptied. As the owner, because
-- the application may not remove from a timeline; it can reach nothing but what is listed.
create function remove_samples() returns void language plpgsql security definer set search_path = public as $$
declare
  office constant uuid := app_tenant_id();
  cases uuid[];
  homes uuid[];
  people uuid[];
  contacts uuid[];
begin
  select coalesce(array_agg(record_id) filter (where kind = 'grievance'), '{}'), coalesce(array_agg(record_id) filter (where kind = 'person'), '{}'),
    coalesce(array_agg(record_id) filter (where kind = 'household' and not sample_household_stays(office, record_id)), '{}')
    into cases, people, homes from sample_record where tenant_id = office;
  select coalesce(array_agg(id), '{}') into contacts from (
    select id from reporter_contact where tenant_id = office and grievance_id = any (cases)
    union all select id from person_contact where tenant_id = office and person_id = any (people)) c;
  update grievance set person_id = case when person_id = any (people) then null else person_id end,
    household_id = case when household_id = any (homes) then null else household_id end,
    duplicate_of = case when duplicate_of = any (cases) then null else duplicate_of end
  where tenant_id = office and not id = any (cases) and (person_id = any (people) or household_id = any (homes) or duplicate_of = any (cases));
  insert into retired_number (tenant_id, number) select tenant_id, number from grievance_number
  where tenant_id = office and grievance_id = any (cases) on conflict do nothing;
  delete from outbox_attempt where tenant_id = office and message_id in (select id from outbox where tenant_id = office and subject_id = any (cases || people || contacts));
  delete from outbox where tenant_id = office and subject_id = any (cases || people || contacts);
  delete from one_time_secret where tenant_id = office and subject = any (cases::text[]);
  delete from portal_draft where tenant_id = office and grievance_id = any (cases);
  delete from consent_event where tenant_id = office and contact_id = any (contacts);
  delete from erase_request where tenant_id = office and grievance_id = any (cases);
  delete from correction_request where tenant_id = office and grievance_id = any (cases);
  delete from sync_issue where tenant_id = office and subject_id = any (cases || people || homes || contacts);
  delete from grievance_event where tenant_id = office and grievance_id = any (cases);
  delete from reporter_contact where tenant_id = office and id = any (contacts);
  delete from grievance_number where tenant_id = office and grievance_id = any (cases);
  delete from grievance where tenant_id = office and id = any (cases);
  delete from person_contact where tenant_id = office and id = any (contacts);
  delete from person where tenant_id = office and id = any (people);
  delete from household where tenant_id = office and id = any (homes);
  delete from sample_record where tenant_id = office;
end $$;
revoke all on function remove_samples() from public;
grant execute on function remove_samples() to sampark_app;
