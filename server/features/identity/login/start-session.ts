import { AppError } from '#shared/errors.ts'
import type { OfficeRole } from '#shared/identity/actor.ts'
import type { LoginDevice } from '#shared/identity/session.ts'
import { recordAudit } from '../../../audit/record-audit.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import type { LoadedUser, LoginKey } from '../actor-loader.ts'
import { releaseShare } from '../device-share.ts'
import type { SessionParts } from '../needs.ts'
import { startFamily } from '../refresh-token-store.ts'
import { limitWithoutStep } from '../second-step/limited-session.ts'

/** A fresh session: the access token for the body, the refresh token for the cookie. */
export interface OpenedSession extends LoadedUser {
  deviceId: string
  accessToken: string
  expiresAt: number
  refreshToken: string
  /** The server's share of the key to this person's copies on this device; see `releaseShare`. */
  deviceShare: string | null
}

/** How somebody showed who he is, as the audit tells it. A passkey is both steps by itself. */
export type LoginProof = { how: 'password' | 'password and second step' | 'provider' | 'provider and second step' } | { how: 'passkey'; passkeyId: string }

export interface StartedLogin {
  userId: string
  device: LoginDevice
  proof: LoginProof
  /** A code of an app, a passkey, or several factors at the provider. A code by e-mail is none: who has the mailbox has the password. */
  hasShownStep: boolean
  requestId: string
}

type Fresh = Pick<OpenedSession, 'refreshToken' | 'deviceShare'> & { holder: Omit<LoginKey, 'tenantId'> }

/** A session of somebody who has shown who he is, and the line of the audit that says so, in one transaction. */
export async function startSession(parts: SessionParts, tx: Tx, login: StartedLogin): Promise<Fresh> {
  const { userId, device, proof, hasShownStep, requestId } = login
  const holder = { familyId: parts.newId(), userId, deviceId: device.id }
  const now = parts.clock.now()
  await registerDevice(tx, { ...holder, label: device.label ?? '', appVersion: device.appVersion ?? null, now })
  const { rows } = await tx.query<{ role: OfficeRole }>(`select role from user_account where id = $1 and status = 'active'`, [userId])
  if (!rows[0]) throw new AppError('unauthenticated')
  const actor = { userId, role: rows[0].role, deviceId: device.id }
  await recordAudit(tx, parts, { action: 'session.open', actor, requestId, subject: { type: 'user', id: userId }, after: proof })
  const refreshToken = await startFamily(tx, holder, now)
  const isLimited = !hasShownStep && (await limitWithoutStep(tx, { ...holder, role: rows[0].role }))
  return { refreshToken, deviceShare: isLimited ? null : await releaseShare(tx, holder), holder }
}

/** The access token beside a refresh token that was just made; one of the operator ends with its time. */
export async function openSession(
  parts: SessionParts,
  key: LoginKey,
  { refreshToken, deviceShare }: Pick<OpenedSession, 'refreshToken' | 'deviceShare'>
): Promise<OpenedSession> {
  const user = await parts.loader.load(key)
  const { token, expiresAt } = await parts.tokens.sign({ ...key, role: user.role satisfies OfficeRole }, parts.clock.now(), user.impersonation?.until)
  return { ...user, deviceId: key.deviceId, accessToken: token, expiresAt, refreshToken, deviceShare }
}

/** What a device is told that the office has ended: it asks for its orders then. */
export function accessEnded(): AppError {
  return new AppError('access_ended', 'The office has ended the access of this device or person.')
}

/** A phone may be shared by several people: the row says who used it last. A revoked one stays out. */
async function registerDevice(
  tx: Tx,
  device: { deviceId: string; userId: string; label: string; appVersion: string | null; now: number }
): Promise<void> {
  const { rows } = await tx.query<{ status: string; impersonated: boolean }>(
    `insert into device (tenant_id, id, user_id, label, app_version, last_seen_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, id) do update set user_id = excluded.user_id, last_seen_at = excluded.last_seen_at,
       label = case when excluded.label = '' then device.label else excluded.label end,
       app_version = coalesce(excluded.app_version, device.app_version)
     returning status, impersonated_until is not null as impersonated`,
    [tx.tenantId, device.deviceId, device.userId, device.label, device.appVersion, new Date(device.now)]
  )
  if (rows[0]?.status !== 'active') throw accessEnded()
  if (rows[0].impersonated) throw new AppError('conflict', 'This device stands for a session of the operator.')
}
