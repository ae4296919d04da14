import { describe, expect, test } from 'vitest'
import type { GrievanceRow } from '#shared/grievances/grievance-list.ts'
import { noRows, withFreshPage, withNextPage, type LookingAt } from './arriving-rows.ts'

const row = (id: string, rev = 1): GrievanceRow => ({
  id,
  rev,
  number: `SAM-${id}`,
  state: 'submitted',
  categoryId: 'c',
  departmentId: null,
  assigneeId: null,
  priority: 'normal',
  description: id,
  landmark: null,
  wardId: null,
  source: 'field',
  filedAt: '2026-11-21T04:00:00.000Z',
  dueAt: null,
  pausedAt: null,
  resolvedAt: null,
  reopenedCount: 0,
  escalationLevel: 0,
  photoCount: 0
})
const page = (...ids: string[]) => ids.map((id) => row(id))
const shown = (hasMore: boolean, ...ids: string[]) => ({ ...noRows, rows: page(...ids), hasMore })
const watching: LookingAt = { newestFirst: true, atTop: true, selectedCount: 0 }
const ids = (rows: readonly GrievanceRow[]) => rows.map(({ id }) => id).join('')

describe('a grievance arrives while somebody looks', () => {
  test('at the top of the newest it is shown at once and marked', () => {
    const next = withFreshPage(shown(true, 'b', 'c'), page('a', 'b', 'c'), watching)
    expect([ids(next.rows), [...next.newIds], next.pendingIds.size]).toEqual(['abc', ['a'], 0])
  })

  test.each([
    ['scrolled down', { ...watching, atTop: false }],
    ['rows are selected', { ...watching, selectedCount: 2 }],
    ['another order', { ...watching, newestFirst: false }]
  ])('it waits, and no row moves: %s', (_why, looking) => {
    const next = withFreshPage(shown(true, 'b', 'c'), page('a', 'b', 'c'), looking)
    expect([ids(next.rows), [...next.pendingIds], next.newIds.size]).toEqual(['bc', ['a'], 0])
  })

  test('what moved up from a page that is not loaded is no arrival', () => {
    const next = withFreshPage(shown(true, 'a', 'b'), page('a', 'c'), watching)
    expect([ids(next.rows), next.pendingIds.size, [...next.leftIds]]).toEqual(['ab', 0, ['b']])
  })

  test('the first one of an empty list is an arrival', () => {
    expect(ids(withFreshPage(noRows, page('a'), watching).rows)).toBe('a')
  })

  test('at the end of a list that is loaded whole it waits like any other', () => {
    const next = withFreshPage(shown(false, 'a', 'b'), page('a', 'b', 'c'), { ...watching, newestFirst: false })
    expect([...next.pendingIds]).toEqual(['c'])
  })
})

test('a row that somebody changed shows its new facts in its place, an older answer changes nothing', () => {
  const before = { ...noRows, rows: [row('a', 5), row('b', 5)], hasMore: false }
  const next = withFreshPage(
    before,
    [
      { ...row('b', 6), state: 'assigned' },
      { ...row('a', 4), state: 'closed' }
    ],
    watching
  )
  expect(next.rows.map(({ id, state }) => `${id} ${state}`)).toEqual(['a submitted', 'b assigned'])
})

test('a row that left the view stays where it is, marked, until the view is read again', () => {
  const next = withFreshPage(shown(false, 'a', 'b'), page('b'), watching)
  expect([ids(next.rows), [...next.leftIds]]).toEqual(['ab', ['a']])
})

test('a page that begins with rows known already adds only the others', () => {
  const next = withNextPage(shown(true, 'a', 'b'), page('b', 'c'), false)
  expect([ids(next.rows), next.hasMore]).toEqual(['abc', false])
})
