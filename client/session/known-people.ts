import { sessionInfoSchema, type SessionInfo } from '#shared/identity/session.ts'
import type { DeviceStore } from '#client/local-store/device-store.ts'

const key = 'people'

/** Who has logged in on this phone at this office and did not take his data away; the last one first. */
export async function knownPeople(store: DeviceStore): Promise<SessionInfo[]> {
  const kept = (await store.get<unknown[]>(key)) ?? []
  return kept.flatMap((one) => sessionInfoSchema.safeParse(one).data ?? [])
}

export async function rememberPerson(store: DeviceStore, info: SessionInfo): Promise<void> {
  await store.put(key, [info, ...(await others(store, info.user.id))])
}

export async function forgetPerson(store: DeviceStore, userId: string): Promise<void> {
  await store.put(key, await others(store, userId))
}

async function others(store: DeviceStore, userId: string): Promise<SessionInfo[]> {
  return (await knownPeople(store)).filter(({ user }) => user.id !== userId)
}

