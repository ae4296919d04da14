import { sessionInfoSchema, type SessionInfo } from '#shared/identity/session.ts'
import type { DeviceStore } from '#client/local-store/device-store.ts'

const key = 'people'

/** Who has logged in on this phone at this office and did not take his data away; the last one first. */
export async function knownPeople(store: DeviceStore): Promise<SessionInfo[]> {
  return readable(await store.get<unknown[]>(key))
}

function readable(people: unknown[] | null): SessionInfo[] {
  return (people ?? []).flatMap((one) => sessionInfoSchema.safeParse(one).data ?? [])
}

export function rememberPerson(store: DeviceStore, info: SessionInfo): Promise<void> {
  return store.change<unknown[]>(key, (people) => [info, ...others(people, info.user.id)])
}

export function forgetPerson(store: DeviceStore, userId: string): Promise<void> {
  return store.change<unknown[]>(key, (people) => others(people, userId))
}

function others(people: unknown[] | null, userId: string): SessionInfo[] {
  return readable(people).filter(({ user }) => user.id !== userId)
}
