import pg from 'pg'
import { createLog } from '#server/http/observability/log.ts'
import { defaultCalendar } from '#shared/calendar/business-calendar.ts'
import type { NewUser } from '#shared/identity/user.ts'
import type { SessionReply } from '#shared/identity/session.ts'
import { compose, type ComposeDeps, type System } from '#server/compose.ts'
import { readConfig, type ProcessRole } from '#server/config.ts'
import { createUser } from '#server/features/identity/create-user.ts'
import { createPasswordHasher } from '#server/features/identity/password-hasher.ts'
import { createTenant, type NewTenant } from '#server/features/tenants/create-tenant.ts'
import { createDatabase } from '#server/postgres/transaction.ts'
import { createKeyRing } from '#server/ports/key-ring.ts'
import { newId } from '#server/ports/new-id.ts'
import { systemClock } from '#server/ports/clock.ts'
import { testRoleSecret, type ClonedDatabase } from './database-clone.ts'

export interface TestServer {
  readonly url: string
  readonly system: System
  close(): Promise<void>
}

export const testSecretKey = Buffer.from('a key for tests that is long enough').toString('base64url')

/** The keys of sealed fields as the test server has them. */
export const testKeys = createKeyRing({ SECRET_KEY: testSecretKey })

/** The whole server on a free port: real routes, real Postgres, real Redis where `redisUrl` is given. Replies are checked. */
export async function startTestServer(options: {
  database: ClonedDatabase
  redisUrl?: string
  environment?: Record<string, string>
  roles?: readonly ProcessRole[]
  deps?: Partial<ComposeDeps>
}): Promise<TestServer> {
  const { database } = options
  const config = readConfig({
    PORT: '0',
    SECRET_KEY: testSecretKey,
    ROLE_SECRET: testRoleSecret,
    DATABASE_URL: database.ownerUrl,
    REDIS_URL: options.redisUrl ?? 'redis://127.0.0.1:1',
    LOG_LEVEL: 'silent',
    RATE_LIMIT_SCALE: '100',
    ...options.environment
  })
  const system = await compose(config, { log: createLog(config.LOG_LEVEL), checkReplies: true, ...options.deps })
  const { port } = await system.start(options.roles ?? ['web'])
  return { url: `http://127.0.0.1:${port}`, system, close: system.stop }
}

let tenantsMade = 0

/** An office with one person of each role, all with the password `testPassword`. */
export async function makeTestTenant(database: ClonedDatabase, facts: Partial<NewTenant> = {}): Promise<TestTenant> {
  tenantsMade += 1
  const tenant: NewTenant = {
    tenantId: newId(systemClock), slug: `office-${tenantsMade}`, name: `Office ${tenantsMade}`, timeZone: 'Asia/Kolkata',
    trackingPrefix: prefixOf(tenantsMade), languages: ['en', 'hi'], countryCode: '91', calendar: defaultCalendar, ...facts
  }
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  try {
    await createTenant(owner, tenant)
  } finally {
    await owner.end()
  }
  return { ...tenant, users: await makeUsers(database, tenant) }
}

export interface TestTenant extends NewTenant {
  /** User ids by login, which is the name of the role. */
  users: Record<'owner' | 'officer' | 'field_worker' | 'viewer', string>
}

export const testPassword = 'quiet river crossing'

async function makeUsers(database: ClonedDatabase, tenant: NewTenant): Promise<TestTenant['users']> {
  const pool = new pg.Pool({ connectionString: database.appUrl, max: 1 })
  const hasher = createPasswordHasher({ running: 2, waiting: 10 })
  const users = { owner: '', officer: '', field_worker: '', viewer: '' }
  try {
    await createDatabase(pool).withTenant({ tenantId: tenant.tenantId }, async (tx) => {
      for (const role of Object.keys(users) as (keyof typeof users)[]) {
        users[role] = newId(systemClock)
        const user: NewUser = { login: role, name: `A ${role}`, role, language: 'en', password: testPassword }
        await createUser(tx, hasher, { ...user, id: users[role] })
      }
    })
  } finally {
    await pool.end()
  }
  return users
}

function prefixOf(number: number): string {
  const letter = (value: number) => String.fromCharCode(65 + (value % 26))
  return `T${letter(Math.floor(number / 26))}${letter(number)}`
}

/** A person logged in on a device, as a client sees it. */
export interface TestSession {
  readonly reply: SessionReply
  readonly deviceId: string
  /** Value for the Cookie header. */
  readonly cookie: string
  /** `fetch` with the access token and, for a body, JSON. */
  call(method: string, path: string, body?: unknown): Promise<Response>
}

/** Logs in over HTTP. `url` is the server's, with `/o/<slug>` where several offices share it. */
export async function logInTo(url: string, login: string, device: { id?: string; password?: string } = {}): Promise<TestSession> {
  const deviceId = device.id ?? newId(systemClock)
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ login, password: device.password ?? testPassword, device: { id: deviceId, label: 'a test' } })
  })
  if (response.status !== 200) throw new Error(`login answered ${response.status}: ${await response.text()}`)
  const reply = (await response.json()) as SessionReply
  const cookie = response.headers.getSetCookie().map((header) => header.split(';')[0]).join('; ')
  return { reply, deviceId, cookie, call: caller(url, reply.accessToken) }
}

function caller(url: string, token: string): TestSession['call'] {
  return (method, path, body) =>
    fetch(`${url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) })
    })
}
