import { shallowRef, type App, type ShallowRef } from 'vue'
import type { SessionInfo } from '#shared/identity/session.ts'
import { deviceClock } from '#client/device/clock.ts'
import { deviceLocks } from '#client/device/locks.ts'
import { deviceRandom } from '#client/device/random.ts'
import type { DraftStore } from '#client/features/grievances/field/filing/draft-store.ts'
import type { RecordCipher } from '#client/local-store/record-cipher.ts'
import type { Session } from '#client/session/session.ts'
import type { SyncEngine } from '#client/sync/sync-engine.ts'
import { provideSyncEngine } from '#client/sync/useSyncEngine.ts'
import { version } from '../../../../package.json'
import type { Closed } from './copies.ts'
import { ownerOf } from './owner-of.ts'

/** What the logged-in part of the app works with. */
export interface OpenDesk {
  readonly info: SessionInfo
  readonly engine: SyncEngine
  readonly drafts: DraftStore
}

/** Opens and covers the local databases of the person who is logged in. */
export interface DeskOpening {
  readonly open: ShallowRef<OpenDesk | null>
  readonly lock: ShallowRef<Closed | null>
  readonly broken: ShallowRef<boolean>
  start(info: SessionInfo, pin?: string): Promise<void>
  unlock(info: SessionInfo, pin: string): Promise<void>
  /** Whoever picks the phone up sees nothing; what is being written stays as it is. Does nothing without a PIN. */
  cover(): Promise<void>
}

/** The first screen comes before what it does not need, ms. */
const [feedAfterMs, readAheadMs] = [500, 2_000]

/** Keys, and what deletes: fetched beside the engine, not with the first paint. */
export const copies = () => import('./copies.ts')

export function deskOpening(app: App, session: Session): DeskOpening {
  const open = shallowRef<OpenDesk | null>(null)
  const lock = shallowRef<Closed | null>(null)
  const broken = shallowRef(false)

  async function openEngine(cipher: RecordCipher): Promise<SyncEngine> {
    const { openSyncEngine } = await import('#client/sync/sync-engine.ts')
    return openSyncEngine({ session, clock: deviceClock, random: deviceRandom, locks: deviceLocks(), app: `field ${version}`, cipher, feedAfterMs })
  }

  async function start(info: SessionInfo, pin: string | null = null): Promise<void> {
    try {
      const drafting = import('#client/features/grievances/field/filing/draft-store.ts')
      const code = [drafting, import('#client/local-store/outbox.ts'), import('#client/sync/sync-engine.ts')] as const
      const { enter, newKeyAfter } = await copies()
      const opened = await enter(session, info, pin)
      lock.value = opened.kind === 'open' ? null : opened
      if (opened.kind !== 'open') return
      const [{ createDraftStore }, { Outbox }] = await Promise.all(code)
      const engine = await openEngine(opened.cipher).catch(async (error: unknown) => openEngine(await newKeyAfter(error, ownerOf(info))))
      provideSyncEngine(app, engine)
      open.value = { info, engine, drafts: createDraftStore(new Outbox(ownerOf(info))) }
      setTimeout(() => engine.readAhead().catch((error: { code?: string }) => (broken.value ||= error.code !== 'ended')), readAheadMs)
    } catch {
      broken.value = true
    }
  }

  return {
    open,
    lock,
    broken,
    start,
    async unlock(info, pin) {
      if (!open.value) return start(info, pin)
      const opened = await (await copies()).openCopies(ownerOf(info), pin)
      lock.value = opened.kind === 'open' ? null : opened
    },
    async cover() {
      const { info } = open.value ?? {}
      if (info && (await (await copies()).hasPin(ownerOf(info)))) lock.value = { kind: 'pin', wrong: 0, waitMs: 0 }
    }
  }
}
