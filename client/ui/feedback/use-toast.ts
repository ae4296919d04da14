import { readonly, shallowRef } from 'vue'
import type { DeepReadonly, ShallowRef } from 'vue'
import type { StateTone } from './state-tone.ts'

export interface ToastRequest {
  readonly text: string
  readonly tone?: StateTone
  /** Takes the change back. While it is offered the toast stays longer. */
  readonly undo?: () => void
}

export interface ToastNote extends ToastRequest {
  readonly id: number
  /** How long it stays when nobody points at it, in ms. */
  readonly stayMs: number
}

export interface ToastBoard {
  readonly toasts: DeepReadonly<ShallowRef<readonly ToastNote[]>>
  /** Shows a short note; never the only proof that something was saved or sent. Gives its id. */
  showToast(request: ToastRequest): number
  dismissToast(id: number): void
  /** Takes the change of that toast back, once, and removes the toast. */
  undoToast(id: number): void
}

const STAY_MS = 6_000
const STAY_WITH_UNDO_MS = 15_000
const MOST_AT_ONCE = 3

/** One board per app; `useToast` is the app's own. */
export function createToastBoard(): ToastBoard {
  const toasts = shallowRef<readonly ToastNote[]>([])
  let lastId = 0

  function dismissToast(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }

  return {
    toasts: readonly(toasts),
    showToast(request) {
      lastId += 1
      const toast: ToastNote = { ...request, id: lastId, stayMs: request.undo ? STAY_WITH_UNDO_MS : STAY_MS }
      toasts.value = [...toasts.value, toast].slice(-MOST_AT_ONCE)
      return toast.id
    },
    dismissToast,
    undoToast(id) {
      const toast = toasts.value.find((candidate) => candidate.id === id)
      dismissToast(id)
      toast?.undo?.()
    }
  }
}

const board = createToastBoard()

/** The app's toasts, shown by the one ToastHost of the app. */
export function useToast(): ToastBoard {
  return board
}
