import { AppError } from '#shared/errors.ts'
import type { LoginBody } from '#shared/identity/session.ts'
import type { TenantRecord } from '../../postgres/directory.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { Session } from '../../http/request-context.ts'
import { streamEndChannel } from '../../sync/sync-module.ts'
import { releaseShare } from './device-share.ts'
import { noteRefusal } from './login/note-refusal.ts'
import { accessEnded, openSession, startSession, type OpenedSession } from './login/start-session.ts'
import type { SessionParts } from './needs.ts'
import { checkSecondStep } from './second-step/check-second-step.ts'
import { isLimited } from './second-step/limited-session.ts'
import { endSessions, hashOfToken, holderOfToken, rotate, type RefreshHolder } from './refresh-token-store.ts'

interface LoginRecord {
  userId: string
  /** Null before the first login of somebody who was invited. */
  passwordHash: string | null
  status: 'active' | 'disabled'
  demo: boolean
}

const wrongPair = (): AppError => new AppError('unauthenticated', 'The login or the password is not right.')

/** Logs a person in on a device. Unknown login, wrong password and disabled user get the same answer after the same work. */
export async function logIn(parts: SessionParts, tenant: TenantRecord, body: LoginBody & { ip: string; requestId: string }): Promise<OpenedSession> {
  const attempt = { tenantId: tenant.tenantId, login: body.login.trim().toLowerCase(), ip: body.ip }
  await parts.limits.begin(attempt)
  const record = await findLogin(parts, attempt)
  const matches = await parts.hasher.verify(record?.passwordHash ?? null, body.password)
  if (!record || !matches || record.status !== 'active' || (record.demo && !parts.config.DEMO)) {
    await parts.limits.failed(attempt)
    await noteRefusal(parts, { tenantId: tenant.tenantId, userId: record?.userId ?? null })
    throw wrongPair()
  }
  const { userId } = record
  const step = await checkSecondStep(parts, { tenantId: tenant.tenantId, userId }, body.code)
  await parts.limits.succeeded(attempt)
  const proof = { how: step ? 'password and second step' : 'password' } as const
  const { holder, ...fresh } = await parts.database.withTenant({ tenantId: tenant.tenantId, actorId: userId }, (tx) =>
    startSession(parts, tx, { userId, device: body.device, proof, hasShownStep: step === 'totp', requestId: body.requestId })
  )
  return openSession(parts, { tenantId: tenant.tenantId, ...holder }, fresh)
}

/** Exchanges a refresh token. A stolen one ends the family, for the thief and for the owner, who logs in again. */
export async function refresh(parts: SessionParts, tenant: TenantRecord, token: string): Promise<OpenedSession> {
  const { rows } = await parts.pools.directory.query<{ tenant: string | null }>('select directory_tenant_of_refresh($1) as tenant', [hashOfToken(token)])
  if (rows[0]?.tenant !== tenant.tenantId) throw sessionOver()
  const now = parts.clock.now()
  const rotation = await parts.database.withTenant({ tenantId: tenant.tenantId }, async (tx) => {
    const result = await rotate(tx, token, now)
    if (result.kind !== 'rotated') return result
    await tx.query('update device set last_seen_at = $2 where id = $1', [result.deviceId, new Date(now)])
    return { ...result, deviceShare: (await isLimited(tx, result.familyId)) ? null : await releaseShare(tx, result) }
  })
  if (rotation.kind === 'theft') {
    parts.log.warn({ family: rotation.familyId, tenant: tenant.tenantId }, 'a refresh token was used by two parties; its family ends')
    await tellChanged(parts, { tenantId: tenant.tenantId, userId: rotation.userId, deviceId: rotation.deviceId, reason: 'revoked' })
  }
  if (rotation.kind !== 'rotated') throw await parts.database.withTenant({ tenantId: tenant.tenantId }, (tx) => whyRefused(tx, token), { readOnly: true })
  const { token: refreshToken, deviceShare } = rotation
  return openSession(parts, { tenantId: tenant.tenantId, ...holderOf(rotation) }, { refreshToken, deviceShare })
}

/** Ends the session that the cookie, or else the access token, belongs to. */
export async function logOut(
  parts: SessionParts,
  tenant: TenantRecord,
  whose: { refreshToken: string | undefined; session: Session | null }
): Promise<void> {
  const now = parts.clock.now()
  const holder = await parts.database.withTenant({ tenantId: tenant.tenantId }, async (tx) => {
    const fromCookie = whose.refreshToken === undefined ? null : await holderOfToken(tx, whose.refreshToken)
    const found = fromCookie ?? holderOfSession(whose.session)
    if (found) await endSessions(tx, { familyId: found.familyId }, now)
    return found
  })
  if (!holder) return
  await tellChanged(parts, { tenantId: tenant.tenantId, userId: holder.userId, deviceId: holder.deviceId, reason: 'revoked' })
}

/** Whose rights have changed or sessions ended; where both ids are given, that person on that device. */
export interface RightsChanged {
  tenantId: string
  userId?: string
  deviceId?: string
  reason: 'revoked' | 'scope_changed'
}

/** Tells every process after the commit: actors are read anew, live streams close. A lost message costs 5 s of memory. */
export async function tellChanged(parts: Pick<SessionParts, 'pubSub' | 'loader'>, changed: RightsChanged): Promise<void> {
  parts.loader.forget(changed.tenantId)
  await parts.pubSub.publish(streamEndChannel, changed)
}

async function findLogin(parts: SessionParts, attempt: { tenantId: string; login: string }): Promise<LoginRecord | null> {
  const { rows } = await parts.pools.directory.query<{ found: LoginRecord | null }>(
    'select directory_user_of_login($1, $2) as found',
    [attempt.tenantId, attempt.login]
  )
  return rows[0]?.found ?? null
}

function holderOf({ familyId, userId, deviceId }: RefreshHolder): RefreshHolder {
  return { familyId, userId, deviceId }
}

function holderOfSession(session: Session | null): RefreshHolder | null {
  const { userId = null, deviceId = null } = session?.actor ?? {}
  return session && userId && deviceId ? { familyId: session.familyId, userId, deviceId } : null
}

/** A session that is over, or one that the office has ended: then the device asks for its orders. */
async function whyRefused(tx: Tx, token: string): Promise<AppError> {
  const { rows } = await tx.query<{ active: boolean }>(
    `select d.status = 'active' and u.status = 'active' as active from refresh_token t
       join device d on d.tenant_id = t.tenant_id and d.id = t.device_id
       join user_account u on u.tenant_id = t.tenant_id and u.id = t.user_id
      where t.tenant_id = $1 and t.token_hash = $2`,
    [tx.tenantId, hashOfToken(token)]
  )
  return rows[0]?.active === false ? accessEnded() : sessionOver()
}

function sessionOver(): AppError {
  return new AppError('unauthenticated', 'The session has ended. Log in again.')
}
