import { inject, shallowRef, type App, type InjectionKey, type ShallowRef } from 'vue'
import type { SessionInfo } from '#shared/identity/session.ts'
import { uuidv7 } from '#shared/ids.ts'
import { deviceClock } from '#client/device/clock.ts'
import { watchConnectivity, type Connectivity } from '#client/device/connectivity.ts'
import { browserLocation, type LocationSource } from '#client/device/location.ts'
import { deviceLocks } from '#client/device/locks.ts'
import { deviceRandom } from '#client/device/random.ts'
import { browserStorage, type StorageQuota } from '#client/device/storage-quota.ts'
import { basePathOf } from '#client/http/base-path.ts'
import { openDeviceStore, type DeviceStore } from '#client/local-store/device-store.ts'
import type { Unlocked } from '#client/local-store/keys/replica-vault.ts'
import { openSession, type Session, type SessionView } from '#client/session/session.ts'
import { version } from '../../../../package.json'
import type { Closed, Leaving } from './copies.ts'
import { copies, deskOpening, type DeskOpening, type OpenDesk } from './desk-opening.ts'
import { ownerOf } from './owner-of.ts'

/** Everything that lives as long as the page: who is logged in, and the doors to the device. */
export interface FieldDesk {
  readonly session: Session
  readonly view: Readonly<ShallowRef<SessionView>>
  /** Null until somebody is logged in and the local databases are open. */
  readonly open: Readonly<ShallowRef<OpenDesk | null>>
  /** The local databases could not be opened (storage closed or full). */
  readonly broken: Readonly<ShallowRef<boolean>>
  readonly connectivity: Connectivity
  readonly location: LocationSource
  readonly storage: StorageQuota
  newId(): string
  randomBytes(count: number): Uint8Array
  login(login: string, password: string, code?: string): Promise<void>
  /** Why the copies of records are closed; null while they are open, or nobody is logged in. */
  readonly lock: Readonly<ShallowRef<Closed | null>>
  /** Opens them, or takes the cover off; else `lock` says what is wrong. */
  unlock(pin: string): Promise<void>
  /** The PIN is forgotten: the same person logs in with a network, and the copies are read anew. What was not sent stays. */
  forgotPin(login: string, password: string, code?: string): Promise<void>
  hasPin(): Promise<boolean>
  setPin(current: string | null, next: string | null): Promise<Unlocked>
  /** What is known on this device before anybody has logged in. */
  readonly store: DeviceStore
  /** Ends the session and leaves; see `Leaving`. */
  leave(how: Leaving): Promise<void>
  /** Somebody who is known on this phone comes back with the PIN alone, without a network. */
  comeBack(info: SessionInfo): Promise<void>
}

/** The page locks when it was out of sight for so long. */
const lockAfterMs = 5 * 60_000

const deskKey: InjectionKey<FieldDesk> = Symbol('field desk')

function openDeskSession(connectivity: Connectivity, store: DeviceStore): Promise<Session> {
  return openSession({
    basePath: basePathOf(document.baseURI),
    store,
    onOpened: async (info, share, from) => (await copies()).takeIn(store, info, { share, from }),
    clock: deviceClock,
    random: deviceRandom,
    locks: deviceLocks(),
    deviceLabel: async () => (await import('#client/device/device-label.ts')).deviceLabel(navigator.userAgent),
    appVersion: version,
    onAnswer: (tookMs) => connectivity.noteAnswer(deviceClock.now(), tookMs),
    onSilence: () => connectivity.noteSilence()
  })
}

/** Reads who is logged in; opens the local databases without waiting for them. Works offline. */
export async function openFieldDesk(app: App): Promise<FieldDesk> {
  const connectivity = watchConnectivity(navigator, window)
  const store = openDeviceStore(basePathOf(document.baseURI))
  const session = await openDeskSession(connectivity, store)
  const view = shallowRef(session.view())
  session.subscribe((next) => (view.value = next))
  const opening = deskOpening(app, session)
  const { open, lock, broken } = opening
  const known = (): SessionInfo => {
    const { info } = session.view()
    if (!info) throw new Error('Nobody is logged in.')
    return info
  }
  const { info } = session.view()
  if (info) void opening.start(info)
  const onLong = (): void => void opening.cover()
  void import('#client/session/hidden-watch.ts').then(({ watchHidden }) => watchHidden(document, deviceClock, { afterMs: lockAfterMs, onLong }))
  const desk: FieldDesk = {
    session,
    view,
    open,
    lock,
    broken,
    connectivity,
    store,
    location: browserLocation(),
    storage: browserStorage(),
    newId: () => uuidv7(deviceClock.now(), deviceRandom.bytes(10)),
    randomBytes: (count) => deviceRandom.bytes(count),
    ...arrivals(session, opening),
    unlock: (pin) => opening.unlock(known(), pin),
    hasPin: async () => (await copies()).hasPin(ownerOf(known())),
    setPin: async (current, next) => (await copies()).setPin(ownerOf(known()), current, next),
    leave: async (how) => (await copies()).leave({ session, store, engine: open.value?.engine ?? null }, how)
  }
  app.provide(deskKey, desk)
  return desk
}

/** The ways in. */
function arrivals(session: Session, { open, start }: DeskOpening): Pick<FieldDesk, 'login' | 'forgotPin' | 'comeBack'> {
  return {
    async login(login, password, code) {
      const before = session.view().info
      const next = await session.login(login, password, code)
      if (open.value && before?.user.id !== next.user.id) location.reload()
      else if (open.value) open.value.engine.syncNow()
      else await start(next)
    },
    forgotPin: async (...pair) => (await copies()).forgetPin({ session, engine: open.value?.engine ?? null }, pair),
    async comeBack(info) {
      await session.resume(info)
      await start(info)
    }
  }
}

export function useDesk(): FieldDesk {
  const desk = inject(deskKey)
  if (!desk) throw new Error('The field desk has not been opened.')
  return desk
}

/** The desk of the logged-in person. Throws outside the logged-in part of the app. */
export function useOpenDesk(): OpenDesk {
  const open = useDesk().open.value
  if (!open) throw new Error('Nobody is logged in.')
  return open
}
