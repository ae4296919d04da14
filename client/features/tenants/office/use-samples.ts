import { computed, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { samplesSchema, type Samples } from '#shared/tenants/samples.ts'
import type { ApiError } from '#client/http/api-error.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useDesk } from '#client/session/use-desk.ts'

export interface OfficeSamples {
  /** Null until they were counted. */
  readonly samples: Readonly<ShallowRef<Samples | null>>
  readonly isThere: ComputedRef<boolean>
  readonly isBusy: Readonly<Ref<boolean>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  read(): Promise<boolean>
  /** Both answer whether the server did it; `trouble` says why not, and what is there now is read again. */
  add(): Promise<boolean>
  remove(): Promise<boolean>
}

/** A few dozen: every state three times. */
const grievances = 36

/** Sample data of the office: counted, put in, and taken out as far as the person has seen it counted. */
export function useSamples(): OfficeSamples {
  const { api } = useDesk()
  const samples = shallowRef<Samples | null>(null)
  const { isBusy, trouble, attempt } = useAttempt()
  const changedSince = (refusal: ApiError) => (refusal.code === 'conflict' ? 'setup.samples.changed' : undefined)
  const load = async () => (samples.value = await api.call({ method: 'GET', path: '/api/v1/samples', reply: samplesSchema }))
  const send = async (path: string, body: object) => {
    const call = async () => (samples.value = await api.call({ method: 'POST', path, body, reply: samplesSchema, timeoutMs: 60_000 }))
    const isDone = await attempt(call, changedSince)
    if (!isDone) await load().catch(() => undefined)
    return isDone
  }
  return {
    samples,
    isThere: computed(() => samples.value !== null && samples.value.households + samples.value.people + samples.value.grievances > 0),
    isBusy,
    trouble,
    read: () => attempt(load),
    add: () => send('/api/v1/samples', { grievances }),
    remove: () => send('/api/v1/samples/removal', { written: samples.value?.written ?? 0 })
  }
}
