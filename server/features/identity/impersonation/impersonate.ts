import { linkMs, linkPath } from '#shared/identity/account.ts'
import { AppError } from '#shared/errors.ts'
import { impersonationRequestSchema, type ImpersonationRequest } from '#shared/identity/impersonation.ts'
import { recordAudit } from '../../../audit/record-audit.ts'
import type { OneTimeSecrets } from '../../../one-time/one-time-secrets.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { TenantRecord } from '../../../postgres/directory.ts'
import type { Database, Tx } from '../../../postgres/transaction.ts'
import type { SessionParts } from '../needs.ts'
import { startFamily } from '../refresh-token-store.ts'
import { openSession, type OpenedSession } from '../login/start-session.ts'

const purpose = 'impersonation'

interface OfferNeeds {
  readonly database: Database
  readonly oneTime: Pick<OneTimeSecrets, 'issueLink'>
  readonly clock: Clock
  newId(): string
}

/**
 * For the operator: a path below the office's address that opens the office once, within ten minutes, in the place of the person with
 * `login`. Stands in the office's audit from now on. Throws a sentence for an unknown person and an office that is not open, a ZodError for
 * a missing reason or time.
 */
export async function offerImpersonation(needs: OfferNeeds, tenantId: string, asked: ImpersonationRequest & { login: string }): Promise<string> {
  const { reason, minutes } = impersonationRequestSchema.parse(asked)
  const token = await needs.database.withTenant({ tenantId }, async (tx) => {
    const { rows: offices } = await tx.query<{ status: string }>('select status from tenant where tenant_id = $1', [tenantId])
    if (offices[0]?.status !== 'active') throw new AppError('conflict', `The office is ${offices[0]?.status ?? 'not here'}: nobody can look at it.`)
    const { rows } = await tx.query<{ id: string }>(`select id from user_account where tenant_id = $1 and login = $2 and status = 'active'`, [
      tenantId,
      asked.login.trim().toLowerCase()
    ])
    const userId = rows[0]?.id
    if (!userId) throw new AppError('not_found', `There is no active person with the login ${asked.login}.`)
    const after = { reason, minutes }
    await recordAudit(tx, needs, { action: 'impersonation.offer', actor: null, subject: { type: 'user', id: userId }, after })
    const secret = { id: needs.newId(), purpose, subject: userId, validMs: linkMs.support, facts: { reason, minutes: String(minutes) } }
    return needs.oneTime.issueLink(tx, secret, needs.clock.now())
  })
  return `${linkPath.support}#${token}`
}

/** Opens the session of such a link, on a device made for it. Throws `gone` when the link was used, replaced or is too old. */
export async function beginImpersonation(parts: SessionParts, tenant: TenantRecord, from: { token: string; requestId: string }): Promise<OpenedSession> {
  const { tenantId } = tenant
  const now = parts.clock.now()
  const opened = await parts.database.withTenant({ tenantId }, async (tx) => {
    const link = await parts.oneTime.useLink(tx, { purpose, token: from.token }, now)
    if (!link || !(await isActive(tx, link.subject))) throw new AppError('gone', 'This link was used or is too old.')
    const { reason, minutes } = impersonationRequestSchema.parse({ ...link.facts, minutes: Number(link.facts['minutes']) })
    const until = new Date(now + minutes * 60_000)
    const holder = { familyId: parts.newId(), userId: link.subject, deviceId: parts.newId() }
    await tx.query(
      `insert into device (tenant_id, id, user_id, label, last_seen_at, impersonated_until, impersonation_reason)
       values ($1, $2, $3, 'Support', $4, $5, $6)`,
      [tenantId, holder.deviceId, holder.userId, new Date(now), until, reason]
    )
    await recordAudit(tx, parts, {
      action: 'impersonation.start', actor: null, requestId: from.requestId, subject: { type: 'user', id: holder.userId },
      after: { reason, until: until.toISOString(), deviceId: holder.deviceId }
    })
    return { holder, refreshToken: await startFamily(tx, holder, now) }
  })
  return openSession(parts, { tenantId, ...opened.holder }, { refreshToken: opened.refreshToken, deviceShare: null })
}

async function isActive(tx: Tx, userId: string): Promise<boolean> {
  const { rows } = await tx.query(`select 1 from user_account where id = $1 and status = 'active'`, [userId])
  return rows.length > 0
}
