-- Commands that wait for a record that has not arrived, and what a person may have seen before.

-- A command whose record nobody has made known yet: kept whole, judged when the record comes or the device asks again.
create table held_command (
  tenant_id uuid not null references tenant,
  command_id uuid not null,
  -- The whole envelope, as it came.
  command jsonb not null,
  actor_id uuid not null,
  device_id uuid,
  waits_for uuid[] not null,
  received_at timestamptz not null,
  tried_at timestamptz not null,
  -- One of the records it waits for has come.
  ready boolean not null default false,
  primary key (tenant_id, command_id),
  foreign key (tenant_id, actor_id) references user_account (tenant_id, id)
);
create index held_command_waits on held_command using gin (waits_for);
create index held_command_turn on held_command (ready, tried_at);
select secure_table('held_command');

-- The relay sees over the wall which offices have something to judge, and nothing of what it is.
create policy relay_claims on held_command for select to sampark_relay using (true);
grant select (tenant_id, ready, tried_at, received_at) on held_command to sampark_relay;

-- Whoever makes the record: a command, an import, an operator.
create function held_parent_came() returns trigger language plpgsql as $$
begin
  update held_command h set ready = true
  where not h.ready and h.waits_for && (select array_agg(id) from created) and h.tenant_id in (select tenant_id from created);
  return null;
end $$;
create trigger parent_came after insert on sync_document referencing new table as created
  for each statement execute function held_parent_came();

-- A refusal of its author may be the record it waits for: then it has to fail with it.
create function held_parent_refused() returns trigger language plpgsql as $$
begin
  update held_command h set ready = true from created c
  where c.kind = 'rejected' and h.tenant_id = c.tenant_id and h.actor_id = c.author_id and c.subject_id = any (h.waits_for);
  return null;
end $$;
create trigger parent_refused after insert on sync_issue referencing new table as created
  for each statement execute function held_parent_refused();

-- What is judged is not held, whoever brought it.
create function held_is_judged() returns trigger language plpgsql as $$
begin
  delete from held_command h using judged j where h.tenant_id = j.tenant_id and h.command_id = j.id;
  return null;
end $$;
create trigger judged after insert on command_log referencing new table as judged
  for each statement execute function held_is_judged();

create index sync_issue_subject on sync_issue (tenant_id, subject_id) where subject_id is not null;

-- Scopes a person had and lost. A record he could see then may be named to him as gone; any other one is as good as missing.
create table lost_scope (
  tenant_id uuid not null,
  user_id uuid not null,
  scope text not null,
  lost_at timestamptz not null default now(),
  primary key (tenant_id, user_id, scope),
  foreign key (tenant_id, user_id) references user_account (tenant_id, id)
);
select secure_table('lost_scope', 'select, insert, update');

create function territory_lost() returns trigger language plpgsql as $$
begin
  insert into lost_scope (tenant_id, user_id, scope) select tenant_id, user_id, 'ward:' || ward_id from lost
  on conflict (tenant_id, user_id, scope) do update set lost_at = now();
  return null;
end $$;
create trigger territory_lost after delete on user_territory referencing old table as lost
  for each statement execute function territory_lost();
create trigger territory_changed after update on user_territory referencing old table as lost
  for each statement execute function territory_lost();

-- Who becomes a field worker saw every ward before.
create function office_role_lost() returns trigger language plpgsql as $$
begin
  insert into lost_scope (tenant_id, user_id, scope)
  select n.tenant_id, n.id, s.scope from after n join before o on o.tenant_id = n.tenant_id and o.id = n.id,
    lateral (select 'ward:' || w.id as scope from ward w where w.tenant_id = n.tenant_id union all values ('office'), ('unplaced')) s
  where n.role = 'field_worker' and o.role <> 'field_worker'
  on conflict (tenant_id, user_id, scope) do update set lost_at = now();
  return null;
end $$;
create trigger office_role_lost after update on user_account referencing old table as before new table as after
  for each statement execute function office_role_lost();

-- People live where their household is, and so does what they can be reached by. Whoever writes, in the same transaction. The names
-- come after those of the publishing triggers: an inserted row is published as it was inserted, its correction after it.
create function household_members_follow() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from after n join before o on o.tenant_id = n.tenant_id and o.id = n.id where n.ward_id <> o.ward_id) then
    return null;
  end if;
  update person p set ward_id = n.ward_id from after n join before o on o.tenant_id = n.tenant_id and o.id = n.id
  where n.ward_id <> o.ward_id and p.tenant_id = n.tenant_id and p.household_id = n.id and p.ward_id <> n.ward_id;
  return null;
end $$;
create trigger members_follow after update on household referencing old table as before new table as after
  for each statement execute function household_members_follow();

create function person_stays_home() returns trigger language plpgsql as $$
begin
  if exists (select 1 from changed c join household h on h.tenant_id = c.tenant_id and h.id = c.household_id where h.ward_id <> c.ward_id) then
    update person p set ward_id = h.ward_id from changed c join household h on h.tenant_id = c.tenant_id and h.id = c.household_id
    where p.tenant_id = c.tenant_id and p.id = c.id and p.ward_id <> h.ward_id;
  elsif exists (select 1 from changed c join person_contact k on k.tenant_id = c.tenant_id and k.person_id = c.id where k.ward_id <> c.ward_id) then
    update person_contact k set ward_id = c.ward_id from changed c
    where k.tenant_id = c.tenant_id and k.person_id = c.id and k.ward_id <> c.ward_id;
  end if;
  return null;
end $$;
create trigger stays_home_insert after insert on person referencing new table as changed
  for each statement execute function person_stays_home();
create trigger stays_home_update after update on person referencing new table as changed
  for each statement execute function person_stays_home();

create function contact_stays_with_person() returns trigger language plpgsql as $$
begin
  if exists (select 1 from changed c join person p on p.tenant_id = c.tenant_id and p.id = c.person_id where p.ward_id <> c.ward_id) then
    update person_contact k set ward_id = p.ward_id from changed c join person p on p.tenant_id = c.tenant_id and p.id = c.person_id
    where k.tenant_id = c.tenant_id and k.id = c.id and k.ward_id <> p.ward_id;
  end if;
  return null;
end $$;
create trigger with_person_after_insert after insert on person_contact referencing new table as changed
  for each statement execute function contact_stays_with_person();
create trigger with_person_after_update after update on person_contact referencing new table as changed
  for each statement execute function contact_stays_with_person();
