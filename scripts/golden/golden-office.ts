import pg from 'pg'
import { defaultCalendar } from '#shared/calendar/business-calendar.ts'
import { createUser } from '#server/features/identity/create-user.ts'
import { createPasswordHasher } from '#server/features/identity/password-hasher.ts'
import { createTenant } from '#server/features/tenants/create-tenant.ts'
import { createDatabase } from '#server/postgres/transaction.ts'
import type { ClonedDatabase } from '#server/testing/database-clone.ts'
import { asOperator, makeOffice } from '#server/testing/office-fixture.ts'
import { logInTo, testPassword, type TestSession } from '#server/testing/start-test-server.ts'
import type { GoldenRole, OfficeAct } from './golden-step.ts'

/** Ids that are the same in every recording: `golden(1)` ends in 001. */
export const golden = (number: number) => `01990000-0000-7000-8000-${String(number).padStart(12, '0')}`

export const goldenIds = {
  tenant: golden(1),
  wardA: golden(11),
  wardB: golden(12),
  department: golden(13),
  category: golden(14),
  household: golden(15),
  users: { owner: golden(21), officer: golden(22), field_worker: golden(23), viewer: golden(24) },
  devices: { owner: golden(31), officer: golden(32), field_worker: golden(33), viewer: golden(34) }
}

const t = goldenIds.tenant

/** A small office with fixed ids; the worker has ward A and ward B. */
export async function makeGoldenOffice(database: ClonedDatabase): Promise<void> {
  await withOwner(database, (owner) =>
    createTenant(owner, {
      tenantId: t, slug: 'golden', name: 'Golden Office', timeZone: 'Asia/Kolkata', trackingPrefix: 'GLD',
      languages: ['en', 'hi'], countryCode: '91', calendar: defaultCalendar
    })
  )
  await makePeople(database)
  const { wardA, wardB, department: departmentId, category: categoryId, household: householdA, users } = goldenIds
  await makeOffice(database, { tenantId: t, users }, { wardA, wardB, departmentId, categoryId, householdA })
  await asOperator(database, t, (client) =>
    client.query('insert into user_territory (tenant_id, user_id, ward_id) values ($1, $2, $3)', [t, users.field_worker, wardB])
  )
}

async function makePeople(database: ClonedDatabase): Promise<void> {
  const pool = new pg.Pool({ connectionString: database.appUrl, max: 1 })
  const hasher = createPasswordHasher({ running: 2, waiting: 10 })
  try {
    await createDatabase(pool).withTenant({ tenantId: t }, async (tx) => {
      for (const role of ['owner', 'officer', 'field_worker', 'viewer'] as const) {
        const id = goldenIds.users[role]
        await createUser(tx, hasher, { login: role, name: `A ${role}`, role, language: 'en', password: testPassword, id })
      }
    })
  } finally {
    await pool.end()
  }
}

export async function withOwner<T>(database: ClonedDatabase, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  try {
    return await work(owner)
  } finally {
    await owner.end()
  }
}

export type GoldenSessions = Record<'owner' | Exclude<GoldenRole, 'citizen'>, TestSession>

export async function logInGolden(url: string): Promise<GoldenSessions> {
  const roles = ['owner', 'officer', 'field_worker', 'viewer'] as const
  const sessions = await Promise.all(roles.map((role) => logInTo(url, role, { id: goldenIds.devices[role] })))
  return Object.fromEntries(roles.map((role, index) => [role, sessions[index]])) as GoldenSessions
}

const territory = (...wardIds: string[]) => ({ path: `/api/v1/users/${goldenIds.users.field_worker}`, body: { wardIds } })
const refuse = `create function refuse_for_now() returns trigger language plpgsql as $$ begin raise exception 'not now' using errcode = '40001'; end $$;
  create trigger refuse_for_now before insert on household for each row execute function refuse_for_now()`

/** Does it: through the owner's screen, or as an operator at the database prompt. */
export async function act(name: OfficeAct, on: { database: ClonedDatabase; sessions: GoldenSessions }): Promise<void> {
  const { wardA, wardB } = goldenIds
  if (name === 'refuse households') await asOperator(on.database, t, (client) => client.query(refuse))
  else if (name === 'take households') await asOperator(on.database, t, (client) => client.query('drop trigger refuse_for_now on household; drop function refuse_for_now()'))
  else {
    const { path, body } = name === 'grant ward B' ? territory(wardA, wardB) : territory(wardA)
    const { status } = await on.sessions.owner.call('PATCH', path, body)
    if (status !== 200) throw new Error(`"${name}" was answered with ${status}`)
  }
}
