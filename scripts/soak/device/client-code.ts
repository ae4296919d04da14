import { memoryLocks } from '#client/device/locks.ts'
import { openDeviceStore } from '#client/local-store/device-store.ts'
import { mendedWriteContext } from '#client/local-store/newer-rev-storage.ts'
import { Outbox } from '#client/local-store/outbox.ts'
import { FeedTaken } from '#client/local-store/packed/disk/feed-fence.ts'
import { replicaReads } from '#client/local-store/replica-reads.ts'
import { openReplicaStore } from '#client/local-store/replica-store.ts'
import { OfflineError } from '#client/http/api-error.ts'
import { openSession } from '#client/session/session.ts'
import { CommandRefused } from '#client/sync/command-sink.ts'
import { flushOutbox } from '#client/sync/push/flush-outbox.ts'
import { newFlushMemory } from '#client/sync/push/push-batch.ts'
import { openSyncEngine } from '#client/sync/sync-engine.ts'
import { syncNouns } from '#client/sync/sync-nouns.ts'

/** The app's code as one phone runs it; each phone of the soak loads a copy of its own, see realms.ts. */
export const clientCode = {
  CommandRefused, FeedTaken, flushOutbox, memoryLocks, mendedWriteContext, newFlushMemory, openDeviceStore, openReplicaStore, openSession, OfflineError, openSyncEngine, Outbox, replicaReads, syncNouns
}
export type ClientCode = typeof clientCode
