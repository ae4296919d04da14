import { ref } from 'vue'
import type { Ref } from 'vue'

const STORAGE_KEY = 'sampark.single-keys'

function remembered(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) !== 'off'
  } catch {
    return true
  }
}

const enabled = ref(remembered())

export interface SingleKeys {
  /** Whether keys without Ctrl or Alt do something. People who dictate need them off (WCAG 2.1.4). */
  readonly enabled: Readonly<Ref<boolean>>
  setEnabled(on: boolean): void
}

/** The person's choice about single-letter shortcuts, remembered on this device where storage is open. */
export function useSingleKeys(): SingleKeys {
  return {
    enabled,
    setEnabled(on) {
      enabled.value = on
      try {
        localStorage.setItem(STORAGE_KEY, on ? 'on' : 'off')
      } catch {
        return
      }
    }
  }
}

/** True for a key press that belongs to the field being written in, or that carries Ctrl, Alt or Meta. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return true
  const target = event.target
  return (
    target instanceof HTMLElement &&
    target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]') !== null
  )
}
