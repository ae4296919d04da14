import { AppError } from '#shared/errors.ts'
import { seesEveryWard } from '#shared/identity/access-policy.ts'
import { actorSchema, type Actor, type OfficeRole } from '#shared/identity/actor.ts'
import { actionsLeft } from '#shared/identity/impersonation.ts'
import type { StepDue } from '#shared/identity/second-step.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Database } from '../../postgres/transaction.ts'
import { dueOfSession } from './second-step/limited-session.ts'

/** Which login is meant: the ids stand in the access token, everything else is read from the rows. */
export interface LoginKey {
  tenantId: string
  userId: string
  deviceId: string
  familyId: string
}

export interface LoadedUser {
  actor: Actor
  role: OfficeRole
  language: string
  /** Where the operator stands in for the person; the actor has then only `actionsLeft`. `until`: ms, server clock. */
  impersonation: { reason: string; until: number } | null
  /** Set while the session lacks the second step that the office wants; then only routes that say `whileLimited` are open. */
  stepDue: StepDue | null
}

export interface ActorLoader {
  /** Throws `unauthenticated` for a disabled user, a revoked device or an ended family. At most 5 s old. */
  load(key: LoginKey): Promise<LoadedUser>
  /** Forgets a tenant's users in this process, after one of them or a session changed. */
  forget(tenantId: string): void
}

const cacheMs = 5_000
const cacheEntries = 10_000

export function createActorLoader(database: Database, clock: Clock): ActorLoader {
  const known = new Map<string, { until: number; user: Promise<LoadedUser> }>()
  return {
    load(key) {
      const name = `${key.tenantId}:${key.userId}:${key.deviceId}:${key.familyId}`
      const entry = known.get(name)
      if (entry && entry.until > clock.now()) return entry.user
      if (known.size >= cacheEntries) known.clear()
      const user = readUser(database, key)
      known.set(name, { until: clock.now() + cacheMs, user })
      user.catch(() => known.delete(name))
      return user
    },
    forget(tenantId) {
      for (const name of known.keys()) if (name.startsWith(`${tenantId}:`)) known.delete(name)
    }
  }
}

interface UserRow {
  name: string
  role: OfficeRole
  department_id: string | null
  language: string
  ward_ids: string[]
  department_limit: string[] | null
  actions: string[] | null
  masks: string[] | null
  until: string | null
  reason: string | null
  step_due: StepDue | null
}

async function readUser(database: Database, key: LoginKey): Promise<LoadedUser> {
  const { rows } = await database.withTenant({ tenantId: key.tenantId, actorId: key.userId }, (tx) =>
    tx.query<UserRow>(
      `select u.name, u.role, u.department_id, u.department_limit, u.language,
              coalesce((select array_agg(t.ward_id order by t.ward_id) from user_territory t
                         where t.tenant_id = u.tenant_id and t.user_id = u.id), '{}') as ward_ids, c.actions, c.masks,
              iso_instant(d.impersonated_until) as until, d.impersonation_reason as reason, ${dueOfSession('u', '$3')} as step_due
         from user_account u
         left join custom_role c on c.tenant_id = u.tenant_id and c.id = u.custom_role_id
         join device d on d.tenant_id = u.tenant_id and d.id = $2 and d.status = 'active'
        where u.id = $1 and u.status = 'active'
          and exists (select 1 from refresh_token r where r.tenant_id = u.tenant_id and r.family_id = $3
                         and r.user_id = u.id and r.device_id = d.id and r.ended_at is null)`,
      [key.userId, key.deviceId, key.familyId]
    )
  )
  const row = rows[0]
  if (!row) throw new AppError('unauthenticated', 'This session has ended.')
  const actor = actorSchema.parse({
    tenantId: key.tenantId,
    userId: key.userId,
    deviceId: key.deviceId,
    role: row.role,
    name: row.name,
    departmentId: row.department_id,
    wardIds: seesEveryWard(row.role) ? [] : row.ward_ids,
    ...(row.department_limit && { departmentLimit: row.department_limit }),
    ...(row.actions && { actions: row.actions, masks: row.masks ?? [] })
  })
  const user = { role: row.role, language: row.language, stepDue: row.step_due }
  if (!row.until) return { ...user, actor, impersonation: null }
  const actions = actionsLeft(row.actions)
  return { ...user, actor: { ...actor, actions }, impersonation: { reason: row.reason ?? '', until: Date.parse(row.until) } }
}
