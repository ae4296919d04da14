import { inject, shallowRef, type App, type InjectionKey, type ShallowRef } from 'vue'
import type { SessionInfo } from '#shared/identity/session.ts'
import { uuidv7 } from '#shared/ids.ts'
import { deviceClock } from '#client/device/clock.ts'
import { watchConnectivity, type Connectivity } from '#client/device/connectivity.ts'
import { browserLocation, type LocationSource } from '#client/device/location.ts'
import { deviceLocks } from '#client/device/locks.ts'
import { deviceRandom } from '#client/device/random.ts'
import { browserStorage, type StorageQuota } from '#client/device/storage-quota.ts'
import { createDraftStore, type DraftStore } from '#client/features/grievances/field/filing/draft-store.ts'
import { basePathOf } from '#client/http/base-path.ts'
import { openDeviceStore } from '#client/local-store/device-store.ts'
import { openSession, type Session, type SessionView } from '#client/session/session.ts'
import type { SyncEngine } from '#client/sync/sync-engine.ts'
import { provideSyncEngine } from '#client/sync/useSyncEngine.ts'
import { version } from '../../../../package.json'
import { deviceLabel } from './device-label.ts'

export const appName = `field ${version}`

/** What the logged-in part of the app works with. */
export interface OpenDesk {
  readonly info: SessionInfo
  readonly engine: SyncEngine
  readonly drafts: DraftStore
}

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
  login(login: string, password: string): Promise<void>
  /** Ends the session and leaves. `wipe` deletes: the copies of the office's records, or all of this person, unsent things included. */
  leave(wipe: 'copies' | 'everything'): Promise<void>
}

const deskKey: InjectionKey<FieldDesk> = Symbol('field desk')

function openDeskSession(connectivity: Connectivity): Promise<Session> {
  const basePath = basePathOf(document.baseURI)
  return openSession({
    basePath,
    store: openDeviceStore(basePath),
    clock: deviceClock,
    random: deviceRandom,
    locks: deviceLocks(),
    deviceLabel: deviceLabel(navigator.userAgent),
    appVersion: version,
    onAnswer: (tookMs) => connectivity.noteAnswer(deviceClock.now(), tookMs),
    onSilence: () => connectivity.noteSilence()
  })
}

/** Reads who is logged in; opens the local databases without waiting for them. Works offline. */
export async function openFieldDesk(app: App): Promise<FieldDesk> {
  const connectivity = watchConnectivity(navigator, window)
  const session = await openDeskSession(connectivity)
  const view = shallowRef(session.view())
  session.subscribe((next) => (view.value = next))
  const open = shallowRef<OpenDesk | null>(null)
  const broken = shallowRef(false)

  async function start(info: SessionInfo): Promise<void> {
    const owner = { tenantSlug: info.tenant.slug, userId: info.user.id, deviceId: info.deviceId }
    try {
      const [{ openSyncEngine }, { Outbox }] = await Promise.all([import('#client/sync/sync-engine.ts'), import('#client/local-store/outbox.ts')])
      const engine = await openSyncEngine({ session, clock: deviceClock, random: deviceRandom, locks: deviceLocks(), app: appName })
      provideSyncEngine(app, engine)
      open.value = { info, engine, drafts: createDraftStore(new Outbox(owner)) }
    } catch {
      broken.value = true
    }
  }

  const { info } = session.view()
  if (info) void start(info)
  const desk: FieldDesk = {
    session,
    view,
    open,
    broken,
    connectivity,
    location: browserLocation(),
    storage: browserStorage(),
    newId: () => uuidv7(deviceClock.now(), deviceRandom.bytes(10)),
    randomBytes: (count) => deviceRandom.bytes(count),
    async login(login, password) {
      const before = session.view().info
      const next = await session.login(login, password)
      if (open.value && before?.user.id !== next.user.id) location.reload()
      else if (open.value) open.value.engine.syncNow()
      else await start(next)
    },
    leave: (wipe) => leaveDesk({ session, engine: open.value?.engine ?? null }, wipe)
  }
  app.provide(deskKey, desk)
  return desk
}

/** The page starts anew afterwards, so that nothing of this person is left in memory. */
async function leaveDesk({ session, engine }: { session: Session; engine: SyncEngine | null }, wipe: 'copies' | 'everything'): Promise<void> {
  await session.logout()
  if (engine) {
    const [{ wipeDatabases }, { ownerPrefix, replicaName }] = await Promise.all([
      import('#client/local-store/wipe-databases.ts'),
      import('#client/local-store/database-names.ts')
    ])
    await engine.close()
    await wipeDatabases(wipe === 'everything' ? ownerPrefix(engine.owner) : replicaName(engine.owner))
  }
  location.assign(document.baseURI)
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
