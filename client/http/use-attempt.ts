import { computed, ref, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { ApiError } from './api-error.ts'
import { troubleOf, type Trouble } from './trouble.ts'

/** The words of a form for a refusal: an i18n key, null when it is shown at a field instead, undefined for the usual words. */
export type OwnWords = (refusal: ApiError) => string | null | undefined

export interface Attempt {
  /** Something that was begun here is still under way. */
  readonly isBusy: ComputedRef<boolean>
  /** Why the last try failed; emptied when the next begins. */
  readonly trouble: ShallowRef<Trouble | null>
  /** Whether `work` came to its end. */
  attempt(work: () => Promise<unknown>, ownWords?: OwnWords): Promise<boolean>
  /** What `work` brings, null when it failed. */
  ask<T>(work: () => Promise<T>, ownWords?: OwnWords): Promise<T | null>
}

/** Doing something that may be refused: never throws, `trouble` says it for the screen. A screen with `useReading` hands in its `trouble`. */
export function useAttempt(trouble = shallowRef<Trouble | null>(null)): Attempt {
  const running = ref(0)

  async function ask<T>(work: () => Promise<T>, ownWords?: OwnWords): Promise<T | null> {
    running.value += 1
    trouble.value = null
    try {
      return await work()
    } catch (error) {
      trouble.value = explain(error, ownWords)
      return null
    } finally {
      running.value -= 1
    }
  }

  const attempt: Attempt['attempt'] = async (work, ownWords) => (await ask(() => work().then(() => true), ownWords)) === true
  return { isBusy: computed(() => running.value > 0), trouble, attempt, ask }
}

function explain(error: unknown, ownWords?: OwnWords): Trouble | null {
  const textKey = error instanceof ApiError ? ownWords?.(error) : undefined
  if (textKey === undefined) return troubleOf(error)
  return textKey === null ? null : { textKey, fields: [] }
}
