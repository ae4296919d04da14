-- A person may be limited to departments: then grievances of others, and what belongs to them, are not for him. Decision 44.

-- Null: no limit. On the account itself, so that it cannot be lost row by row; an owner has none.
alter table user_account add column department_limit uuid[]
  constraint user_account_department_limit_check check (cardinality(department_limit) between 1 and 10);
alter table user_account add constraint user_account_limit_of_owner check (department_limit is null or role <> 'owner');

-- Who writes meanwhile would publish by the former rule what is not seen below.
lock table grievance, grievance_event, reporter_contact, person_contact, sync_issue in share row exclusive mode;

-- Beside the scopes that were: ward and department. Those with a limit read cases, contacts and issues by these alone.
create or replace function grievance_scopes(g grievance) returns text[] language sql stable as $$
  select array_remove(array[
    case when g.ward_id is null then 'unplaced' else 'ward:' || g.ward_id end,
    case when g.ward_id is null then 'unplaced/' || g.department_id else 'ward:' || g.ward_id || '/' || g.department_id end,
    'user:' || g.filed_by,
    -- Once only, also for a worker who is assigned what he filed: the feed takes each scope of a record once.
    case when g.assignee_id is distinct from g.filed_by then 'user:' || g.assignee_id end], null)
$$;
-- They travel in one collection with the contacts of reporters, and are for the whole ward.
create or replace function person_contact_scopes(c person_contact) returns text[] language sql stable as $$
  select array['ward:' || c.ward_id, 'home:' || c.ward_id]
$$;
create or replace function sync_issue_scopes(i sync_issue) returns text[] language sql stable as $$
  select array_remove(array['office', 'user:' || i.author_id,
    (select 'office/' || g.department_id from grievance g where i.subject_type = 'grievance' and g.tenant_id = i.tenant_id and g.id = i.subject_id)], null)
$$;

-- What belongs to a grievance moves with it: timeline, contact, and the issues about it.
create or replace function grievance_followers() returns trigger language plpgsql as $$
declare
  moved uuid[];
begin
  select array_agg(n.id) into moved from after n join before o on o.tenant_id = n.tenant_id and o.id = n.id
  where (n.ward_id, n.filed_by, n.assignee_id, n.department_id) is distinct from (o.ward_id, o.filed_by, o.assignee_id, o.department_id);
  if moved is null then return null; end if;
  update grievance_event e set event = e.event from after n where e.tenant_id = n.tenant_id and e.grievance_id = n.id and n.id = any (moved);
  update reporter_contact c set language = c.language from after n where c.tenant_id = n.tenant_id and c.grievance_id = n.id and n.id = any (moved);
  update sync_issue i set status = i.status from after n join before o on o.tenant_id = n.tenant_id and o.id = n.id
  where n.department_id is distinct from o.department_id and i.tenant_id = n.tenant_id and i.subject_id = n.id and i.subject_type = 'grievance';
  return null;
end $$;

-- What is there already gets its new memberships. The owner of the tables sees every office for that, also one whom row-level
-- security binds: without it, limited people would not receive what is old.
alter table tenant no force row level security;
do $$
declare
  one record;
begin
  for one in select tenant_id from tenant loop
    perform set_config('app.tenant_id', one.tenant_id::text, true);
    with placed as (
      select 'cases' as collection, id, grievance_scopes(t) as scopes from grievance t where tenant_id = one.tenant_id
      union all select 'cases', id, grievance_event_scopes(t) from grievance_event t where tenant_id = one.tenant_id
      union all select 'contacts', id, reporter_contact_scopes(t) from reporter_contact t where tenant_id = one.tenant_id
      union all select 'contacts', id, person_contact_scopes(t) from person_contact t where tenant_id = one.tenant_id
      union all select 'issues', id, sync_issue_scopes(t) from sync_issue t where tenant_id = one.tenant_id
    ), known as (
      update sync_document d set scopes = p.scopes from placed p
      where d.tenant_id = one.tenant_id and d.collection = p.collection and d.id = p.id and not d.deleted and d.scopes is distinct from p.scopes
      returning d.collection, d.id, d.scopes
    )
    insert into sync_feed (tenant_id, collection, scope, id, present)
    select one.tenant_id, k.collection, s, k.id, true from known k, unnest(k.scopes) s order by 1, 2, 3, 4
    on conflict (tenant_id, collection, scope, id) do nothing;
  end loop;
  perform set_config('app.tenant_id', '', true);
end $$;
alter table tenant force row level security;

-- The scopes by which a person reads cases, contacts and issues; written again in server/sync/scopes.ts, and compared by a test.
create function departmental_scopes(tenant uuid, person uuid, role text, only_in uuid[]) returns setof text language sql stable as $$
  with wards as (
    select w.id from ward w where w.tenant_id = tenant and role <> 'field_worker'
    union all select t.ward_id from user_territory t where t.tenant_id = tenant and t.user_id = person and role = 'field_worker')
  select 'ward:' || w.id from wards w where only_in is null
  union all select s from unnest('{unplaced,office}'::text[]) s where only_in is null and role <> 'field_worker'
  union all select 'home:' || w.id from wards w where only_in is not null
  union all select 'ward:' || w.id || '/' || d from wards w, unnest(only_in) d
  union all select s || d from unnest('{unplaced/,office/}'::text[]) s, unnest(only_in) d where role <> 'field_worker'
$$;

-- `cases/` before a lost scope: lost for cases, contacts and issues, and not for the places and people of the ward.
create function department_sight_lost() returns trigger language plpgsql as $$
begin
  insert into lost_scope (tenant_id, user_id, scope)
  select n.tenant_id, n.id, 'cases/' || l.scope from after n join before o on o.tenant_id = n.tenant_id and o.id = n.id,
    lateral (select departmental_scopes(o.tenant_id, o.id, o.role, o.department_limit) except
      select departmental_scopes(n.tenant_id, n.id, n.role, n.department_limit)) l(scope)
  where n.department_limit is distinct from o.department_limit or (n.department_limit is not null and n.role <> o.role)
  on conflict (tenant_id, user_id, scope) do update set lost_at = now();
  return null;
end $$;
create trigger department_sight_lost after update on user_account referencing old table as before new table as after
  for each statement execute function department_sight_lost();

create or replace function territory_lost() returns trigger language plpgsql as $$
begin
  insert into lost_scope (tenant_id, user_id, scope)
  select tenant_id, user_id, 'ward:' || ward_id from lost
  union all
  select l.tenant_id, l.user_id, 'cases/' || s.scope from lost l join user_account u on u.tenant_id = l.tenant_id and u.id = l.user_id,
    lateral (select 'home:' || l.ward_id where u.department_limit is not null
      union all select 'ward:' || l.ward_id || '/' || d from unnest(u.department_limit) d) s(scope)
  on conflict (tenant_id, user_id, scope) do update set lost_at = now();
  return null;
end $$;

-- Under no push, like every other right (0045).
create or replace function account_rights_taken() returns trigger language plpgsql as $$
begin
  perform wait_to_take_rights(array(
    select o.id from before o join after n on n.tenant_id = o.tenant_id and n.id = o.id
    where (n.role, n.custom_role_id, n.status, n.department_limit) is distinct from (o.role, o.custom_role_id, o.status, o.department_limit)));
  return null;
end $$;
