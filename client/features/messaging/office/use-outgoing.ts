import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { messageListSchema, messageSchema, messageSummarySchema, type Message, type MessageSummary } from '#shared/messaging/message.ts'
import { troubleOf, type Trouble } from '#client/http/trouble.ts'
import { useDesk, useFresh } from '#client/session/use-desk.ts'

export interface Outgoing {
  readonly messages: Readonly<ShallowRef<readonly Message[]>>
  readonly summary: Readonly<ShallowRef<MessageSummary | null>>
  readonly hasMore: Readonly<Ref<boolean>>
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
  const hasMore = ref(false)
  const isLoading = ref(true)
  const trouble = shallowRef<Trouble | null>(null)
  const retrying = ref<string | null>(null)
  let run = 0

  async function page(before: string | null): Promise<void> {
    const mine = ++run
    const query = new URLSearchParams({ ...filter(), limit: '50', ...(before !== null && { before }) })
    try {
      const [list, counted] = await Promise.all([
        api.call({ method: 'GET', path: `/api/v1/messages?${query}`, reply: messageListSchema }),
        api.call({ method: 'GET', path: '/api/v1/messages/summary', reply: messageSummarySchema })
      ])
      if (mine !== run) return
      messages.value = before === null ? list.messages : [...messages.value, ...list.messages]
      next.value = list.next
      hasMore.value = list.next !== null
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
    try {
      const sent = await api.call({ method: 'POST', path: `/api/v1/messages/${id}/retry`, reply: messageSchema })
      messages.value = messages.value.map((message) => (message.id === id ? sent : message))
      trouble.value = null
      return true
    } catch (error) {
      trouble.value = troubleOf(error)
      return false
    } finally {
      retrying.value = null
    }
  }

  watch(() => JSON.stringify(filter()), () => {
    isLoading.value = true
    void page(null)
  })
  useFresh(['cases'], () => void page(null))
  return { messages, summary, hasMore, isLoading, trouble, retrying, read: () => page(null), readMore: () => page(next.value), retry }
}
