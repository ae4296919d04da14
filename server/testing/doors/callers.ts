import { expect } from 'vitest'
import type { CustomRole } from '#shared/identity/custom-role.ts'
import type { SessionReply } from '#shared/identity/session.ts'
import { createAccessTokens } from '#server/features/identity/access-token.ts'
import { offerImpersonation } from '#server/features/identity/impersonation/impersonate.ts'
import { logInTo, testPassword, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'

export const scopeless = 'an API key without scope'
export const operator = "the operator in the owner's place"
export const limited = 'an owner without the second step that is wanted'

export type SessionName = 'owner' | 'officer' | 'field_worker' | 'viewer' | 'clerk'

/** Two offices on one server, of which the second is the stranger's. */
export interface Offices {
  readonly server: TestServer
  readonly tenant: TestTenant
  readonly other: TestTenant
}

/** Everybody who may come to a door of the first office. */
export interface Callers {
  /** Bearer token by caller; null for none. */
  readonly tokens: Readonly<Record<string, string | null>>
  readonly sessions: Readonly<Record<SessionName, TestSession>>
  /** The other office's owner. */
  readonly stranger: TestSession
  /** The custom role that leaves nothing, which the clerk has. */
  readonly roleId: string
}

export const addressOf = (server: TestServer, { slug }: TestTenant) => `${server.url}/o/${slug}`

/** Whether a route is of the API that goes by sessions; the rest are the pages for citizens, and tus, which goes by upload tokens. */
export const takesSession = (path: string) => path.startsWith('/api/v1/') && !path.startsWith('/api/v1/uploads/tus')

/** Nobody, each role, a clerk whose role leaves nothing, and everyone whose token must not open anything. */
export async function makeCallers({ server, tenant, other }: Offices): Promise<Callers> {
  const url = addressOf(server, tenant)
  const stranger = await logInTo(addressOf(server, other), 'owner')
  const owner = await logInTo(url, 'owner')
  const { clerk, roleId } = await makeClerk(url, owner)
  const sessions = { owner, clerk, officer: await logInTo(url, 'officer'), field_worker: await logInTo(url, 'field_worker'), viewer: await logInTo(url, 'viewer') }
  const lost = await logInTo(url, 'officer')
  expect((await owner.call('POST', `/api/v1/devices/${lost.deviceId}/revoke`)).status).toBe(200)
  const tokens = {
    anonymous: null,
    ...Object.fromEntries(Object.entries(sessions).map(([name, session]) => [name, session.reply.accessToken])),
    "another office's owner": stranger.reply.accessToken,
    'a revoked device': lost.reply.accessToken,
    'an expired token': await expiredToken({ server, tenant }, sessions.officer),
    [scopeless]: await keyOf(owner),
    [operator]: await operatorToken({ server, tenant }),
    [limited]: await limitedToken({ server, tenant })
  }
  return { tokens, sessions, stranger, roleId }
}

/** A token of the operator, let in for half an hour. */
export async function operatorToken({ server, tenant }: Omit<Offices, 'other'>): Promise<string> {
  const asked = { login: 'owner', reason: 'Looks at every route', minutes: 30 }
  const token = (await offerImpersonation(server.system.platform, tenant.tenantId, asked)).split('#')[1]
  const headers = { 'Content-Type': 'application/json' }
  const opened = await fetch(`${addressOf(server, tenant)}/api/v1/session/impersonation`, { method: 'POST', headers, body: JSON.stringify({ token }) })
  return ((await opened.json()) as SessionReply).accessToken
}

/** A token of the owner, who came with a password where more is wanted. The rule goes again behind the server's back: who is limited stays so. */
export async function limitedToken({ server, tenant }: Omit<Offices, 'other'>): Promise<string> {
  const { tenantId } = tenant
  const change = (sql: string) => server.system.platform.database.withTenant({ tenantId }, (tx) => tx.query(sql, [tenantId]))
  await change(`insert into second_step_rule (tenant_id, role) values ($1, 'owner')`)
  const { reply } = await logInTo(addressOf(server, tenant), 'owner')
  await change('delete from second_step_rule where tenant_id = $1')
  return reply.accessToken
}

async function keyOf(owner: TestSession): Promise<string> {
  const made = await owner.call('POST', '/api/v1/api-keys', { name: 'Nothing', scopes: [], days: 1 })
  expect(made.status).toBe(201)
  return ((await made.json()) as { key: string }).key
}

async function makeClerk(url: string, owner: TestSession): Promise<{ clerk: TestSession; roleId: string }> {
  const role = (await (await owner.call('POST', '/api/v1/roles', { name: 'Nothing', baseRole: 'officer', actions: [], masks: [] })).json()) as CustomRole
  const clerk = { login: 'clerk', name: 'Clerk', language: 'en', password: testPassword, role: 'officer', customRoleId: role.id }
  expect((await owner.call('POST', '/api/v1/users', clerk)).status).toBe(201)
  return { clerk: await logInTo(url, 'clerk'), roleId: role.id }
}

async function expiredToken({ server, tenant }: Omit<Offices, 'other'>, { reply, deviceId }: TestSession): Promise<string> {
  const { family } = JSON.parse(Buffer.from(reply.accessToken.split('.')[1] ?? '', 'base64url').toString()) as { family: string }
  const claims = { tenantId: tenant.tenantId, userId: reply.user.id, role: reply.user.role, deviceId, familyId: family }
  return (await createAccessTokens([server.system.platform.config.SECRET_KEY]).sign(claims, Date.now() - 3_600_000)).token
}
