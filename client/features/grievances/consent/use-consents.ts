import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { consentStateSchema, type ConsentChannel, type ConsentState, type Purpose } from '#shared/privacy/consent.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'

export interface Consents {
  /** Null until it was read. */
  readonly state: Readonly<ShallowRef<ConsentState | null>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  readonly isBusy: Readonly<Ref<boolean>>
  /** Notes a decision that the person told, after the notice in his language. */
  decide(decision: { purpose: Purpose; channel: ConsentChannel; given: boolean }): Promise<void>
}

/** What a contact may be used for, asked of the server: a decision counts for everybody at once, so it needs a network. */
export function useConsents(api: ApiClient, contactId: () => string): Consents {
  const state = shallowRef<ConsentState | null>(null)
  const { isBusy, trouble, attempt, ask } = useAttempt()
  const path = () => `/api/v1/contacts/${contactId()}/consents`

  async function read(): Promise<void> {
    const id = contactId()
    const said = await ask(() => api.call({ method: 'GET', path: path(), reply: consentStateSchema }))
    if (id === contactId()) state.value = said
  }

  watch(contactId, () => void read(), { immediate: true })
  return {
    state,
    trouble,
    isBusy,
    async decide(decision) {
      const body = { ...decision, language: state.value?.language ?? 'en' }
      const done = await attempt(() => api.call({ method: 'POST', path: path(), body }))
      if (done) await read()
    }
  }
}
