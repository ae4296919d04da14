import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { grievanceDetailSchema, type GrievanceDetail } from '#shared/grievances/grievance-list.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useReading } from '#client/http/use-reading.ts'
import { useDesk, useFresh } from '#client/session/use-desk.ts'

export interface OpenRecord {
  readonly detail: Readonly<ShallowRef<GrievanceDetail | null>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  readonly isLoading: Readonly<Ref<boolean>>
  /** Reads it again, after a change or on the reader's wish. */
  reload(): Promise<void>
}

/** One grievance with all that belongs to it, read again at once whenever something of the cases or issues changes. */
export function useRecord(id: () => string): OpenRecord {
  const { api } = useDesk()
  const detail = shallowRef<GrievanceDetail | null>(null)
  const { isLoading, trouble, read } = useReading()

  const reload = () =>
    read(
      () => api.call({ method: 'GET', path: `/api/v1/grievances/${id()}`, reply: grievanceDetailSchema }),
      (fresh) => (detail.value = fresh)
    )

  watch(id, () => {
    detail.value = null
    isLoading.value = true
    void reload()
  })
  useFresh(['cases', 'contacts'], () => void reload())
  return { detail, trouble, isLoading, reload }
}
