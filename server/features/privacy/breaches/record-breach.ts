import { AppError } from '#shared/errors.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { reportWithinMs, type NewBreach } from '#shared/privacy/breach.ts'
import { recordAudit } from '../../../audit/record-audit.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import type { PrivacyNeeds } from '../needs.ts'
import { affectedPeople, type Affected } from './affected-people.ts'
import { reachOf } from './breach-reach.ts'
import { insertBreach } from './breach-store.ts'

/** Clocks of those who write down and of the server may differ by this much. */
const leewayMs = 5 * 60_000

export interface RecordedBreach {
  readonly id: string
  readonly dueAt: string
  readonly people: Affected[]
}

interface BreachToRecord {
  readonly breach: NewBreach
  readonly by: { readonly actor: Actor; readonly requestId: string } | null
}

/** Writes a breach down; the 72 hours run from `noticedAt`. `by` null: the operator. Throws `unprocessable` for a time to come and for what is not of this office. */
export async function recordBreach(tx: Tx, needs: PrivacyNeeds, { breach, by }: BreachToRecord): Promise<RecordedBreach> {
  const now = needs.clock.now()
  const noticedAt = Date.parse(breach.noticedAt)
  const { openFrom, openUntil, scope, dataKinds } = breach
  if (noticedAt > now + leewayMs) throw refuse('noticedAt', 'This is still to come.')
  if (openFrom !== null && openUntil !== null && Date.parse(openUntil) < Date.parse(openFrom)) throw refuse('openUntil', 'This is before the beginning.')
  const people = await affectedPeople(tx, await reachOf(tx, scope))
  const id = needs.newId()
  const dueAt = new Date(noticedAt + reportWithinMs).toISOString()
  await insertBreach(tx, { ...breach, id, recordedBy: by?.actor.userId ?? null }, now)
  await recordAudit(tx, needs, {
    action: 'breach.record', actor: by?.actor ?? null, requestId: by?.requestId ?? null, subject: { type: 'breach', id },
    after: { noticedAt: breach.noticedAt, dueAt, openFrom, openUntil, scope, dataKinds, affected: people.length }
  })
  return { id, dueAt, people }
}

const refuse = (path: string, message: string) => new AppError('unprocessable', message, [{ path, message }])
