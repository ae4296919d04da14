import { collectionNames, type CollectionName } from '#shared/protocol/collection-names.ts'
import type { MendReport } from '#shared/protocol/drift/compare.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import type { Outbox } from '#client/local-store/outbox.ts'
import type { ReplicaReads } from '#client/local-store/replica-reads.ts'
import type { ReplicaStore } from '#client/local-store/replica-store.ts'
import type { FedPage } from '#client/local-store/replica-feed.ts'
import { replicaCensus } from '#client/local-store/replica-census.ts'
import { dropOrphans } from '../upload/free-room.ts'
import type { LayerKeeper } from '../records/layer-keeper.ts'
import { compareCollection, type CompareParts } from './compare-collection.ts'
import { repairSetting, type RepairBook, type RepairReport } from './repair-due.ts'

export interface RepairParts {
  api: ApiClient
  outbox: Outbox
  store: ReplicaStore
  reads: Pick<ReplicaReads, 'ids'>
  keeper: Pick<LayerKeeper, 'refresh'>
  /** Sends what is kept again where it was received in another generation. */
  onGeneration(generation: number): Promise<void>
}

/**
 * Compares every collection with the server and mends what differs. Commands and their photos are not touched (photos whose
 * command is gone are dropped); what is shown is computed anew from copies and commands. `at`: server clock, ms. `comparing` tells which is under way.
 */
export async function repairCopies(
  parts: RepairParts,
  { at, readTo, comparing }: { at: number; readTo: ReadonlyMap<CollectionName, Checkpoint>; comparing: Map<CollectionName, Promise<unknown>> }
): Promise<RepairReport> {
  const before = await parts.outbox.setting<RepairBook>(repairSetting)
  const compare = comparePartsOf(parts)
  let untold: readonly MendReport[] = before?.untold ?? []
  const mended: MendReport[] = []
  let left = 0
  const needed: string[] = []
  for (const collection of collectionNames) {
    const comparison = compareCollection(compare, collection, { readTo: readTo.get(collection) ?? null, told: untold })
    comparing.set(collection, comparison.catch(() => undefined))
    const outcome = await comparison.finally(() => comparing.delete(collection))
    const { report } = outcome
    untold = isNothing(report) ? [] : [report]
    if (!isNothing(report)) mended.push(report)
    left += outcome.left
    needed.push(...outcome.needed)
    await parts.outbox.putSetting(repairSetting, { ...before, comparedAt: before?.comparedAt ?? at, due: true, untold } satisfies RepairBook)
  }
  if (mended.length > 0) await parts.keeper.refresh()
  await dropOrphans(parts.outbox)
  const report: RepairReport = { at, mended, left }
  await parts.outbox.putSetting(repairSetting, { comparedAt: at, due: left > 0 && !before?.due, untold, needed, last: report } satisfies RepairBook)
  return report
}

/**
 * Instead of reading a feed again from its beginning (it has new positions, or forgot removals this device has not read):
 * makes the collection equal and gives a page by which the feed goes on from there.
 */
export async function reconcileCollection(parts: RepairParts, collection: CollectionName): Promise<FedPage> {
  const compare = comparePartsOf(parts)
  const outcome = await compareCollection(compare, collection, { readTo: null })
  const book = await parts.outbox.setting<RepairBook>(repairSetting)
  const untold = [...(book?.untold ?? []), ...(isNothing(outcome.report) ? [] : [outcome.report])].slice(-12)
  await parts.outbox.putSetting(repairSetting, { comparedAt: book?.comparedAt ?? 0, ...book, due: true, untold } satisfies RepairBook)
  await parts.keeper.refresh()
  const sample = await compare.census.sample(collection)
  return { documents: sample ? [sample] : [], checkpoint: outcome.checkpoint }
}

/** Whether one of these records, which a comparison kept for a command, is needed by none any more. */
export async function isFreed(parts: Pick<RepairParts, 'outbox'>, needed: readonly string[]): Promise<boolean> {
  const still = await neededIds(parts)
  return needed.some((id) => !still.has(id))
}

async function neededIds({ outbox }: Pick<RepairParts, 'outbox'>): Promise<ReadonlySet<string>> {
  return new Set((await outbox.rows()).filter((row) => row.state !== 'applied').flatMap((row) => row.touches))
}

function comparePartsOf({ api, outbox, store, reads, onGeneration }: RepairParts): CompareParts {
  return {
    api,
    census: replicaCensus(store, reads),
    onGeneration,
    neededIds: () => neededIds({ outbox })
  }
}

const isNothing = ({ missing, changed, gone }: MendReport): boolean => missing + changed + gone === 0
