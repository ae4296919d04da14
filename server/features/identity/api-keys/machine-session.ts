import { AppError } from '#shared/errors.ts'
import { isUuid } from '#shared/ids.ts'
import type { Session } from '../../../http/request-context.ts'
import type { SessionParts } from '../needs.ts'
import { useKey, type StandingKey } from './api-key-store.ts'
import { isMachineToken } from './machine-token.ts'

type Parts = Pick<SessionParts, 'database' | 'clock' | 'machineTokens'>

/** A key as it is shown once. */
export const wholeKey = (id: string, secret: string): string => `sk_${id}_${secret}`

/** Whether what a caller brings is a key of a machine, or a token made from one. */
export const isOfMachine = (token: string): boolean => token.startsWith('sk_') || isMachineToken(token)

/** Session of a machine, by its key or by a token made from it. Throws `token_expired` or `unauthenticated`. */
export async function machineSession(parts: Parts, token: string, tenantId: string): Promise<Session> {
  const now = parts.clock.now()
  const [, id = '', secret = ''] = /^sk_([^_]+)_(.+)$/.exec(token) ?? []
  const claims = token.startsWith('sk_') ? null : await parts.machineTokens.verify(token, tenantId, now)
  const key = await standingKey(parts, tenantId, claims ? { id: claims.keyId, secret: null } : { id, secret })
  if (!key) throw new AppError('unauthenticated', 'This key is not known, has ended or was revoked.')
  const actions = claims ? key.scopes.filter((scope) => claims.scopes.includes(scope)) : key.scopes
  const nobody = { userId: null, deviceId: null, departmentId: null, wardIds: [] }
  const actor = { ...nobody, tenantId, role: 'machine' as const, name: key.name, actions, masks: key.masks, keyId: key.id }
  return { actor, familyId: key.id, expiresAt: claims?.expiresAt ?? key.expiresAt }
}

/** The key where it stands in this office, else null. */
export async function standingKey(parts: Pick<Parts, 'database' | 'clock'>, tenantId: string, shown: { id: string; secret: string | null }): Promise<StandingKey | null> {
  if (!isUuid(shown.id)) return null
  return parts.database.withTenant({ tenantId }, (tx) => useKey(tx, shown, parts.clock.now()))
}
