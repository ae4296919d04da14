-- Orders and searches of the office's lists. Counted on a million rows: without these each page sorts the tenant.

-- Without a due date counts as due last, so that one order and one cursor serve all rows.
drop index grievance_due;
create index grievance_due on grievance (tenant_id, (coalesce(due_at, 'infinity'::timestamptz)), id)
  where state not in ('resolved', 'rejected', 'duplicate', 'withdrawn', 'closed');
create index grievance_due_all on grievance (tenant_id, (coalesce(due_at, 'infinity'::timestamptz)), id);
create index grievance_open_recent on grievance (tenant_id, filed_at desc, id desc)
  where state not in ('resolved', 'rejected', 'duplicate', 'withdrawn', 'closed');
create index grievance_department on grievance (tenant_id, department_id, filed_at desc, id desc);
create index grievance_department_open on grievance (tenant_id, department_id)
  where state not in ('resolved', 'rejected', 'duplicate', 'withdrawn', 'closed');
create index grievance_ward_open on grievance (tenant_id, ward_id, due_at)
  where state not in ('resolved', 'rejected', 'duplicate', 'withdrawn', 'closed');
create index grievance_unassigned on grievance (tenant_id, filed_at desc, id desc)
  where assignee_id is null and state not in ('resolved', 'rejected', 'duplicate', 'withdrawn', 'closed');
create index grievance_state_order on grievance (tenant_id, state, id);
create index grievance_number_order on grievance (tenant_id, (number collate "C"), id);

drop index grievance_words;
create index grievance_words on grievance using gin ((description || ' ' || coalesce(landmark, '')) gin_trgm_ops);

-- Behind row-level security Postgres uses an index only for operators that leak nothing, and ILIKE is not one of them. So
-- the search runs as a role that passes the wall on this table, narrows to the tenant itself and gives back ids only.
do $$ begin
  if not exists (select 1 from pg_roles where rolname = 'sampark_search_reader') then
    create role sampark_search_reader nologin;
  end if;
exception when duplicate_object or unique_violation then null;
end $$;
grant sampark_search_reader to current_user;
grant usage, create on schema public to sampark_search_reader;
grant select on grievance to sampark_search_reader;
create policy search_reads on grievance for select to sampark_search_reader using (true);

-- Ids of the tenant's grievances that hold every word, the newest first, at most `most`. `words`: 1 to 5 ILIKE patterns.
-- Planned anew for each search: a rare word is looked up in the index of words, a common one is met soon among the newest.
create function grievance_search(words text[], most int) returns setof uuid language plpgsql stable security definer set search_path = public as $$
declare
  conditions text;
begin
  select string_agg(format('(g.description || '' '' || coalesce(g.landmark, '''')) ilike %L', word), ' and ')
    into conditions from unnest(words[1:5]) word;
  return query execute format('select g.id from grievance g where g.tenant_id = %L and %s order by g.filed_at desc, g.id desc limit %s',
    app_tenant_id(), conditions, most);
end $$;
alter function grievance_search(text[], int) owner to sampark_search_reader;
revoke all on function grievance_search(text[], int) from public;
grant execute on function grievance_search(text[], int) to sampark_app;
