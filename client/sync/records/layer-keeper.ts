import { collectionNames } from '#shared/protocol/collection-names.ts'
import { comparePositions } from '#shared/protocol/position.ts'
import type { OutboxRow } from '#client/local-store/outbox-row.ts'
import { baseKey, computeLayer, emptyLayer, type LayerParts, type PendingLayer } from './pending-layer.ts'

export interface LayerKeeper {
  current(): PendingLayer
  /**
   * Computes anew, from all rows of the outbox, or from those known before and the one that was just saved; resolves once
   * a computation that began after this call is done.
   */
  refresh(saved?: OutboxRow): Promise<void>
  /** Whether the layer was computed from these rows in these states. */
  knows(rows: readonly OutboxRow[]): boolean
  /** Keeps the events of these received commands until the feed has shown their positions. */
  awaitEvents(rows: readonly { id: string; position: string }[]): void
  /** The feed has been read up to this position. */
  reached(position: string | null): void
  /** Called after each computation; returns the way to stop. */
  subscribe(listener: (layer: PendingLayer) => void): () => void
}

type ReadRows = () => Promise<readonly OutboxRow[]>

/** Holds the pending layer in memory; one computation at a time, several wishes in one. */
export function createLayerKeeper(parts: LayerParts, readRows: ReadRows): LayerKeeper {
  const listeners = new Set<(layer: PendingLayer) => void>()
  const awaited = new Map<string, string>()
  const book = createRowBook(readRows)
  let current = emptyLayer
  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null
  const sight = followBase(parts, () => current.base)

  async function compute(): Promise<void> {
    next = null
    sight.begin()
    try {
      const rows = await book.take()
      current = await computeLayer(parts, { rows, awaited, previous: current })
    } catch (error) {
      book.readAgain()
      throw error
    } finally {
      sight.end()
    }
    for (const listener of listeners) listener(current)
  }

  return {
    current: () => current,
    refresh(saved) {
      if (saved) book.add(saved)
      else book.readAgain()
      next ??= running.then(compute, compute)
      running = next
      return next
    },
    knows: book.knows,
    awaitEvents(received) {
      for (const { id, position } of received) awaited.set(id, position)
    },
    reached(position) {
      if (position === null) return
      for (const [id, wanted] of awaited) if (comparePositions(wanted, position) <= 0) awaited.delete(id)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}

/** The rows of the outbox as they were read last, and those saved here since. */
function createRowBook(readRows: ReadRows) {
  let rows: readonly OutboxRow[] = []
  let saved: OutboxRow[] = []
  let unread = true
  return {
    add: (row: OutboxRow): unknown => saved.push(row),
    readAgain: (): void => void (unread = true),
    async take(): Promise<readonly OutboxRow[]> {
      const added = saved
      saved = []
      if (unread) {
        unread = false
        rows = await readRows()
      } else {
        const known = new Set(rows.map(({ seq }) => seq))
        rows = [...rows, ...added.filter(({ seq }) => !known.has(seq))].sort((a, b) => a.seq - b.seq)
      }
      return rows
    },
    knows: (other: readonly OutboxRow[]): boolean =>
      other.length === rows.length && other.every(({ seq, state }, at) => seq === rows[at]?.seq && state === rows[at].state)
  }
}

/**
 * Takes out of the base what changed in the replica, as long as that is open. What was read during a computation, before a
 * change was told, may be older than it: it goes when the computation ends.
 */
function followBase({ reads }: LayerParts, base: () => PendingLayer['base']) {
  const changed = new Set<string>()
  let computing = false
  for (const name of collectionNames) {
    reads.onChange(name, (records) => {
      if (!computing && base().size === 0) return
      for (const { id } of records) {
        base().delete(baseKey(name, id))
        if (computing) changed.add(baseKey(name, id))
      }
    })
  }
  return {
    begin(): void {
      computing = true
    },
    end(): void {
      computing = false
      for (const key of changed) base().delete(key)
      changed.clear()
    }
  }
}
