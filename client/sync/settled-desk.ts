import type { Outbox } from '#client/local-store/outbox.ts'
import type { ReplicaStore } from '#client/local-store/replica-store.ts'
import type { LayerKeeper } from './records/layer-keeper.ts'
import type { OutboxState } from '#client/local-store/sealed-outbox/outbox-book.ts'
import type { StatusDesk } from './status-desk.ts'

export interface SettledParts {
  outbox: Outbox
  store: Pick<ReplicaStore, 'applyStored'>
  keeper: Pick<LayerKeeper, 'refresh' | 'knows'>
  status: Pick<StatusDesk, 'store'>
}

/** Follows the outbox, whoever writes it: page, another tab or the service worker. */
export interface SettledDesk {
  /** Brings settled rows into the replica now. */
  take(): Promise<void>
  stored(state: OutboxState): void
  /** Resolves when nothing is being taken. */
  idle(): Promise<void>
}

/**
 * Brings what push replies said into the replica, in order of saving, and only then marks the rows. May be repeated after
 * a kill, and by two tabs: the replica keeps the newer state.
 */
export async function applySettledRows(outbox: Outbox, store: Pick<ReplicaStore, 'applyStored'>): Promise<number> {
  const rows = await outbox.settled()
  for (const generation of new Set(rows.map((row) => row.generation))) {
    const stored = rows.flatMap((row) => (row.generation === generation ? row.stored : []))
    await store.applyStored(stored, generation)
  }
  if (rows.length > 0) await outbox.markApplied(rows.map((row) => row.id))
  return rows.length
}

export function createSettledDesk(parts: SettledParts): SettledDesk {
  let tail: Promise<void> = Promise.resolve()
  let seen = ''

  function take(): Promise<void> {
    tail = tail
      .catch(() => undefined)
      .then(async () => {
        const taken = await applySettledRows(parts.outbox, parts.store)
        if (taken > 0) await parts.keeper.refresh()
      })
    return tail
  }

  return {
    take,
    stored(state) {
      parts.status.store(state)
      const settled = state.rows.flatMap((row) => (row.state === 'settled' ? [row.seq] : [])).join()
      const isNew = settled !== '' && settled !== seen
      seen = settled
      if (!isNew && parts.keeper.knows(state.rows)) return
      void (isNew ? take() : parts.keeper.refresh()).catch(() => undefined)
    },
    idle: () => tail.catch(() => undefined)
  }
}
