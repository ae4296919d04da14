import { shallowRef, type ShallowRef } from 'vue'
import { apiKeyListSchema, shownApiKeySchema, type ApiKey, type ApiKeyRotation, type NewApiKey, type ShownApiKey } from '#shared/identity/api-key.ts'
import { allPages } from '#client/http/all-pages.ts'
import { callRoute } from '#client/http/call-route.ts'
import { useAttempt, type Attempt } from '#client/http/use-attempt.ts'
import { useReading, type Reading } from '#client/http/use-reading.ts'
import { useDesk } from '#client/session/use-desk.ts'

export interface OfficeApiKeys extends Pick<Reading, 'isLoading' | 'trouble'>, Pick<Attempt, 'isBusy'> {
  readonly keys: Readonly<ShallowRef<readonly ApiKey[]>>
  /** The key with its secret, told this once; null when the server refused: `trouble` then says why. */
  make(key: NewApiKey): Promise<ShownApiKey | null>
  rotate(id: string, rotation: ApiKeyRotation): Promise<ShownApiKey | null>
  /** Whether the server took it. */
  revoke(id: string): Promise<boolean>
}

/** The keys with which machines call the API of this office. */
export function useApiKeys(): OfficeApiKeys {
  const { api } = useDesk()
  const keys = shallowRef<readonly ApiKey[]>([])
  const { isLoading, trouble, read } = useReading()
  const { isBusy, ask } = useAttempt(trouble)
  const readKeys = () =>
    read(
      () =>
        allPages(async (after) => {
          const { keys: rows, next } = await callRoute(api, 'GET /api/v1/api-keys', { query: { after } }, apiKeyListSchema)
          return { rows, next }
        }),
      (all) => (keys.value = all)
    )

  /** What was made is told also where the list cannot be read anew: the secret comes only once. */
  async function change<T>(work: () => Promise<T>): Promise<T | null> {
    const made = await ask(work)
    if (made !== null) await readKeys()
    return made
  }

  void readKeys()
  return {
    keys,
    isLoading,
    isBusy,
    trouble,
    make: (body) => change(() => callRoute(api, 'POST /api/v1/api-keys', { body }, shownApiKeySchema)),
    rotate: (id, body) => change(() => callRoute(api, 'POST /api/v1/api-keys/{id}/rotate', { params: { id }, body }, shownApiKeySchema)),
    revoke: async (id) => (await change(() => callRoute(api, 'POST /api/v1/api-keys/{id}/revoke', { params: { id } }))) !== null
  }
}
