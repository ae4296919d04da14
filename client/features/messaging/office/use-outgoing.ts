import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import {
  messageListSchema,
  messageSchema,
  messageSummarySchema,
  type Message,
  type MessageSummary
} from '#shared/messaging/message.ts'
import { troubleOf, type Trouble } from '#client/http/trouble.ts'
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
  const isLoading = ref(true)
  const trouble = shallowRef<Trouble | null>(null)
  const retrying = ref<string | null>(null)
  let run = 0

  async function page(before: string | null): Promise<void> {
    const mine = ++run
    try {
      const [list, counted] = await readPage(api, { ...filter(), ...(before !== null && { before }) })
      if (mine !== run) return
      messages.value = before === null ? list.messages : [...messages.value, ...list.messages]
      next.value = list.next
      summary.value = counted
      trouble.value = null
    } catch (error) {
      if (mine === run) trouble.value = troubleOf(error)
    } finally {
      if (mine === run) isLoading.value = false
    }
  }

  async function retry(id: string): Promise<boolean> {
    retrying.value = id
    const sent = await sendAgain(api, id).catch(troubleOf)
    retrying.value = null
    const refused = 'textKey' in sent
    trouble.value = refused ? sent : null
    if (!refused) messages.value = messages.value.map((message) => (message.id === id ? sent : message))
    return !refused
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
