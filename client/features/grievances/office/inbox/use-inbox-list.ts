import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { grievanceListSchema, type GrievanceDetail, type GrievanceList } from '#shared/grievances/grievance-list.ts'
import { useDesk } from '#client/session/use-desk.ts'
import { troubleOf, type Trouble } from '#client/http/trouble.ts'
import { noRows, withFreshPage, withNextPage, withRecord, type LookingAt, type ShownRows } from './arriving-rows.ts'
import type { Query } from './inbox-state.ts'

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
  const { api } = useDesk()
  const shown = shallowRef<ShownRows>(noRows)
  const total = ref<InboxList['total']['value']>(null)
  const trouble = shallowRef<Trouble | null>(null)
  const isLoading = ref(true)
  let next: string | null = null
  let run = 0
  let refreshing = false
  let refreshAgain = false
  let loadingMore = false

  function ask(cursor?: string): Promise<GrievanceList> {
    const params = new URLSearchParams({ ...query(), limit: String(pageSize), ...(cursor !== undefined && { cursor }) })
    return api.call({ method: 'GET', path: `/api/v1/grievances?${params}`, reply: grievanceListSchema })
  }

  async function reload(): Promise<void> {
    const mine = ++run
    try {
      const page = await ask()
      if (mine !== run) return
      next = page.next
      total.value = page.total
      shown.value = { ...noRows, rows: page.rows, hasMore: page.next !== null }
      trouble.value = null
    } catch (error) {
      if (mine === run) trouble.value = troubleOf(error)
    } finally {
      if (mine === run) isLoading.value = false
    }
  }

  async function loadMore(): Promise<void> {
    const mine = run
    if (loadingMore || next === null) return
    loadingMore = true
    try {
      const page = await ask(next)
      if (mine !== run) return
      next = page.next
      shown.value = withNextPage(shown.value, page.rows, page.next !== null)
    } catch (error) {
      if (mine === run) trouble.value = troubleOf(error)
    } finally {
      loadingMore = false
    }
  }

  async function refreshOnce(): Promise<void> {
    const mine = run
    const page = await ask()
    if (mine !== run) return
    total.value = page.total
    trouble.value = null
    shown.value = withFreshPage(shown.value, page.rows, looking())
  }

  /** One refresh at a time; what changes meanwhile asks for one more. */
  function refresh(): void {
    refreshAgain = refreshing
    if (refreshing || isLoading.value) return
    refreshing = true
    void refreshOnce()
      .catch((error: unknown) => (trouble.value = troubleOf(error)))
      .finally(() => {
        refreshing = false
        if (refreshAgain) refresh()
      })
  }

  watch(
    () => JSON.stringify(query()),
    () => {
      shown.value = noRows
      isLoading.value = true
      total.value = null
      void reload()
    },
    { immediate: true }
  )
  return { shown, total, trouble, isLoading, reload, loadMore, refresh, take: (record) => (shown.value = withRecord(shown.value, record)) }
}
