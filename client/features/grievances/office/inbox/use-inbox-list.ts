import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { grievanceListSchema, type GrievanceDetail, type GrievanceList } from '#shared/grievances/grievance-list.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { useDesk } from '#client/session/use-desk.ts'
import { troubleOf, type Trouble } from '#client/http/trouble.ts'
import { noRows, withFreshPage, withNextPage, withRecord, type LookingAt, type ShownRows } from './arriving-rows.ts'
import type { Query } from './inbox-state.ts'
import { oneAtATime } from './one-at-a-time.ts'

export interface InboxList {
  readonly shown: Readonly<ShallowRef<ShownRows>>
  readonly total: Readonly<Ref<{ count: number; exact: boolean } | null>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  /** The first page of this question has not come yet. */
  readonly isLoading: Readonly<Ref<boolean>>
  /** Asks anew and shows what is there now, from the top. */
  reload(): Promise<void>
  loadMore(): Promise<void>
  /** Something changed: looks at the first page again without moving a row. */
  refresh(): void
  /** The reader changed this record himself. */
  take(record: GrievanceDetail['grievance']): void
}

const pageSize = 100

/** Rows of the inbox, page by page; a new question starts from the top, a poke only brings in what is new. */
export function useInboxList(query: () => Query, looking: () => LookingAt): InboxList {
  const { ask, ...question } = useQuestion(query)
  const shown = shallowRef<ShownRows>(noRows)
  let next: string | null = null
  let loading = Promise.resolve()

  function reload(): Promise<void> {
    question.renew()
    loading = ask(null, (page) => {
      next = page.next
      shown.value = { ...noRows, rows: page.rows, hasMore: page.next !== null }
    })
    return loading
  }

  const loadMore = oneAtATime(async () => {
    if (next === null) return
    await ask(next, (page) => {
      next = page.next
      shown.value = withNextPage(shown.value, page.rows, page.next !== null)
    })
  }, 'drop')

  const refresh = oneAtATime(async () => {
    await loading
    await ask(null, (page) => (shown.value = withFreshPage(shown.value, page.rows, looking())))
  }, 'again')

  function start(): void {
    shown.value = noRows
    question.isLoading.value = true
    question.total.value = null
    void reload()
  }

  watch(() => JSON.stringify(query()), start, { immediate: true })
  const { total, trouble, isLoading } = question
  const take: InboxList['take'] = (record) => (shown.value = withRecord(shown.value, record))
  return { shown, total, trouble, isLoading, reload, loadMore, refresh, take }
}

/** What the server is asked, and how the asking goes. An answer to a question that was renewed meanwhile is not shown. */
function useQuestion(query: () => Query) {
  const { api } = useDesk()
  const total = ref<InboxList['total']['value']>(null)
  const trouble = shallowRef<Trouble | null>(null)
  const isLoading = ref(true)
  let run = 0

  async function ask(cursor: string | null, show: (page: GrievanceList) => void): Promise<void> {
    const mine = run
    try {
      const page = await readPage(api, query(), cursor)
      if (mine !== run) return
      trouble.value = null
      if (page.total) total.value = page.total
      show(page)
    } catch (error) {
      if (mine === run) trouble.value = troubleOf(error)
    }
    if (mine === run) isLoading.value = false
  }

  return { total, trouble, isLoading, ask, renew: () => (run += 1) }
}

function readPage(api: ApiClient, query: Query, cursor: string | null): Promise<GrievanceList> {
  const params = new URLSearchParams({ ...query, limit: String(pageSize), ...(cursor !== null && { cursor }) })
  return api.call({ method: 'GET', path: `/api/v1/grievances?${params}`, reply: grievanceListSchema })
}
