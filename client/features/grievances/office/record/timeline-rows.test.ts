import { expect, test } from 'vitest'
import type { TimelineRow } from '#shared/grievances/grievance-list.ts'
import { createI18n } from '#client/i18n/use-i18n.ts'
import { messages } from '#client/i18n/office-messages-en.ts'
import { officeNames } from '#client/session/office-names.ts'
import { officeEntries } from './timeline-rows.ts'

const id = (last: number) => `019a0000-0000-7000-8000-00000000000${last}`
const i18n = createI18n({ locale: 'en', messages, load: async () => messages, timeZone: 'Asia/Kolkata' })
const worker = {
  id: id(1),
  type: 'staff' as const,
  name: 'Asha Rao',
  role: 'field_worker' as const,
  departmentId: null,
  active: false
}
const names = officeNames({ departments: [], categories: [], staff: [worker] }, [])
const at = '2026-11-21T04:42:00.000Z'
const now = Date.parse(at) + 60_000

const row = (more: Partial<TimelineRow>): TimelineRow => ({
  id: id(9),
  type: 'grievance_event',
  grievanceId: id(8),
  event: 'grievance.assigned',
  fromState: 'triaged',
  toState: 'assigned',
  changes: {},
  text: null,
  visibility: 'public',
  actorId: id(2),
  actorRole: 'officer',
  actorName: 'R. Officer',
  at,
  claimedAt: at,
  receipt: null,
  ...more
})
const entry = (more: Partial<TimelineRow>) => officeEntries([row(more)], { i18n, names, now })[0]!

test('an assignment says who, when, and from what to what, also for a colleague who has left', () => {
  expect(entry({ changes: { assigneeId: [null, id(1)] } })).toMatchObject({
    title: 'Assigned',
    who: 'R. Officer',
    when: 'today 10:12',
    states: 'from “Accepted” to “Assigned”',
    changes: ['Assigned to: from “empty” to “Asha Rao”'],
    claimed: null
  })
})

test('a step written offline shows both clocks', () => {
  const shown = entry({ claimedAt: '2026-11-21T03:00:00.000Z' }).claimed ?? ''
  expect(shown).toContain('08:30')
  expect(shown).toContain('10:12')
})

test('the reporter is not named, and an event of a newer server is no blank line', () => {
  expect(entry({ actorRole: 'citizen', actorName: 'Meera Nair' }).who).toBe('The reporter')
  expect(entry({ event: 'grievance.teleported', actorRole: 'system', actorName: '' })).toMatchObject({
    title: 'Changed',
    who: 'The system'
  })
})
