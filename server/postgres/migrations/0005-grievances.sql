-- Departments, categories, staff as others see them, grievances with their timeline and the contact of their reporter.

create table department (
  tenant_id uuid not null references tenant,
  id uuid not null,
  rev bigint not null default 1,
  name text not null,
  names jsonb not null default '{}',
  active boolean not null default true,
  primary key (tenant_id, id)
);
select secure_table('department');
create function department_scopes(d department) returns text[] language sql stable as $$ select '{tenant}'::text[] $$;
create function department_document(d department) returns json language sql stable as $$
  select json_build_object('id', d.id, 'type', 'department', 'rev', d.rev, 'name', d.name, 'names', d.names, 'active', d.active)
$$;
select sync_table('department', 'reference', 'department');

create table category (
  tenant_id uuid not null references tenant,
  id uuid not null,
  rev bigint not null default 1,
  code text not null,
  name text not null,
  names jsonb not null default '{}',
  "group" text,
  icon text not null default 'circle',
  department_id uuid,
  target_minutes int not null check (target_minutes > 0),
  proof_of_fix boolean not null default false,
  active boolean not null default true,
  primary key (tenant_id, id),
  unique (tenant_id, code),
  foreign key (tenant_id, department_id) references department (tenant_id, id)
);
select secure_table('category');
create function category_scopes(c category) returns text[] language sql stable as $$ select '{tenant}'::text[] $$;
create function category_document(c category) returns json language sql stable as $$
  select json_build_object('id', c.id, 'type', 'category', 'rev', c.rev, 'code', c.code, 'name', c.name, 'names', c.names,
    'group', c."group", 'icon', c.icon, 'departmentId', c.department_id, 'targetMinutes', c.target_minutes,
    'proofOfFix', c.proof_of_fix, 'active', c.active)
$$;
select sync_table('category', 'reference', 'category');

-- Colleagues as everybody in the office sees them: name, role, department; never login, phone or e-mail.
alter table user_account add column rev bigint not null default 1;
alter table user_account add foreign key (tenant_id, department_id) references department (tenant_id, id);
create function user_account_scopes(u user_account) returns text[] language sql stable as $$ select '{tenant}'::text[] $$;
create function user_account_document(u user_account) returns json language sql stable as $$
  select json_build_object('id', u.id, 'type', 'staff', 'rev', u.rev, 'name', u.name, 'role', u.role,
    'departmentId', u.department_id, 'active', u.status = 'active')
$$;
select sync_table('user_account', 'reference', 'staff');

create table grievance (
  tenant_id uuid not null references tenant,
  id uuid not null,
  rev bigint not null default 1,
  number text not null,
  state text not null check (state in ('submitted', 'info_needed', 'triaged', 'assigned', 'in_progress', 'transferred',
    'appealed', 'resolved', 'rejected', 'duplicate', 'withdrawn', 'closed')),
  category_id uuid not null,
  department_id uuid,
  assignee_id uuid,
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
  description text not null,
  latitude double precision,
  longitude double precision,
  accuracy_metres double precision,
  landmark text,
  ward_id uuid,
  person_id uuid,
  household_id uuid,
  source text not null,
  visibility text not null default 'public' check (visibility in ('public', 'private')),
  photos jsonb not null default '[]',
  filed_at timestamptz not null,
  filed_by uuid,
  due_at timestamptz,
  paused_at timestamptz,
  scheduled_for timestamptz,
  resolved_at timestamptz,
  closed_at timestamptz,
  resolution text,
  reason_code text,
  duplicate_of uuid,
  transferred_to text,
  reopened_count int not null default 0,
  escalation_level int not null default 0,
  rating int check (rating between 1 and 5),
  decided_by uuid,
  -- For imports: system and id over there, so that a second import finds it again.
  source_key text,
  primary key (tenant_id, id),
  unique (tenant_id, source_key),
  foreign key (tenant_id, category_id) references category (tenant_id, id),
  foreign key (tenant_id, department_id) references department (tenant_id, id),
  foreign key (tenant_id, assignee_id) references user_account (tenant_id, id),
  foreign key (tenant_id, ward_id) references ward (tenant_id, id)
) with (fillfactor = 85);
create index grievance_recent on grievance (tenant_id, filed_at desc, id desc);
create index grievance_state_recent on grievance (tenant_id, state, filed_at desc, id desc);
create index grievance_due on grievance (tenant_id, due_at, id) where state not in ('resolved', 'rejected', 'duplicate', 'withdrawn', 'closed');
create index grievance_assignee on grievance (tenant_id, assignee_id, filed_at desc) where assignee_id is not null;
create index grievance_ward on grievance (tenant_id, ward_id, filed_at desc);
create index grievance_category on grievance (tenant_id, category_id, filed_at desc);
create index grievance_words on grievance using gin (description gin_trgm_ops);
select secure_table('grievance');

create function grievance_scopes(g grievance) returns text[] language sql stable as $$
  select array_remove(array[
    case when g.ward_id is null then 'unplaced' else 'ward:' || g.ward_id end,
    'user:' || g.filed_by,
    -- Once only, also for a worker who is assigned what he filed: the feed takes each scope of a record once.
    case when g.assignee_id is distinct from g.filed_by then 'user:' || g.assignee_id end], null)
$$;
create function grievance_document(g grievance) returns jsonb language sql stable as $$
  select json_build_object('id', g.id, 'type', 'grievance', 'rev', g.rev, 'number', g.number, 'state', g.state,
    'categoryId', g.category_id, 'departmentId', g.department_id, 'assigneeId', g.assignee_id, 'priority', g.priority,
    'description', g.description, 'latitude', g.latitude, 'longitude', g.longitude, 'accuracyMetres', g.accuracy_metres,
    'landmark', g.landmark, 'wardId', g.ward_id, 'personId', g.person_id, 'householdId', g.household_id, 'source', g.source,
    'visibility', g.visibility, 'photos', g.photos, 'filedAt', iso_instant(g.filed_at), 'filedBy', g.filed_by,
    'dueAt', iso_instant(g.due_at)) ::jsonb ||
    json_build_object('pausedAt', iso_instant(g.paused_at), 'scheduledFor', iso_instant(g.scheduled_for),
    'resolvedAt', iso_instant(g.resolved_at), 'closedAt', iso_instant(g.closed_at), 'resolution', g.resolution,
    'reasonCode', g.reason_code, 'duplicateOf', g.duplicate_of, 'transferredTo', g.transferred_to,
    'reopenedCount', g.reopened_count, 'escalationLevel', g.escalation_level, 'rating', g.rating, 'decidedBy', g.decided_by)::jsonb
$$;
select sync_table('grievance', 'cases', 'grievance');

-- Numbers a grievance answers to. Normally one; if two devices made the same number, the later report gets a new one and
-- answers to both, so that what its reporter holds still opens it.
create table grievance_number (
  tenant_id uuid not null references tenant,
  number text not null,
  grievance_id uuid not null,
  -- The number shown. Unique per tenant.
  main boolean not null,
  primary key (tenant_id, number, grievance_id),
  foreign key (tenant_id, grievance_id) references grievance (tenant_id, id)
);
create unique index grievance_number_main on grievance_number (tenant_id, number) where main;
create index grievance_number_of on grievance_number (tenant_id, grievance_id);
select secure_table('grievance_number', 'select, insert');

create table grievance_event (
  tenant_id uuid not null references tenant,
  id uuid not null,
  rev bigint not null default 1,
  grievance_id uuid not null,
  event text not null,
  from_state text,
  to_state text,
  changes jsonb not null default '{}',
  text text,
  visibility text not null check (visibility in ('public', 'staff')),
  actor_id uuid,
  actor_role text not null,
  actor_name text not null,
  at timestamptz not null,
  claimed_at timestamptz,
  command_id uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, grievance_id) references grievance (tenant_id, id)
);
create index grievance_event_grievance on grievance_event (tenant_id, grievance_id, at, id);
select secure_table('grievance_event', 'select, insert, update');
create function grievance_event_scopes(e grievance_event) returns text[] language sql stable as $$
  select grievance_scopes(g) from grievance g where g.tenant_id = e.tenant_id and g.id = e.grievance_id
$$;
create function grievance_event_document(e grievance_event) returns json language sql stable as $$
  select json_build_object('id', e.id, 'type', 'grievance_event', 'rev', e.rev, 'grievanceId', e.grievance_id, 'event', e.event,
    'fromState', e.from_state, 'toState', e.to_state, 'changes', e.changes, 'text', e.text, 'visibility', e.visibility,
    'actorId', e.actor_id, 'actorRole', e.actor_role, 'actorName', e.actor_name, 'at', iso_instant(e.at),
    'claimedAt', iso_instant(e.claimed_at))
$$;
select sync_table('grievance_event', 'cases', 'grievance_event');

create table reporter_contact (
  tenant_id uuid not null references tenant,
  id uuid not null,
  rev bigint not null default 1,
  grievance_id uuid not null,
  name text,
  phone text,
  email text,
  language text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, grievance_id) references grievance (tenant_id, id)
);
create index reporter_contact_grievance on reporter_contact (tenant_id, grievance_id);
select secure_table('reporter_contact');
create function reporter_contact_scopes(c reporter_contact) returns text[] language sql stable as $$
  select grievance_scopes(g) from grievance g where g.tenant_id = c.tenant_id and g.id = c.grievance_id
$$;
create function reporter_contact_document(c reporter_contact) returns json language sql stable as $$
  select json_build_object('id', c.id, 'type', 'reporter_contact', 'rev', c.rev, 'grievanceId', c.grievance_id, 'name', c.name,
    'phone', c.phone, 'email', c.email, 'language', c.language)
$$;
select sync_table('reporter_contact', 'contacts', 'reporter_contact');

-- What belongs to a grievance moves with it: when its scopes change, its timeline and contact are published anew.
create function grievance_followers() returns trigger language plpgsql as $$
declare
  moved uuid[];
begin
  select array_agg(n.id) into moved from after n join before o on o.tenant_id = n.tenant_id and o.id = n.id
  where (n.ward_id, n.filed_by, n.assignee_id) is distinct from (o.ward_id, o.filed_by, o.assignee_id);
  if moved is null then return null; end if;
  update grievance_event e set event = e.event from after n where e.tenant_id = n.tenant_id and e.grievance_id = n.id and n.id = any (moved);
  update reporter_contact c set language = c.language from after n where c.tenant_id = n.tenant_id and c.grievance_id = n.id and n.id = any (moved);
  return null;
end $$;
create trigger move_followers after update on grievance referencing old table as before new table as after
  for each statement execute function grievance_followers();
