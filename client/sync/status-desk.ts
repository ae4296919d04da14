import type { OutboxState } from '#client/local-store/sealed-outbox/outbox-book.ts'
import { rememberedItems, syncStatusOf, type SyncSigns, type SyncStatus } from './sync-status.ts'

/** Joins what is stored with what the loops say, and tells who listens. */
export interface StatusDesk {
  current(): SyncStatus
  store(stored: OutboxState): void
  sign(signs: Partial<SyncSigns>): void
  subscribe(listener: (status: SyncStatus) => void): () => void
}

export function createStatusDesk(): StatusDesk {
  const listeners = new Set<(status: SyncStatus) => void>()
  let stored: OutboxState = { rows: [], blobs: [], marks: { lastReceivedAt: null, generation: null, durableTo: null } }
  let signs: SyncSigns = {
    lastPulledAt: null,
    sending: false,
    pulling: false,
    live: false,
    firstSync: { received: 0, total: 0, done: false },
    progress: {},
    held: 'none',
    trouble: 'none'
  }
  const itemFor = rememberedItems()
  let current = syncStatusOf(stored, signs, itemFor)

  function tell(): void {
    current = syncStatusOf(stored, signs, itemFor)
    for (const listener of listeners) listener(current)
  }

  return {
    current: () => current,
    store(next) {
      stored = next
      tell()
    },
    sign(change) {
      const known = signs as unknown as Record<string, unknown>
      if (Object.entries(change).every(([name, value]) => known[name] === value)) return
      signs = { ...signs, ...change }
      tell()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}
