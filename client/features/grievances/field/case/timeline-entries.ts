import { CircleDashed, CloudUpload, MessageSquare, PencilLine } from '@lucide/vue'
import { grievanceFacts, type GrievanceEvent } from '#shared/grievances/grievance.ts'
import { photosOfEntry } from '#shared/grievances/grievance-photos.ts'
import type { GrievanceState } from '#shared/grievances/grievance-state.ts'
import type { MessageParams } from '#shared/i18n/translator.ts'
import type { PendingEvent } from '#client/sync/records/pending-layer.ts'
import type { TimelineEntry } from '#client/ui/lists/timeline-entry.ts'
import { stateMark } from '../state-marks.ts'

/** What is needed to write the entries in the reader's language. `now` is ms by the device's clock. */
export interface TimelineWords {
  t(key: string, params?: MessageParams): string
  formatRelative(at: number, now: number): string
  now: number
  /** A field's value as people say it: the name of a ward instead of its id. */
  valueOf(field: string, value: unknown): string
}

const known = new Set([
  'filed', 'accepted', 'returned_for_info', 'info_supplied', 'assigned', 'started', 'reassign_asked', 'transferred', 'interim_replied',
  'escalated', 'resolved', 'rejected', 'linked_as_duplicate', 'withdrawn', 'rated', 'reopened', 'appealed', 'appeal_decided', 'closed',
  'commented', 'edited', 'message_sent', 'message_failed', 'imported'
])

/** The newest first: what is only on this phone yet, marked as such, then what the server has told. */
export function timelineEntries(events: readonly GrievanceEvent[], pending: readonly PendingEvent[], words: TimelineWords): TimelineEntry[] {
  const told = [...events].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).map((event) => serverEntry(event, words))
  const waiting = pending.map((one, index) => pendingEntry(one, index, words)).reverse()
  return [...waiting, ...told]
}

function serverEntry(event: GrievanceEvent, words: TimelineWords): TimelineEntry {
  const body = [event.text, ...changeLines(event.changes, words)].filter(Boolean).join('\n')
  return {
    id: event.id,
    title: titleOf(event.event, words),
    ...(body && { body }),
    who: whoOf(event, words),
    when: words.formatRelative(Date.parse(event.at), words.now),
    whenExact: event.at,
    ...markOf(event.event, event.toState)
  }
}

function pendingEntry({ commandId, event, at, received }: PendingEvent, index: number, words: TimelineWords): TimelineEntry {
  const { text, changes } = event.data as { text?: string | null; changes?: Record<string, [unknown, unknown]> }
  const body = [text, ...changeLines(changes ?? {}, words)].filter(Boolean).join('\n')
  return {
    id: `${commandId}-${index}`,
    title: titleOf(event.name, words),
    ...(body && { body }),
    who: words.t(received ? 'field.timeline.arriving' : 'field.timeline.waiting'),
    when: words.formatRelative(at, words.now),
    whenExact: new Date(at).toISOString(),
    tone: 'info',
    icon: CloudUpload
  }
}

function titleOf(name: string, { t }: TimelineWords): string {
  const short = name.replace(/^[a-z_]+\./, '')
  return t(`grievances.event.${known.has(short) ? short : 'other'}`)
}

function whoOf(event: GrievanceEvent, { t }: TimelineWords): string {
  if (event.actorRole === 'citizen') return t('grievances.by.citizen')
  return event.actorRole === 'system' || event.actorName === '' ? t('grievances.by.system') : event.actorName
}

function markOf(name: string, toState: GrievanceState | null): Pick<TimelineEntry, 'icon' | 'tone'> {
  if (name.endsWith('.commented')) return { icon: MessageSquare }
  if (name.endsWith('.edited')) return { icon: PencilLine }
  return toState ? stateMark(toState) : { icon: CircleDashed }
}

const unsaid = new Set(['latitude', 'longitude', 'accuracyMetres', 'escalationLevel', 'assigneeId', 'photos'])

function changeLines(changes: Record<string, readonly [unknown, unknown]>, { t, valueOf }: TimelineWords): string[] {
  const shown = (field: string, value: unknown) => (value === null || value === '' ? t('grievances.change.empty') : valueOf(field, value))
  const photos = photosOfEntry(changes).length
  const lines = Object.entries(changes)
    .filter(([field]) => field in grievanceFacts && !unsaid.has(field))
    .map(([field, [before, after]]) => {
      const label = t(grievanceFacts[field as keyof typeof grievanceFacts].label)
      return t('grievances.change.line', { field: label, before: shown(field, before), after: shown(field, after) })
    })
  return photos > 0 ? [...lines, t('field.sync.photos', { count: photos })] : lines
}
