import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { Outbox } from '#client/local-store/outbox.ts'
import type { ReplicaReads } from '#client/local-store/replica-reads.ts'
import type { ReplicaStore } from '#client/local-store/replica-store.ts'

export interface SweepParts {
  outbox: Outbox
  store: Pick<ReplicaStore, 'applyStored'>
  reads: Pick<ReplicaReads, 'olderThan'>
}

/**
 * After the server's feed began a new generation (restore, move) and a collection has been read to its end in it: what
 * only the old generation knew is gone on the server, and goes here; with rev 0, so that whatever the new generation says
 * of it later counts. May be repeated after a kill.
 */
export async function sweepGeneration(parts: SweepParts, read: ReadonlyMap<CollectionName, number>): Promise<void> {
  const swept = (await parts.outbox.setting<Partial<Record<CollectionName, number>>>('swept')) ?? {}
  const due = [...read].filter(([name, generation]) => swept[name] !== generation)
  if (due.length === 0) return
  for (const [name, generation] of due) {
    if (swept[name] !== undefined) {
      const left = await parts.reads.olderThan(name, generation)
      const removals = left.map(({ id }) => ({ collection: name, document: { id, rev: 0, _deleted: true as const } }))
      await parts.store.applyStored(removals, generation)
    }
    swept[name] = generation
  }
  await parts.outbox.putSetting('swept', swept)
}
