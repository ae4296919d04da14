import { mayUse } from '#shared/privacy/consent.ts'
import type { ReporterTopic } from '#shared/messaging/templates.ts'
import { enqueue } from '../../jobs/outbox.ts'
import type { NewMessage } from '../../jobs/outbox-message.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { RecordedEvent } from '../../sync/registry.ts'
import { takeQuota } from './address-quota.ts'
import type { GrievancesForMessages, ReporterAddress } from './needs.ts'
import { subscriptionsOf } from './push-subscription-store.ts'

export interface ListenerDeps {
  grievances: GrievancesForMessages
  newId(): string
  /** Key of the hashes under which the daily quotas are counted. */
  quotaKey: Uint8Array
}

const reporterDays = 3
const daySeconds = 86_400

/** Reports that were taken over from another system: their reporters were told there. */
const silentSources = ['import', 'open311']

/** Writes what must go out because of the events of a batch, in their transaction. */
export async function listenToGrievances(tx: Tx, events: readonly RecordedEvent[], deps: ListenerDeps): Promise<void> {
  const ofGrievances = events.filter(({ event }) => event.subject.type === 'grievance')
  await enqueue(tx, [...(await toReporters(tx, ofGrievances, deps)), ...(await toAssignees(tx, ofGrievances, deps))])
}

const topicOfEvent: Readonly<Record<string, ReporterTopic>> = {
  'grievance.filed': 'grievance.acknowledged',
  'grievance.returned_for_info': 'grievance.info_needed',
  'grievance.interim_replied': 'grievance.interim_reply',
  'grievance.resolved': 'grievance.resolved',
  'grievance.rejected': 'grievance.rejected',
  'grievance.reopened': 'grievance.reopened'
}

function topicOf({ event, command }: RecordedEvent): ReporterTopic | null {
  if (event.name === 'grievance.appeal_decided')
    return event.data['toState'] === 'resolved' ? 'grievance.resolved' : 'grievance.rejected'
  if (event.name === 'grievance.filed' && silentSources.includes(String(command.args['source']))) return null
  return topicOfEvent[event.name] ?? null
}

async function toReporters(tx: Tx, events: readonly RecordedEvent[], deps: ListenerDeps): Promise<NewMessage[]> {
  const news = events.flatMap((recorded) => {
    const topic = topicOf(recorded)
    return topic ? [{ recorded, topic }] : []
  })
  if (news.length === 0) return []
  const reporters = await deps.grievances.reportersOf(
    tx,
    news.map(({ recorded }) => recorded.event.subject.id)
  )
  const messages: NewMessage[] = []
  for (const { recorded, topic } of news) {
    for (const reporter of reporters.filter(({ grievanceId }) => grievanceId === recorded.event.subject.id)) {
      messages.push(...(await toReporter(tx, { recorded, topic, reporter }, deps)))
    }
  }
  return messages
}

interface ReporterNews {
  recorded: RecordedEvent
  topic: ReporterTopic
  reporter: ReporterAddress
}

async function toReporter(
  tx: Tx,
  { recorded, topic, reporter }: ReporterNews,
  deps: ListenerDeps
): Promise<NewMessage[]> {
  const ways = [
    { channel: 'sms' as const, address: reporter.phone },
    { channel: 'email' as const, address: reporter.email }
  ]
  const messages: NewMessage[] = []
  for (const { channel, address } of ways) {
    if (address === null) continue
    const blocked = mayUse(reporter, 'grievance_updates', channel).allowed
      ? (await takeQuota(tx, deps.quotaKey, { channel, address })) ? null : ('daily_cap' as const)
      : ('no_consent' as const)
    messages.push({
      id: deps.newId(),
      class: 'transactional',
      channel,
      topic,
      subject: recorded.event.subject,
      recipient: { kind: 'reporter_contact', id: reporter.id },
      language: reporter.language,
      params: { commandId: recorded.command.id },
      expiresInSeconds: reporterDays * daySeconds,
      ...(blocked && { cancelled: blocked })
    })
  }
  return messages
}

/** Who was given a case is told on each of his devices, unless he took it himself. */
async function toAssignees(tx: Tx, events: readonly RecordedEvent[], deps: ListenerDeps): Promise<NewMessage[]> {
  const given = events.flatMap(({ event, actor }) => {
    const assigneeId = event.name === 'grievance.assigned' ? newAssignee(event.data['changes']) : null
    return assigneeId !== null && assigneeId !== actor.userId ? [{ subject: event.subject, assigneeId }] : []
  })
  if (given.length === 0) return []
  const subscriptions = await subscriptionsOf(
    tx,
    given.map(({ assigneeId }) => assigneeId)
  )
  return given.flatMap(({ subject, assigneeId }) =>
    subscriptions
      .filter(({ userId }) => userId === assigneeId)
      .map((subscription): NewMessage => ({
        id: deps.newId(),
        class: 'transactional',
        channel: 'push',
        topic: 'grievance.assigned',
        subject,
        recipient: { kind: 'push_subscription', id: subscription.id },
        language: subscription.language,
        params: {},
        expiresInSeconds: daySeconds
      }))
  )
}

function newAssignee(changes: unknown): string | null {
  const change = (changes as { assigneeId?: [unknown, unknown] } | undefined)?.assigneeId
  return typeof change?.[1] === 'string' ? change[1] : null
}
