import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { troubleOf, type Trouble } from './trouble.ts'

export interface Reading {
  /** True until the first answer; a screen sets it again when it begins anew. */
  readonly isLoading: Ref<boolean>
  readonly trouble: ShallowRef<Trouble | null>
  /** Never throws. Of readings that overlap only the last one is shown. */
  read<T>(ask: () => Promise<T>, show: (answer: T) => void): Promise<void>
}

/** Reading what a screen shows, as often as it changes. */
export function useReading(): Reading {
  const isLoading = ref(true)
  const trouble = shallowRef<Trouble | null>(null)
  let run = 0

  async function read<T>(ask: () => Promise<T>, show: (answer: T) => void): Promise<void> {
    const mine = ++run
    try {
      const answer = await ask()
      if (mine !== run) return
      show(answer)
      trouble.value = null
    } catch (error) {
      if (mine === run) trouble.value = troubleOf(error)
    } finally {
      if (mine === run) isLoading.value = false
    }
  }

  return { isLoading, trouble, read }
}
