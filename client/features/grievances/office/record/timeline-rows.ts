import { CircleDot, Mail, MailX, MessageSquare, PencilLine } from '@lucide/vue'
import { photosOfEntry } from '#shared/grievances/grievance-photos.ts'
import type { TimelineRow } from '#shared/grievances/grievance-list.ts'
import type { TimelineEntry } from '#client/ui/lists/timeline-entry.ts'
import { stateMark } from '../../field/state-marks.ts'
import { fieldLabelKey, fieldText, type ValueWords } from './field-values.ts'

/** An entry of the timeline with what the office alone is shown. */
export interface OfficeEntry extends TimelineEntry {
  /** From what to what, a line each. */
  readonly changes: readonly string[]
  /** From which state to which, null where it stayed. */
  readonly states: string | null
  /** When the device says it was written, where that is far from the server's time. */
  readonly claimed: string | null
  readonly forStaff: boolean
  /** Ids of the photos that came with it. */
  readonly photoIds: readonly string[]
  readonly receipt: TimelineRow['receipt']
}

/** Clocks of phones are off by a minute or two; more than that, or written offline, is said. */
const farApartMs = 2 * 60_000

const knownEvents = new Set([
  'filed',
  'accepted',
  'returned_for_info',
  'info_supplied',
  'assigned',
  'started',
  'reassign_asked',
  'transferred',
  'interim_replied',
  'escalated',
  'resolved',
  'rejected',
  'linked_as_duplicate',
  'withdrawn',
  'rated',
  'reopened',
  'appealed',
  'appeal_decided',
  'closed',
  'commented',
  'edited',
  'message_sent',
  'message_failed',
  'message_unknown',
  'imported'
])

/** Who did what and when, from what to what, in the reader's language. `now`: device clock, ms. */
export function officeEntries(rows: readonly TimelineRow[], words: ValueWords & { now: number }): OfficeEntry[] {
  return rows.map((row) => officeEntry(row, words))
}

function officeEntry(row: TimelineRow, words: ValueWords & { now: number }): OfficeEntry {
  const { t, formatRelative, formatDateTime } = words.i18n
  const at = Date.parse(row.at)
  const claimedAt = row.claimedAt === null ? at : Date.parse(row.claimedAt)
  const moved = row.fromState !== null && row.toState !== null && row.fromState !== row.toState
  return {
    id: row.id,
    title: t(`grievances.event.${eventWord(row.event)}`),
    ...(row.text !== null && { body: row.text }),
    who: whoOf(row, t),
    when: formatRelative(at, words.now),
    whenExact: row.at,
    ...markOf(row),
    states: moved
      ? t('admin.timeline.states', {
          before: t(`grievances.state.${row.fromState}`),
          after: t(`grievances.state.${row.toState}`)
        })
      : null,
    changes: Object.entries(row.changes).flatMap(([field, [before, after]]) =>
      changeLine(field, [before, after], words)
    ),
    claimed:
      Math.abs(at - claimedAt) > farApartMs
        ? t('admin.timeline.claimed', { device: formatDateTime(claimedAt), server: formatDateTime(at) })
        : null,
    photoIds: photosOfEntry(row.changes),
    forStaff: row.visibility === 'staff',
    receipt: row.receipt
  }
}

/** `grievance.assigned` is told as `assigned`, `message.sent` as `message_sent`; an event of a newer server as "changed". */
function eventWord(name: string): string {
  const word = name.replace(/^grievance\./, '').replace('.', '_')
  return knownEvents.has(word) ? word : 'other'
}

function whoOf(row: TimelineRow, t: ValueWords['i18n']['t']): string {
  if (row.actorRole === 'citizen') return t('grievances.by.citizen')
  return row.actorRole === 'system' || row.actorName === '' ? t('grievances.by.system') : row.actorName
}

function markOf({ event, toState }: TimelineRow): Pick<TimelineEntry, 'icon' | 'tone'> {
  if (event === 'message.failed' || event === 'message.unknown') return { icon: MailX, tone: 'warn' }
  if (event.startsWith('message.')) return { icon: Mail }
  if (event.endsWith('.commented')) return { icon: MessageSquare }
  if (event.endsWith('.edited')) return { icon: PencilLine }
  return toState ? stateMark(toState) : { icon: CircleDot }
}

const unsaid = new Set(['latitude', 'longitude', 'accuracyMetres', 'photos'])

function changeLine(field: string, [before, after]: readonly [unknown, unknown], words: ValueWords): string[] {
  const label = fieldLabelKey(field)
  if (label === null || unsaid.has(field)) return []
  const { t } = words.i18n
  return [
    t('grievances.change.line', {
      field: t(label),
      before: fieldText(field, before, words),
      after: fieldText(field, after, words)
    })
  ]
}
