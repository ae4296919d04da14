import { shallowRef, type Ref, type ShallowRef } from 'vue'
import {
  dataCopySchema, dataFoundSchema, erasedSchema, eraseRequestsSchema, type CorrectionRequest, type DataFound, type DataSubject, type Erased, type EraseRequests
} from '#shared/privacy/data-request.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useDesk } from '#client/session/use-desk.ts'

export interface DataRequests {
  /** Citizens who asked on the portal. */
  readonly waiting: Readonly<ShallowRef<EraseRequests['requests']>>
  /** Citizens who say what is wrong, in their words. */
  readonly corrections: Readonly<ShallowRef<CorrectionRequest[]>>
  /** Null before the first search. */
  readonly found: Readonly<ShallowRef<DataFound | null>>
  readonly isBusy: Readonly<Ref<boolean>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  /** `text`: a phone number in any spelling, or the number of a report. */
  search(text: string): Promise<void>
  /** The copy as a JSON file, null when it was refused. */
  copy(subject: DataSubject): Promise<Blob | null>
  erase(subject: DataSubject): Promise<Erased | null>
  /** Says that what was wrong is right now; false when it was refused. */
  settle(id: string): Promise<boolean>
}

/** What is kept of one person: looked for, copied, erased. Nothing of it goes into an address. */
export function useDataRequests(): DataRequests {
  const { api } = useDesk()
  const waiting = shallowRef<EraseRequests['requests']>([])
  const corrections = shallowRef<CorrectionRequest[]>([])
  const found = shallowRef<DataFound | null>(null)
  const { isBusy, trouble, attempt, ask } = useAttempt()
  /** Apart from what the person does: nothing looks busy while the page is only being filled. */
  const reading = useAttempt(trouble)
  let last = ''

  async function search(text: string): Promise<void> {
    last = text
    const body = /[a-z]/i.test(text) ? { number: text } : { phone: text }
    found.value = await ask(() => api.call({ method: 'POST', path: '/api/v1/privacy/search', body, reply: dataFoundSchema }))
  }

  async function readWaiting(): Promise<void> {
    const read = await reading.ask(() => api.call({ method: 'GET', path: '/api/v1/privacy/requests', reply: eraseRequestsSchema }))
    if (!read) return
    waiting.value = read.requests
    corrections.value = read.corrections
  }

  void readWaiting()
  return {
    waiting,
    corrections,
    found,
    isBusy,
    trouble,
    search,
    async copy(subject) {
      const data = await ask(() => api.call({ method: 'POST', path: '/api/v1/privacy/copy', body: subject, reply: dataCopySchema }))
      return data && new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' })
    },
    async erase(subject) {
      const erased = await ask(() => api.call({ method: 'POST', path: '/api/v1/privacy/erase', body: { subject }, reply: erasedSchema }))
      if (erased) await Promise.all([search(last), readWaiting()])
      return erased
    },
    async settle(id) {
      const done = await attempt(() => api.call({ method: 'POST', path: `/api/v1/privacy/corrections/${id}/settle` }))
      if (done) await readWaiting()
      return done
    }
  }
}
