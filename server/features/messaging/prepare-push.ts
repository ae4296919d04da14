import type { Locale } from '#shared/i18n/language.ts'
import type { PushNotice } from '#shared/messaging/push-subscription.ts'
import { renderAssignment } from '#shared/messaging/templates.ts'
import type { OutboxRow, Prepared } from '../../jobs/outbox-message.ts'
import type { OutgoingPush, PushOutcome, PushSender } from '../../ports/push-sender.ts'
import type { SendOutcome } from '../../ports/send-outcome.ts'
import type { Database, Tx } from '../../postgres/transaction.ts'
import type { MessagingNeeds } from './needs.ts'
import {
  countRefusal,
  forgetRefusals,
  removeSubscription,
  subscriptionsById,
  type PushSubscription
} from './push-subscription-store.ts'

export interface PushDeps {
  readonly push: PushSender | null
  readonly needs: MessagingNeeds
  readonly database: Database
  onResult(result: PushOutcome['kind']): void
}

const ttlSeconds = 86_400

/** The notice of an assignment to one device: category and number, in its owner's language, no word about the citizen. */
export async function preparePush(tx: Tx, row: OutboxRow, deps: PushDeps): Promise<Prepared> {
  const { push } = deps
  const [subscription] = await subscriptionsById(tx, [row.recipientId])
  if (!subscription) return { kind: 'end', status: 'cancelled', error: 'recipient_gone' }
  if (!push) return { kind: 'end', status: 'failed', error: 'no_provider' }
  if (subscription.vapidKeyId !== push.keyId) {
    await removeSubscription(tx, subscription.id)
    return { kind: 'end', status: 'failed', error: 'old_push_key' }
  }
  const notice = await noticeOf(tx, row, { needs: deps.needs, locale: subscription.language === 'hi' ? 'hi' : 'en' })
  const outgoing: OutgoingPush = {
    target: subscription,
    payload: JSON.stringify(notice),
    thinPayload: JSON.stringify({ ...notice, body: '' }),
    ttlSeconds,
    topic: row.subjectId.replaceAll('-', '')
  }
  return {
    kind: 'send',
    provider: `push ${new URL(subscription.endpoint).host}`,
    send: async () => keepResult(await push.send(outgoing), { subscription, tenantId: tx.tenantId, deps })
  }
}

async function noticeOf(
  tx: Tx,
  row: OutboxRow,
  { needs, locale }: { needs: MessagingNeeds; locale: Locale }
): Promise<PushNotice> {
  const [grievance] = await needs.grievances.messageFacts(tx, [row.subjectId])
  if (!grievance) throw new Error('The grievance of a message does not exist.')
  const category = grievance.categoryNames[locale] ?? grievance.category
  const text = renderAssignment(locale, { number: grievance.number, category })
  return { ...text, url: `/field/cases/${row.subjectId}`, tag: `case-${row.subjectId}`, recordId: row.subjectId }
}

interface Sent {
  subscription: PushSubscription
  tenantId: string
  deps: PushDeps
}

/** Keeps the subscription in step with what its push service said. */
async function keepResult(outcome: PushOutcome, { subscription, tenantId, deps }: Sent): Promise<SendOutcome> {
  deps.onResult(outcome.kind)
  const change = {
    gone: removeSubscription,
    permanent: countRefusal,
    accepted: forgetRefusals,
    retry: null,
    unknown: null
  }[outcome.kind]
  if (change) await deps.database.withTenant({ tenantId }, (tx) => change(tx, subscription.id)).catch(() => undefined)
  return outcome.kind === 'gone' ? { kind: 'permanent', error: 'recipient_gone' } : outcome
}
