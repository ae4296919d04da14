import { shallowRef, type Ref, type ShallowRef } from 'vue'
import { queueDetailSchema, queueListSchema, type QuarantinedQueue, type QueueDetail } from '#shared/rescue/quarantined-queue.ts'
import { allPages } from '#client/http/all-pages.ts'
import { callRoute } from '#client/http/call-route.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useDesk } from '#client/session/use-desk.ts'

export interface OfficeQueues {
  readonly queues: Readonly<ShallowRef<readonly QuarantinedQueue[]>>
  /** The queue that is being looked at. */
  readonly shown: Readonly<ShallowRef<QueueDetail | null>>
  readonly isBusy: Readonly<Ref<boolean>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  show(id: string | null): Promise<boolean>
  /** `reason` is needed to refuse. No ids: all of it. Asking again doubles nothing. */
  judge(decision: 'accept' | 'refuse', of: { commandIds: readonly string[]; reason: string }): Promise<boolean>
}

/** Queues of phones, and what the office does about them. */
export function useQueues(): OfficeQueues {
  const { api } = useDesk()
  const queues = shallowRef<readonly QuarantinedQueue[]>([])
  const shown = shallowRef<QueueDetail | null>(null)
  const { isBusy, trouble, attempt } = useAttempt()

  async function read(): Promise<void> {
    queues.value = await allPages(async (after) => {
      const { queues: rows, next } = await callRoute(api, 'GET /api/v1/rescue-queues', { query: { after } }, queueListSchema)
      return { rows, next }
    })
  }

  void attempt(read)
  return {
    queues,
    shown,
    isBusy,
    trouble,
    show: (id) =>
      attempt(async () => {
        shown.value = id === null ? null : await api.call({ method: 'GET', path: `/api/v1/rescue-queues/${id}`, reply: queueDetailSchema })
        await read()
      }),
    judge: (decision, { commandIds, reason }) =>
      attempt(async () => {
        const path = `/api/v1/rescue-queues/${shown.value?.queue.id}/judge`
        shown.value = await api.call({ method: 'POST', path, body: { decision, ...(commandIds.length > 0 && { commandIds }), reason }, reply: queueDetailSchema, timeoutMs: 300_000 })
        await read()
      })
  }
}
