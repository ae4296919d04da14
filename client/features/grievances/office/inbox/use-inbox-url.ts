import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { readInboxState, writeInboxState, type InboxState } from './inbox-state.ts'

export interface InboxUrl {
  readonly state: ComputedRef<InboxState>
  /** A step one can go back from: another view, an opened record. */
  go(change: Partial<InboxState>): void
  /** A small change that adds no step to the history: typing, choosing columns. */
  adjust(change: Partial<InboxState>): void
}

/** The state of the inbox is the address, nothing else. */
export function useInboxUrl(): InboxUrl {
  const route = useRoute()
  const router = useRouter()
  const state = computed(() => readInboxState(route.query))
  const target = (change: Partial<InboxState>) => ({
    name: 'inbox',
    query: { ...writeInboxState({ ...state.value, ...change }) }
  })
  return {
    state,
    go: (change) => void router.push(target(change)),
    adjust: (change) => void router.replace(target(change))
  }
}
