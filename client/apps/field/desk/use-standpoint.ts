import { readonly, ref, shallowRef, type Ref } from 'vue'
import type { LocationResult } from '#client/device/location.ts'
import type { Standpoint } from '#client/features/grievances/field/case/case-order.ts'
import { useDesk } from './field-desk.ts'

/** Old enough that a walk of some streets is seen, young enough that the battery lasts. */
const MAX_AGE_MS = 120_000

const here = shallowRef<Standpoint | null>(null)

export interface StandpointFinder {
  /** Where the worker stood when last asked; shared by all pages. */
  readonly here: Readonly<Ref<Standpoint | null>>
  readonly asking: Readonly<Ref<boolean>>
  /** Why there is none, after a try. */
  readonly trouble: Readonly<Ref<Exclude<LocationResult['state'], 'found'> | null>>
  /** Must come from a tap unless the permission is there: it may show the browser's question. */
  ask(): Promise<void>
  /** Asks only where the browser would not show a question. */
  askQuietly(): Promise<void>
}

export function useStandpoint(): StandpointFinder {
  const { location } = useDesk()
  const asking = ref(false)
  const trouble = ref<Exclude<LocationResult['state'], 'found'> | null>(null)

  async function ask(): Promise<void> {
    asking.value = true
    const result = await location.locate({ maxAgeMs: MAX_AGE_MS })
    asking.value = false
    trouble.value = result.state === 'found' ? null : result.state
    if (result.state === 'found') here.value = result.position
  }

  return {
    here: readonly(here),
    asking: readonly(asking),
    trouble: readonly(trouble),
    ask,
    async askQuietly() {
      if ((await location.permission()) === 'granted') await ask()
      trouble.value = null
    }
  }
}
