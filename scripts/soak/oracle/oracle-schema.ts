/**
 * What the database itself says about who may see what, written down anew and not taken from the code under test: tables of
 * the soak's own in the test database, kept by triggers of its own.
 *
 * `soak_seen`: each version of each record with whom it is for: everybody, a ward, some people, or the office. `departmental`: of the ward
 * only those who are not limited to other departments than `department_id`. `lost`: a
 * backup came back since, so that the version is no more; another may have its number.
 */
export const oracleSchema = `
create table soak_seen (
  tenant_id uuid not null, type text not null, id uuid not null, rev bigint not null,
  everyone boolean not null, ward_id uuid, people uuid[] not null, n bigserial, lost boolean not null default false,
  departmental boolean not null default false, department_id uuid
);
create index soak_seen_version on soak_seen (tenant_id, id, rev);
grant select, insert on soak_seen to public;

create function soak_for_everyone() returns trigger language plpgsql security definer as $$ begin
  insert into soak_seen values (new.tenant_id, tg_argv[0], new.id, new.rev, true, null, '{}'); return null; end $$;
create function soak_for_ward() returns trigger language plpgsql security definer as $$ begin
  insert into soak_seen values (new.tenant_id, tg_argv[0], new.id, new.rev, false, new.ward_id, '{}'); return null; end $$;
create function soak_for_grievance() returns trigger language plpgsql security definer as $$ begin
  insert into soak_seen (tenant_id, type, id, rev, everyone, ward_id, people, departmental, department_id)
  values (new.tenant_id, tg_argv[0], new.id, new.rev, false, new.ward_id, array_remove(array[new.filed_by, new.assignee_id], null), true, new.department_id);
  return null; end $$;
create function soak_for_follower() returns trigger language plpgsql security definer as $$ begin
  insert into soak_seen (tenant_id, type, id, rev, everyone, ward_id, people, departmental, department_id)
  select new.tenant_id, tg_argv[0], new.id, new.rev, false, g.ward_id, array_remove(array[g.filed_by, g.assignee_id], null), true, g.department_id
  from grievance g where g.tenant_id = new.tenant_id and g.id = new.grievance_id;
  return null; end $$;
create function soak_for_author() returns trigger language plpgsql security definer as $$ begin
  insert into soak_seen values (new.tenant_id, tg_argv[0], new.id, new.rev, false, null, array_remove(array[new.author_id], null)); return null; end $$;
`

/** Table -> type of record, its collection, and which trigger says who may see it. */
export const oracleTables = {
  ward: { type: 'ward', collection: 'places', seenBy: 'soak_for_everyone' },
  department: { type: 'department', collection: 'reference', seenBy: 'soak_for_everyone' },
  category: { type: 'category', collection: 'reference', seenBy: 'soak_for_everyone' },
  user_account: { type: 'staff', collection: 'reference', seenBy: 'soak_for_everyone' },
  household: { type: 'household', collection: 'places', seenBy: 'soak_for_ward' },
  person: { type: 'person', collection: 'people', seenBy: 'soak_for_ward' },
  person_contact: { type: 'person_contact', collection: 'contacts', seenBy: 'soak_for_ward' },
  grievance: { type: 'grievance', collection: 'cases', seenBy: 'soak_for_grievance' },
  grievance_event: { type: 'grievance_event', collection: 'cases', seenBy: 'soak_for_follower' },
  reporter_contact: { type: 'reporter_contact', collection: 'contacts', seenBy: 'soak_for_follower' },
  sync_issue: { type: 'sync_issue', collection: 'issues', seenBy: 'soak_for_author' }
} as const
export type OracleTable = keyof typeof oracleTables

export function oracleTriggers(): string {
  return Object.entries(oracleTables)
    .map(([table, { type, seenBy }]) => `create trigger soak_seen after insert or update on ${table} for each row execute function ${seenBy}('${type}');`)
    .join('\n')
}
