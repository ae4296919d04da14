import type { Mutation } from './mutation-list.ts'

const policy = ['shared/identity/access-policy.test.ts']
const doors = ['server/features/grievances/department-doors.pg.test.ts']
const devices = ['server/sync/department-limit.pg.test.ts']
const migration = 'server/postgres/migrations/0048-department-limits.sql'

/** Rules about who is limited to departments (decision 44). */
export const departmentMutations: readonly Mutation[] = [
  {
    name: 'a limit to departments lets actions on other departments through',
    file: 'shared/identity/access-policy.ts',
    from: 'return departmentId !== null && departmentLimit.includes(departmentId)',
    to: 'return true',
    tests: policy
  },
  {
    name: 'lists and counts forget the departments of a reader',
    file: 'server/features/grievances/list/grievance-conditions.ts',
    from: 'actor.departmentLimit ? ` and',
    to: 'actor.departmentLimit?.length === 0 ? ` and',
    tests: doors
  },
  {
    name: 'photos are shown by the ward alone, whatever their department',
    file: 'server/features/grievances/grievance-photos.ts',
    from: "scopesIn(await scopesOf(tx, actor), 'cases')",
    to: "scopesIn(await scopesOf(tx, actor), 'places')",
    tests: doors
  },
  {
    name: 'messages of other departments are sent again',
    file: 'server/features/messaging/message-store.ts',
    from: "where id = $1 and ${within('$2')}`",
    to: "where id = $1 and ($2::text[] is null or true)`",
    tests: doors
  },
  {
    name: 'the conflict desk shows issues of every department',
    file: 'server/features/sync-issues/sync-issue-store.ts',
    from: "if (mayDoToAll(actor, 'syncIssue.read')) return { scopes: null, sight: null }",
    to: "if (mayDoToAll(actor.role, 'syncIssue.read')) return { scopes: null, sight: null }",
    tests: doors
  },
  {
    name: 'devices receive every department of their wards',
    file: 'server/sync/scopes.ts',
    from: 'if (!departmentLimit) return { usual, departmental: usual }',
    to: 'if (!departmentLimit || usual) return { usual, departmental: usual }',
    tests: devices
  },
  {
    name: 'commands are judged by the ward alone',
    file: 'server/sync/sight.ts',
    from: 'scopes && scopesIn(scopes, collection)',
    to: 'scopes && scopesIn(scopes, collection).concat(scopes.usual)',
    tests: devices
  },
  {
    name: 'the timeline stays behind when a grievance goes to another department',
    file: migration,
    from: 'where (n.ward_id, n.filed_by, n.assignee_id, n.department_id) is distinct from (o.ward_id, o.filed_by, o.assignee_id, o.department_id);',
    to: 'where (n.ward_id, n.filed_by, n.assignee_id) is distinct from (o.ward_id, o.filed_by, o.assignee_id);',
    tests: devices
  },
  {
    name: 'a limit is not noted as a loss: what a killed phone had read stays on it',
    file: migration,
    from: 'where n.department_limit is distinct from o.department_limit or',
    to: 'where false and',
    tests: devices
  },
  {
    name: 'a limit is set while its person is sending',
    file: migration,
    from: '(n.role, n.custom_role_id, n.status, n.department_limit) is distinct from (o.role, o.custom_role_id, o.status, o.department_limit)',
    to: '(n.role, n.custom_role_id, n.status) is distinct from (o.role, o.custom_role_id, o.status)',
    tests: devices
  },
  {
    name: 'an open line tells of changes in other departments',
    file: 'server/sync/live/live-route.ts',
    from: 'if (departmental === usual) return',
    to: 'if (departmental) return',
    tests: devices
  }
]
