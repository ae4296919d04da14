import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { affectedPageSchema, breachPageSchema, type AffectedPage, type Breach, type BreachStep, type BreachWords, type NewBreach } from '#shared/privacy/breach.ts'
import { refusalOf } from '#client/http/api-client.ts'
import { callRoute } from '#client/http/call-route.ts'
import { saveFile } from '#client/http/save-file.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useDesk } from '#client/session/use-desk.ts'

export interface Breaches {
  readonly breaches: Readonly<ShallowRef<readonly Breach[]>>
  readonly next: Readonly<Ref<string | null>>
  readonly isLoading: Readonly<Ref<boolean>>
  readonly isBusy: Readonly<Ref<boolean>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  /** What the server's clock is ahead of this one, in ms. */
  readonly ahead: Readonly<Ref<number>>
  readMore(): Promise<void>
  /** Each says whether it was done; then the list is read anew. */
  record(breach: NewBreach): Promise<boolean>
  say(id: string, words: Partial<BreachWords>): Promise<boolean>
  mark(id: string, step: BreachStep, done: boolean): Promise<boolean>
  close(id: string, reason: string): Promise<boolean>
  affected(id: string, after?: string): Promise<AffectedPage | null>
  save(id: string): Promise<boolean>
}

/** Breaches of the office, as the server has them. */
export function useBreaches(): Breaches {
  const { api, now } = useDesk()
  const breaches = shallowRef<readonly Breach[]>([])
  const next = ref<string | null>(null)
  const isLoading = ref(true)
  const ahead = ref(0)
  const { isBusy, trouble, attempt, ask } = useAttempt()

  async function read(after?: string): Promise<void> {
    const page = await ask(() => callRoute(api, 'GET /api/v1/breaches', { query: after === undefined ? {} : { after } }, breachPageSchema))
    isLoading.value = false
    if (!page) return
    ahead.value = Date.parse(page.now) - now.value
    breaches.value = after === undefined ? page.breaches : [...breaches.value, ...page.breaches]
    next.value = page.next
  }

  async function change(work: () => Promise<unknown>): Promise<boolean> {
    const done = await attempt(work)
    if (done) await read()
    return done
  }

  void read()
  return {
    breaches, next, isLoading, isBusy, trouble, ahead,
    readMore: () => read(next.value ?? undefined),
    record: (body) => change(() => callRoute(api, 'POST /api/v1/breaches', { body })),
    say: (id, words) => change(() => callRoute(api, 'PATCH /api/v1/breaches/{id}', { params: { id }, body: { words } })),
    mark: (id, step, done) => change(() => callRoute(api, 'POST /api/v1/breaches/{id}/steps', { params: { id }, body: { step, done } })),
    close: (id, reason) => change(() => callRoute(api, 'POST /api/v1/breaches/{id}/close', { params: { id }, body: { reason } })),
    affected: (id, after) => ask(() => callRoute(api, 'GET /api/v1/breaches/{id}/affected', { params: { id }, query: { limit: 50, ...(after !== undefined && { after }) } }, affectedPageSchema)),
    save: (id) =>
      attempt(async () => {
        const response = await api.open(`/api/v1/breaches/${id}/export`)
        if (!response.ok) throw await refusalOf(response)
        saveFile(await response.blob(), 'affected.csv')
      })
  }
}
