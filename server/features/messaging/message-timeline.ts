import type { SettledMessage } from '../../jobs/outbox-message.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { MessagingNeeds } from './needs.ts'

const eventOf = {
  sent: 'message.sent',
  delivered: 'message.sent',
  failed: 'message.failed',
  unknown: 'message.unknown'
} as const

/**
 * Brings the end of a message into the timeline of its grievance. That a reporter was told is public; what went wrong,
 * and what concerns colleagues, is for the office. Resolves to what must be done after the commit.
 */
export async function tellTimeline<C>(
  tx: Tx,
  message: SettledMessage,
  deps: { needs: MessagingNeeds<C>; newId(): string; now(): number }
): Promise<(() => void) | null> {
  if (message.subjectType !== 'grievance' || !(message.status in eventOf)) return null
  const event = eventOf[message.status as keyof typeof eventOf]
  const change = await deps.needs.grievances.recordMessage(tx, {
    id: deps.newId(),
    grievanceId: message.subjectId,
    event,
    channel: message.channel,
    topic: message.topic,
    error: message.error,
    visibility: event === 'message.sent' && message.recipientKind === 'reporter_contact' ? 'public' : 'staff',
    at: new Date(deps.now()).toISOString()
  })
  return change === null ? null : () => deps.needs.announce(change)
}
