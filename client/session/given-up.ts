import { givenUpItemsMost, givenUpSchema, type GivenUp } from '#shared/devices/given-up.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import type { DeviceStore } from '#client/local-store/device-store.ts'

const key = 'givenUp'
/** Of one request. */
const notesMost = 20

/** Keeps on this phone that something was given up by name, before it is deleted. Only kinds and times. Device clock, ms. */
export async function recordGivenUp(store: DeviceStore, { items, ...note }: Omit<GivenUp, 'count'>): Promise<void> {
  const told: GivenUp = { ...note, count: items.length, items: items.slice(0, givenUpItemsMost) }
  await store.change<unknown[]>(key, (notes) => [...(notes ?? []), told])
}

/** What the office has not been told yet. */
export async function givenUpHere(store: DeviceStore): Promise<GivenUp[]> {
  return readable(await store.get<unknown[]>(key))
}

function readable(notes: unknown[] | null): GivenUp[] {
  return (notes ?? []).flatMap((note) => givenUpSchema.safeParse(note).data ?? [])
}

/**
 * Tells the office what was given up here, in the name of whoever is logged in, and forgets it only after the answer. Done twice
 * or by two pages it is kept once. Throws `OfflineError` and `ApiError`: it stays for the next time.
 */
export async function tellGivenUp(store: DeviceStore, api: Pick<ApiClient, 'call'>): Promise<void> {
  for (let notes = await givenUpHere(store); notes.length > 0; notes = await givenUpHere(store)) {
    const told = notes.slice(0, notesMost)
    await api.call({ method: 'POST', path: '/api/v1/devices/given-up', body: { notes: told }, timeoutMs: 10_000 })
    const ids = new Set(told.map(({ id }) => id))
    await store.change<unknown[]>(key, (left) => readable(left).filter(({ id }) => !ids.has(id)))
  }
}
