import { onBeforeUnmount, onMounted } from 'vue'
import { isTyping, useSingleKeys } from '#client/ui/overlays/use-single-keys.ts'

/** What a key does; `next` and `previous` only where the table itself has not taken the key. */
export interface InboxKeys {
  next(): void
  previous(): void
  toggle(): void
  assign(): void
  actions(): void
  search(): void
  help(): void
  open(): void
  close(): void
}

const singleKeys: Readonly<Record<string, keyof InboxKeys>> = {
  j: 'next',
  k: 'previous',
  x: 'toggle',
  a: 'assign',
  s: 'actions',
  '/': 'search',
  '?': 'help'
}

/** j k x a s / ? Enter and Escape, while nobody types. Letters can be switched off; Enter and Escape stay. */
export function useInboxKeys(keys: InboxKeys): void {
  const { enabled } = useSingleKeys()

  function onKeydown(event: KeyboardEvent): void {
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return
    if (event.key === 'Escape') return keys.close()
    if (isTyping(event)) return
    const action = enabled.value ? singleKeys[event.key] : undefined
    const onPlainPage = event.target === document.body
    if (action) event.preventDefault()
    if (action) keys[action]()
    else if (event.key === 'Enter' && onPlainPage) keys.open()
  }

  onMounted(() => document.addEventListener('keydown', onKeydown))
  onBeforeUnmount(() => document.removeEventListener('keydown', onKeydown))
}
