import { deviceClock } from '#client/device/clock.ts'
import { deviceLocks } from '#client/device/locks.ts'
import { ApiError } from '#client/http/api-error.ts'
import { basePathOf } from '#client/http/base-path.ts'
import { deviceStoreName, keysName, ownerPrefix } from '#client/local-store/database-names.ts'
import type { DeviceStore } from '#client/local-store/device-store.ts'
import { ownersHere, wipeDatabases } from '#client/local-store/wipe-databases.ts'
import { forgetPerson } from '#client/session/known-people.ts'
import type { Session } from '#client/session/session.ts'
import { carryOutOrders } from '#client/sync/rescue/carry-out-orders.ts'
import { putEndNote, readEndNote, type EndNote } from '#client/sync/rescue/end-note.ts'

/**
 * waiting: the line or the server does not let it through now. refused: the office did not take it, and a person has to know.
 * `wiped`: nothing is left here, only the office does not know yet. takenBack: the office wants nothing any more.
 */
export type EndingOutcome = { kind: 'done'; note: EndNote } | { kind: 'takenBack' } | { kind: 'waiting' | 'refused'; wiped: boolean }

interface EndingDesk {
  readonly session: Session
  readonly store: DeviceStore
}

/** One try to do what the office wants of this device. Two pages take turns. Never rejects. */
export async function endHere({ session, store }: EndingDesk): Promise<EndingOutcome> {
  const basePath = basePathOf(document.baseURI)
  const tenantSlug = session.view().info?.tenant.slug ?? ''
  const owners = () => ownersHere(tenantSlug)
  const wipe = async (note: EndNote): Promise<void> => {
    const mine = (await owners()).filter((owner) => note.whose === 'device' || owner.userId === note.userId)
    for (const owner of mine) for (const prefix of [keysName(owner), ownerPrefix(owner)]) await wipeDatabases(prefix)
    if (note.whose === 'device') await wipeApp()
  }
  const forget = async (note: EndNote): Promise<void> => {
    if (note.whose === 'person') return forgetOne(store, note.userId)
    store.close()
    await wipeDatabases(deviceStoreName(basePath))
  }
  try {
    const parts = { store, api: session.api, clock: deviceClock, owners, wipe, forget }
    const done = await deviceLocks().hold(`sampark:${basePath}:ending`, () => carryOutOrders(parts))
    return done === 'none' ? { kind: 'takenBack' } : { kind: 'done', note: done }
  } catch (error) {
    const note = await readEndNote(store).catch(() => null)
    if (note === null) return { kind: 'takenBack' }
    const refused = error instanceof ApiError && error.status < 500 && error.status !== 429
    return { kind: refused ? 'refused' : 'waiting', wiped: note.phase === 'wipe' }
  }
}

/** The note goes last: killed before, it is all done once more. */
async function forgetOne(store: DeviceStore, userId: string): Promise<void> {
  await forgetPerson(store, userId)
  const known = await store.get<{ user: { id: string } }>('session')
  if (known?.user.id === userId) for (const fact of ['session', 'ended']) await store.put(fact, null)
  await putEndNote(store, null)
}

/** The app itself, which lies in a cache, and what works while it is closed. */
async function wipeApp(): Promise<void> {
  const scope = new URL('./', document.baseURI).href
  const registration = await navigator.serviceWorker?.getRegistration()
  const subscription = await registration?.pushManager?.getSubscription().catch(() => null)
  await subscription?.unsubscribe().catch(() => false)
  await registration?.unregister()
  for (const name of await caches.keys()) if (name.endsWith(scope)) await caches.delete(name)
}
