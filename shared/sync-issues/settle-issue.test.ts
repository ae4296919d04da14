import { describe, expect, test } from 'vitest'
import type { Actor, ActorRole } from '../identity/actor.ts'
import { keepBoth } from './issue-fields.ts'
import { maySettle } from './settle-issue.ts'
import type { SyncIssue } from './sync-issue.ts'

const actor = (role: ActorRole, userId: string) => ({ role, userId }) as Actor
const by = (authorId: string) => ({ authorId }) as SyncIssue

test('the office settles every issue, a worker only what he wrote himself, others none', () => {
  for (const role of ['owner', 'officer'] as const) expect(maySettle(actor(role, 'me'), by('you'))).toBe(true)
  expect([maySettle(actor('field_worker', 'me'), by('me')), maySettle(actor('field_worker', 'me'), by('you'))]).toEqual([true, false])
  for (const role of ['viewer', 'citizen', 'system'] as const) expect(maySettle(actor(role, 'me'), by('me'))).toBe(false)
  expect(maySettle(actor('owner', 'me'), null)).toBe(false)
})

describe('both values are kept', () => {
  const both = (subjectType: string, field: string, yours: unknown, theirs: unknown, standing: unknown = yours) =>
    keepBoth({ subjectType, field, yours, theirs }, standing)

  test('in the field, where its policy joins them', () => {
    expect(both('person', 'notes', 'Deaf', 'Two dogs')).toEqual({ as: 'value', value: 'Two dogs\nDeaf' })
    expect(both('grievance', 'photos', [{ id: 1 }, { id: 2 }], [{ id: 1 }])).toEqual({ as: 'value', value: [{ id: 1 }, { id: 2 }] })
  })

  test('else as a remark: the one that does not stand, whichever that is', () => {
    expect(both('grievance', 'description', 'Mine', 'Theirs', 'Mine')).toEqual({ as: 'comment', text: 'Theirs' })
    expect(both('grievance', 'description', 'Mine', 'Theirs', 'Theirs')).toEqual({ as: 'comment', text: 'Mine' })
  })

  test('not where there is room for one only, nor for what this version does not know', () => {
    expect(both('grievance', 'priority', 'low', 'high')).toBeNull()
    expect(both('grievance', 'latitude', 1, 2)).toBeNull()
    expect(both('person', 'name', 'Sunita', 'Sunitha')).toBeNull()
    expect(both('visit', 'outcome', 'x', 'y')).toBeNull()
  })
})
