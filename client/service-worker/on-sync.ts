import { deviceClock } from '#client/device/clock.ts'
import { deviceLocks, type LockPort } from '#client/device/locks.ts'
import { deviceRandom } from '#client/device/random.ts'
import { basePathOf } from '#client/http/base-path.ts'
import { openDeviceStore, type DeviceStore } from '#client/local-store/device-store.ts'
import { Outbox } from '#client/local-store/outbox.ts'
import { openSession, type Session } from '#client/session/session.ts'
import { createLinePolicy } from '#client/sync/line/line-policy.ts'
import { browserLine, type LineWatch } from '#client/sync/line/mobile-data.ts'
import { flushOutbox, type FlushOutcome } from '#client/sync/push/flush-outbox.ts'
import { newFlushMemory } from '#client/sync/push/push-batch.ts'
import { uploadPhotos } from '#client/sync/upload/upload-photos.ts'
import { backgroundSyncTag } from '#client/sync/background-sync.ts'

/** Thrown when something is left to send: the browser then fires the sync again, later and later. */
export class UnsentError extends Error {
  override readonly name = 'UnsentError'
}

export interface SyncWorkerParts {
  /** Address of the registration's scope. */
  scope: string
  app: string
  /** Default: the session that the page has left on this device. */
  session?: Session
  /** Default: the Web Locks that page and worker share. */
  locks?: LockPort
  /** Default: what the browser says. */
  line?: LineWatch
}

/**
 * Background Sync: sends the outbox of the person logged in and the photos of what was accepted, with the page closed.
 * Writes verdicts into the outbox only; the page brings them into the replica when it is next open. Throws `UnsentError`.
 */
export async function onSync(tag: string, parts: SyncWorkerParts): Promise<void> {
  if (tag !== backgroundSyncTag) return
  const outcome = await sendInBackground(parts)
  if (outcome !== null && outcome.kind !== 'clean' && outcome.kind !== 'ended') throw new UnsentError(outcome.kind)
}

/** Null when nobody is logged in. */
export async function sendInBackground(parts: SyncWorkerParts): Promise<FlushOutcome | null> {
  const basePath = basePathOf(parts.scope)
  const locks = parts.locks ?? deviceLocks()
  const store = openDeviceStore(basePath)
  const session = parts.session ?? (await openSession(sessionParts(basePath, parts, { store, locks })))
  const { state, info } = session.view()
  if (!info || state !== 'active') {
    store.close()
    return null
  }
  const outbox = new Outbox({ tenantSlug: info.tenant.slug, userId: info.user.id, deviceId: info.deviceId })
  const common = { outbox, api: session.apiFor(info.user.id), locks }
  const line = createLinePolicy(outbox, parts.line ?? browserLine())
  const maySend = async (): Promise<boolean> => (await line.held()) === 'none'
  try {
    if ((await line.held()) === 'all') return waitsForLine
    const flush = {
      ...common,
      clock: deviceClock,
      tenantId: info.tenant.tenantId,
      app: parts.app,
      memory: newFlushMemory()
    }
    const outcome = await flushOutbox(flush)
    if (outcome.kind !== 'clean') return outcome
    const photos = await uploadPhotos({ ...common, maySend })
    if (photos.kind === 'failed') return { kind: 'offline' }
    return (await maySend()) || !(await hasPhotosToSend(outbox)) ? { kind: 'clean' } : waitsForLine
  } finally {
    outbox.close()
    store.close()
  }
}

/** The person keeps it off mobile data: the browser may ask again, and the page sends it when the line changes. */
const waitsForLine: FlushOutcome = { kind: 'later', afterMs: 0 }

async function hasPhotosToSend(outbox: Outbox): Promise<boolean> {
  return (await outbox.blobs()).some(({ state }) => state === 'waiting' || state === 'uploading')
}

function sessionParts(basePath: string, parts: SyncWorkerParts, ports: { store: DeviceStore; locks: LockPort }) {
  return {
    basePath,
    origin: new URL(parts.scope).origin,
    ...ports,
    clock: deviceClock,
    random: deviceRandom,
    deviceLabel: () => '',
    appVersion: parts.app
  }
}
