import type { BulkWriteRow, RxStorage, RxStorageInstance, RxStorageInstanceCreationParams } from 'rxdb/plugins/core'

/** Told when a write of records failed; until it is cleared no checkpoint is written, so that none passes over a hole. */
export interface ReplicaGuard {
  failed: boolean
  onFailure(error: unknown): void
}

/** Context of `bulkWrite` when the records come with a push reply instead of the feed. */
export const storedWriteContext = 'sampark-stored'

/** Context of `bulkWrite` when a comparison with the server found these states wrong here: no `rev` in them is believed. */
export const mendedWriteContext = 'sampark-mended'

interface Versioned {
  rev?: number
  syncGeneration?: number
  _deleted: boolean
}

type Row = BulkWriteRow<Record<string, unknown>>
type Instance = RxStorageInstance<Record<string, unknown>, unknown, unknown>
type WriteRows = Instance['bulkWrite']

/**
 * Lets only newer states of a record into a replica, whoever writes: feed, push reply or another tab. RxDB itself gives
 * up a pulled document whose write meets another one (status 409) and still moves the checkpoint on; here it is tried
 * again against what is stored now. If a write fails altogether, RxDB would save the checkpoint of a later page: that is
 * held back. If a checkpoint cannot be written, RxDB would never write one again: it is told that all is well, and the guard begins anew.
 */
export function newerRevStorage<Storage extends RxStorage<unknown, unknown>>(
  storage: Storage,
  guard: ReplicaGuard
): Storage {
  return Object.assign(Object.create(Object.getPrototypeOf(storage) as object) as Storage, storage, {
    async createStorageInstance(params: RxStorageInstanceCreationParams<Record<string, unknown>, unknown>) {
      const instance = (await storage.createStorageInstance(params)) as unknown as Instance
      const write = instance.bulkWrite.bind(instance)
      if (params.collectionName.startsWith('rx-replication-meta')) instance.bulkWrite = holdCheckpoints(write, guard)
      else if (!params.collectionName.startsWith('_')) instance.bulkWrite = keepNewer(write, guard)
      return instance
    }
  })
}

function holdCheckpoints(write: WriteRows, guard: ReplicaGuard): WriteRows {
  return async (rows, context) => {
    if (guard.failed) return { error: [] }
    try {
      return await write(rows, context)
    } catch (error) {
      guard.failed = true
      guard.onFailure(error)
      return { error: [] }
    }
  }
}

function keepNewer(write: WriteRows, guard: ReplicaGuard): WriteRows {
  return async (rows, context) => {
    if (context === mendedWriteContext) return write(rows, context)
    try {
      let open = rows.filter((row) => !row.previous || isNewer(row.document, row.previous, context))
      while (open.length > 0) {
        const { error } = await write(open, context)
        const conflicts = error.filter((one) => one.status === 409)
        const other = error.find((one) => one.status !== 409)
        if (other) throw new Error(`The replica refused a record (status ${other.status}).`)
        open = conflicts.flatMap((conflict) => again(open, conflict, context))
      }
      return { error: [] }
    } catch (error) {
      guard.failed = true
      guard.onFailure(error)
      throw error
    }
  }
}

function again(rows: readonly Row[], conflict: { documentId: string; documentInDb?: unknown }, context: string): Row[] {
  const row = rows.find((one) => one.document['id'] === conflict.documentId)
  const previous = conflict.documentInDb as Row['previous']
  if (!row || !previous || !isNewer(row.document, previous, context)) return []
  const height = Number.parseInt(previous._rev, 10) + 1
  const suffix = row.document._rev.slice(row.document._rev.indexOf('-'))
  return [{ previous, document: { ...row.document, _rev: `${height}${suffix}` } }]
}

/**
 * A generation above all, then `rev`. The feed may say at the same rev that a record left or came back (its territory
 * moved, not its content); a push reply may not, it can be older than the feed.
 */
export function isNewer(document: unknown, stored: unknown, context: string): boolean {
  const next = document as Versioned
  const known = stored as Versioned
  const generations = (next.syncGeneration ?? 0) - (known.syncGeneration ?? 0)
  if (generations !== 0) return generations > 0
  const revs = (next.rev ?? 0) - (known.rev ?? 0)
  if (revs !== 0) return revs > 0
  return context !== storedWriteContext && next._deleted !== known._deleted
}
