// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils'
import { createApp, h, ref, shallowRef } from 'vue'
import { expect, test } from 'vitest'
import type { GrievanceList, GrievanceRow } from '#shared/grievances/grievance-list.ts'
import { OfflineError } from '#client/http/api-error.ts'
import { provideDesk, type OfficeDesk } from '#client/session/use-desk.ts'
import type { LookingAt } from './arriving-rows.ts'
import { useInboxList, type InboxList } from './use-inbox-list.ts'

const row = (id: string) => ({ id, rev: 1, description: id }) as GrievanceRow
const page = (ids: string, next: string | null = null, count: number | null = ids.length): GrievanceList => ({
  rows: [...ids].map(row),
  next,
  total: count === null ? null : { count, exact: true }
})

/** The list as a page uses it, in front of a server that answers as the test says. */
function openList(looking: LookingAt = { newestFirst: true, atTop: true, selectedCount: 0 }) {
  const asked: string[] = []
  const answers: (GrievanceList | Error)[] = []
  const query = ref<Record<string, string>>({ open: 'true' })
  const call = async ({ path }: { path: string }) => {
    asked.push(path)
    const answer = answers.shift() ?? page('')
    if (answer instanceof Error) throw answer
    return answer
  }
  let list!: InboxList
  const app = createApp({
    setup: () => (
      (list = useInboxList(
        () => query.value,
        () => looking
      )),
      () => h('div')
    )
  })
  provideDesk(app, shallowRef({ api: { call } } as unknown as OfficeDesk))
  return { asked, answers, query, open: () => (app.mount(document.createElement('div')), list) }
}

const shownIds = (list: InboxList) => list.shown.value.rows.map(({ id }) => id).join('')

test('a poke while the first page is on its way is not lost', async () => {
  const office = openList()
  office.answers.push(page('bc'), page('abc'))
  const list = office.open()
  list.refresh()
  await flushPromises()
  expect([shownIds(list), [...list.shown.value.newIds]]).toEqual(['abc', ['a']])
  expect(list.total.value).toEqual({ count: 3, exact: true })
})

test('further pages are added once, and only while there are any', async () => {
  const office = openList()
  office.answers.push(page('ab', 'cursor-1', 3), page('c', null, null))
  const list = office.open()
  await flushPromises()
  await Promise.all([list.loadMore(), list.loadMore()])
  await list.loadMore()
  expect([shownIds(list), office.asked.length]).toEqual(['abc', 2])
  expect(office.asked[1]).toContain('cursor=cursor-1')
  expect(list.total.value?.count).toBe(3)
})

test('the answer to a question that is no longer asked is not shown', async () => {
  const office = openList()
  office.answers.push(page('old'), page('n'))
  const list = office.open()
  office.query.value = { open: 'false' }
  await flushPromises()
  expect(shownIds(list)).toBe('n')
})

test('a broken line keeps what is shown and says so; the next poke mends it', async () => {
  const office = openList()
  office.answers.push(page('a'), new OfflineError('gone'), page('a'))
  const list = office.open()
  await flushPromises()
  list.refresh()
  await flushPromises()
  expect([shownIds(list), list.trouble.value?.textKey]).toEqual(['a', 'http.silent'])
  list.refresh()
  await flushPromises()
  expect(list.trouble.value).toBeNull()
})
