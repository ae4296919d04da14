import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { auditPageSchema, type AuditEntryRow, type AuditFilter } from '#shared/audit/audit-entry.ts'
import { callRoute, queryText } from '#client/http/call-route.ts'
import { refusalOf } from '#client/http/api-client.ts'
import { troubleOf, type Trouble } from '#client/http/trouble.ts'
import { useDesk } from '#client/session/use-desk.ts'

export interface AuditView {
  readonly entries: Readonly<ShallowRef<readonly AuditEntryRow[]>>
  readonly actions: Readonly<ShallowRef<readonly string[]>>
  /** Where the next page begins, null on the last one. */
  readonly next: Readonly<Ref<string | null>>
  readonly isLoading: Readonly<Ref<boolean>>
  readonly isSaving: Readonly<Ref<boolean>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  readMore(): Promise<void>
  /** Hands what the filter finds to the browser's downloads, as CSV. */
  save(): Promise<void>
}

/** The audit of a filter, newest first; read anew when the filter changes. */
export function useAudit(filter: () => AuditFilter): AuditView {
  const { api } = useDesk()
  const entries = shallowRef<readonly AuditEntryRow[]>([])
  const actions = shallowRef<readonly string[]>([])
  const next = ref<string | null>(null)
  const isLoading = ref(true)
  const isSaving = ref(false)
  const trouble = shallowRef<Trouble | null>(null)
  let run = 0

  async function read(before: string | null): Promise<void> {
    const mine = ++run
    try {
      const query = { ...filter(), ...(before !== null && { before }) }
      const page = await callRoute(api, 'GET /api/v1/audit', { query }, auditPageSchema)
      if (mine !== run) return
      entries.value = before === null ? page.entries : [...entries.value, ...page.entries]
      actions.value = page.actions
      next.value = page.next
      trouble.value = null
    } catch (error) {
      if (mine === run) trouble.value = troubleOf(error)
    } finally {
      if (mine === run) isLoading.value = false
    }
  }

  async function save(): Promise<void> {
    isSaving.value = true
    try {
      const response = await api.open(`/api/v1/audit/export${queryText(filter())}`)
      if (!response.ok) throw await refusalOf(response)
      download(await response.blob(), 'audit.csv')
      trouble.value = null
    } catch (error) {
      trouble.value = troubleOf(error)
    } finally {
      isSaving.value = false
    }
  }

  watch(
    () => queryText(filter()),
    () => {
      isLoading.value = true
      void read(null)
    },
    { immediate: true }
  )
  return { entries, actions, next, isLoading, isSaving, trouble, save, readMore: () => read(next.value) }
}

function download(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
