import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import {
  messageListSchema,
  messageSchema,
  messageSummarySchema,
  type Message,
  type MessageSummary
} from '#shared/messaging/message.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useReading } from '#client/http/use-reading.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { callRoute } from '#client/http/call-route.ts'
import { useDesk, useFresh } from '#client/session/use-desk.ts'

export interface Outgoing {
  readonly messages: Readonly<ShallowRef<readonly Message[]>>
  readonly summary: Readonly<ShallowRef<MessageSummary | null>>
  /** Where the next page begins, null on the last one. */
  readonly next: Readonly<Ref<string | null>>
  readonly isLoading: Readonly<Ref<boolean>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  /** Id of the message that is being sent again. */
  readonly retrying: Readonly<Ref<string | null>>
  read(): Promise<void>
  readMore(): Promise<void>
  retry(id: string): Promise<boolean>
}

/** Outgoing messages of a filter, newest first. Their states are told into the timeline of their grievance, so its poke is theirs too. */
export function useOutgoing(filter: () => Record<string, string>): Outgoing {
  const { api } = useDesk()
  const messages = shallowRef<readonly Message[]>([])
  const summary = shallowRef<MessageSummary | null>(null)
  const next = ref<string | null>(null)
  const { isLoading, trouble, read: show } = useReading()
  const { attempt } = useAttempt(trouble)
  const retrying = ref<string | null>(null)

  const page = (before: string | null) =>
    show(
      () => readPage(api, { ...filter(), ...(before !== null && { before }) }),
      ([list, counted]) => {
        messages.value = before === null ? list.messages : [...messages.value, ...list.messages]
        next.value = list.next
        summary.value = counted
      }
    )

  async function retry(id: string): Promise<boolean> {
    retrying.value = id
    const isSent = await attempt(async () => {
      const sent = await sendAgain(api, id)
      messages.value = messages.value.map((message) => (message.id === id ? sent : message))
    })
    retrying.value = null
    return isSent
  }

  watch(
    () => JSON.stringify(filter()),
    () => {
      isLoading.value = true
      void page(null)
    }
  )
  useFresh(['cases'], () => void page(null))
  return {
    ...{ messages, summary, next, isLoading, trouble, retrying },
    read: () => page(null),
    readMore: () => page(next.value),
    retry
  }
}

function readPage(api: ApiClient, query: Record<string, string>) {
  return Promise.all([
    callRoute(api, 'GET /api/v1/messages', { query: { ...query, limit: 50 } }, messageListSchema),
    callRoute(api, 'GET /api/v1/messages/summary', {}, messageSummarySchema)
  ])
}

function sendAgain(api: ApiClient, id: string): Promise<Message> {
  return callRoute(api, 'POST /api/v1/messages/{id}/retry', { params: { id } }, messageSchema)
}
