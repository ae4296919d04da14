import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { auditPageSchema, type AuditEntryRow, type AuditFilter } from '#shared/audit/audit-entry.ts'
import { callRoute, queryText } from '#client/http/call-route.ts'
import { refusalOf } from '#client/http/api-client.ts'
import { saveFile } from '#client/http/save-file.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useReading } from '#client/http/use-reading.ts'
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
  save(): Promise<boolean>
}

/** The audit of a filter, newest first; read anew when the filter changes. */
export function useAudit(filter: () => AuditFilter): AuditView {
  const { api } = useDesk()
  const entries = shallowRef<readonly AuditEntryRow[]>([])
  const actions = shallowRef<readonly string[]>([])
  const next = ref<string | null>(null)
  const { isLoading, trouble, read: show } = useReading()
  const { isBusy: isSaving, attempt } = useAttempt(trouble)

  const read = (before: string | null) =>
    show(
      () => callRoute(api, 'GET /api/v1/audit', { query: { ...filter(), ...(before !== null && { before }) } }, auditPageSchema),
      (page) => {
        entries.value = before === null ? page.entries : [...entries.value, ...page.entries]
        actions.value = page.actions
        next.value = page.next
      }
    )

  const save = () =>
    attempt(async () => {
      const response = await api.open(`/api/v1/audit/export${queryText(filter())}`)
      if (!response.ok) throw await refusalOf(response)
      saveFile(await response.blob(), 'audit.csv')
    })

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
