/**
 * The offline core of the field app. One engine per logged-in person:
 *
 *   const engine = await openSyncEngine({ session, basePath, clock, random, locks, app: 'field 1.0' })
 *
 *   engine.sink.submit(name, args, { base, blobs, title, subject })  saves on this device, then sends by itself;
 *                                     throws CommandRefused {code, fields} when it can never be accepted
 *   engine.records.get(collection, type, id)             a record as the person sees it: replica + pending effects
 *   engine.records.list({ collection, type, parent, where })         { records, pending }
 *   engine.records.watch(query, listener)                the same, live; returns the way to stop
 *   engine.records.watchRecord(ref, listener)            one record, live
 *   engine.records.pendingEvents(type, id)               timeline entries that are only here yet
 *   engine.people.search(query, limit), .load(), .ready()            people by name or phone, any script
 *   engine.status(), engine.onStatus(listener)           Sync Centre: items, totals, progress, trouble
 *   engine.photo(photoId)                                the bytes of a photo that is still on this device
 *   engine.syncNow()                                     send and read now
 *   engine.line.choose(choice), .sendAnyway()            what may go over mobile data
 *   engine.retry(id?), engine.acknowledge(id)            try a set-aside command again; a refusal was seen
 *   engine.repair(), engine.lastRepair()                compare all copies with the server and mend them; what came of it
 *   engine.freeRoom()                                   drop what the server surely has, when the phone is full
 *   engine.close()                                       before another person logs in
 *
 * In components: provideSyncEngine, useSyncEngine, useRecords, useRecord, usePendingEvents, useSyncStatus,
 * usePeopleSearch in useSyncEngine.ts. Nothing here deletes what a person saved: logging out closes the engine, the
 * databases stay. To wipe on purpose: close, then `wipeDatabases(ownerPrefix(owner))`.
 */
import type { SessionInfo } from '#shared/identity/session.ts'
import type { TenantRules } from '#shared/protocol/define-command.ts'
import type { DeviceClock } from '#client/device/clock.ts'
import type { LockPort } from '#client/device/locks.ts'
import type { RandomSource } from '#client/device/random.ts'
import { abortableApi, stopped } from '#client/http/api-client.ts'
import type { StoreOwner } from '#client/local-store/database-names.ts'
import { Outbox } from '#client/local-store/outbox.ts'
import type { RecordCipher } from '#client/local-store/record-cipher.ts'
import { replicaReads, type ReplicaReads } from '#client/local-store/replica-reads.ts'
import { openReplicaStore } from '#client/local-store/replica-store.ts'
import type { Session } from '#client/session/session.ts'
import type { CommandSink } from './command-sink.ts'
import { startSyncFlow } from './sync-flow.ts'
import type { LinePolicy } from './line/line-policy.ts'
import type { LineWatch } from './line/mobile-data.ts'
import { createLayerKeeper, type LayerKeeper } from './records/layer-keeper.ts'
import { createOutboxSink } from './outbox-sink.ts'
import { createPeopleSearch } from './people-search/lazy-people-search.ts'
import type { PeopleSearch } from './people-search/people-search.ts'
import { judgeOnLayer, type LayerParts } from './records/pending-layer.ts'
import { createRecordView, type RecordView } from './records/record-view.ts'
import { createReferenceCache, type ReferenceCache } from './records/reference-cache.ts'
import { repairSetting, type RepairBook, type RepairReport } from './repair/repair-due.ts'
import { createStatusDesk } from './status-desk.ts'
import { syncNouns, type SyncNouns } from './sync-nouns.ts'
import type { SyncStatus } from './sync-status.ts'
import type { FreedRoom } from './upload/free-room.ts'
import { requestBackgroundSync } from './background-sync.ts'

export interface SyncEngineParts {
  /** With somebody logged in, or known from the last login. */
  session: Session
  clock: DeviceClock
  random: RandomSource
  locks: LockPort
  /** Name and version of the app, at most 40 characters. */
  app: string
  /** Seals the copies of records on the disk; null or left out leaves them plain (tests, measurements). */
  cipher?: RecordCipher | null
  nouns?: SyncNouns
  /** Default: what the browser says. */
  line?: LineWatch
  /** See `FeedDeskParts`. */
  feedAfterMs?: number
  /** False where only one page can be open (tests). */
  multiInstance?: boolean
}

export interface SyncEngine {
  readonly owner: StoreOwner
  readonly sink: CommandSink
  readonly records: RecordView
  readonly people: PeopleSearch
  status(): SyncStatus
  /** Called with each new status; returns the way to stop. */
  onStatus(listener: (status: SyncStatus) => void): () => void
  /** The bytes of a photo that is still on this device, null when it is not. */
  photo(photoId: string): Promise<Blob | null>
  /** Sends and reads now instead of after the pause. */
  syncNow(): void
  readonly line: LinePolicy
  /** Tries a command again that was set aside; all of them without an id. */
  retry(id?: string): Promise<void>
  /** A person has seen a refusal or conflict. */
  acknowledge(id: string): Promise<void>
  /** Resolves when the first sync and everything asked for so far is read and written; only where this page runs the feed. */
  inSync(): Promise<void>
  /** Compares all copies with the server now, mends what differs and says what that was. Throws `OfflineError` or `ApiError`. */
  repair(): Promise<RepairReport>
  /** What the last comparison found, null before the first. */
  lastRepair(): Promise<RepairReport | null>
  /** Drops what the server surely has; never what is unsent. */
  freeRoom(): Promise<FreedRoom>
  /** Reads what the first screen did not need. Rejects when copies on this device cannot be read. */
  readAhead(): Promise<void>
  /** Once per database: true when it was made by this start. Where one is known to have been, the browser threw it away. */
  firstUse(): Promise<boolean>
  /** Ends everything that runs; what was saved stays. */
  close(): Promise<void>
}

/** Opens the databases of the logged-in person and starts sending and reading. Works offline. */
export async function openSyncEngine(parts: SyncEngineParts): Promise<SyncEngine> {
  const { info } = parts.session.view()
  if (!info) throw new Error('Nobody has logged in on this device.')
  const nouns = parts.nouns ?? syncNouns
  const owner: StoreOwner = { tenantSlug: info.tenant.slug, userId: info.user.id, deviceId: info.deviceId }
  const abort = new AbortController()
  const api = abortableApi(parts.session.apiFor(owner.userId), abort.signal)
  const outbox = new Outbox(owner)
  const { multiInstance = true, cipher = null, locks } = parts
  const store = await openReplicaStore({ owner, parents: nouns.parents, multiInstance, cipher, locks })
  const reads = replicaReads(store)
  const reference = await createReferenceCache(reads)
  const layerParts = layerPartsOf({ session: parts.session, info, nouns, reads, reference })
  const keeper = createLayerKeeper(layerParts, async () => (await outbox.known()).rows)
  const status = createStatusDesk()
  const flow = await startSyncFlow({
    ...parts,
    tenantId: info.tenant.tenantId,
    api,
    outbox,
    store,
    reads,
    keeper,
    status
  })
  const people = createPeopleSearch({ reads, layer: keeper.current, onLayer: keeper.subscribe })
  return {
    owner,
    sink: sinkOf({ parts, nouns, layerParts, keeper, outbox, wake: flow.saved }),
    records: viewOf({ reads, keeper, nouns }),
    people,
    status: status.current,
    onStatus: status.subscribe,
    photo: (photoId) => outbox.photo(photoId),
    syncNow: flow.wake,
    line: flow.line,
    async retry(id) {
      await outbox.retryTroubled(id)
      flow.wake()
    },
    acknowledge: (id) => outbox.acknowledge(id),
    inSync: flow.inSync,
    repair: flow.repair,
    freeRoom: async () => (await import('./upload/free-room.ts')).freeRoom({ outbox, api }),
    readAhead: () => store.readAhead(),
    firstUse: () => isFirstUse(outbox),
    lastRepair: async () => (await outbox.setting<RepairBook>(repairSetting))?.last ?? null,
    close: () => closeAll({ abort, flow, people, reference, outbox, store })
  }
}

async function isFirstUse(outbox: Outbox): Promise<boolean> {
  const isFirst = (await outbox.setting('madeBefore')) === null
  if (isFirst) await outbox.putSetting('madeBefore', true)
  return isFirst
}

/** Rules run as whoever the last answer of the server said; the office's facts are those of the start. */
function layerPartsOf(known: {
  session: Session
  info: SessionInfo
  nouns: SyncNouns
  reads: ReplicaReads
  reference: ReferenceCache
}): LayerParts {
  const { session, info, nouns, reads, reference } = known
  return {
    commands: nouns.commands,
    get actor() {
      return (session.view().info ?? info).actor
    },
    rules: rulesOf(info),
    reads,
    reference: reference.records
  }
}

function rulesOf(info: SessionInfo): TenantRules {
  const { timeZone, trackingPrefix, calendar, reopenHours } = info.tenant
  return { timeZone, trackingPrefix, calendar, reopenHours }
}

function sinkOf(input: {
  parts: SyncEngineParts
  nouns: SyncNouns
  layerParts: LayerParts
  keeper: LayerKeeper
  outbox: Outbox
  wake(): void
}): CommandSink {
  const { parts, layerParts, keeper } = input
  return createOutboxSink({
    clock: parts.clock,
    random: parts.random,
    commands: input.nouns.commands,
    actor: () => layerParts.actor,
    outbox: input.outbox,
    judge: (command) => judgeOnLayer(layerParts, keeper.current(), command),
    async onSaved(row) {
      await keeper.refresh(row).catch(() => undefined)
      input.wake()
      void requestBackgroundSync()
    }
  })
}

function viewOf(input: { reads: ReplicaReads; keeper: LayerKeeper; nouns: SyncNouns }): RecordView {
  const { reads, keeper, nouns } = input
  return createRecordView({ reads, layer: keeper.current, onLayer: keeper.subscribe, parents: nouns.parents })
}

async function closeAll(open: {
  abort: AbortController
  flow: { stop(): Promise<void> }
  people: PeopleSearch
  reference: ReferenceCache
  outbox: Outbox
  store: { close(): Promise<void> }
}): Promise<void> {
  const stopping = open.flow.stop()
  open.abort.abort(stopped)
  open.people.close()
  open.reference.close()
  await stopping
  open.outbox.close()
  await open.store.close()
}
