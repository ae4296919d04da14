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

/** Holds the pending layer in memory; one computation at a time, several wishes in one. */
export function createLayerKeeper(parts: LayerParts, readRows: () => Promise<readonly OutboxRow[]>): LayerKeeper {
  const listeners = new Set<(layer: PendingLayer) => void>()
  const awaited = new Map<string, string>()
  const changed = new Set<string>()
  let current = emptyLayer
  let rows: OutboxRow[] = []
  let saved: OutboxRow[] = []
  let unread = true
  let computing = false
  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null

  async function takeRows(): Promise<void> {
    const added = saved
    saved = []
    if (unread) {
      unread = false
      rows = [...(await readRows())]
    } else {
      const known = new Set(rows.map(({ seq }) => seq))
      rows = [...rows, ...added.filter(({ seq }) => !known.has(seq))].sort((a, b) => a.seq - b.seq)
    }
  }

  async function compute(): Promise<void> {
    next = null
    computing = true
    changed.clear()
    try {
      await takeRows()
      current = await computeLayer(parts, { rows, awaited, previous: current })
    } catch (error) {
      unread = true
      throw error
    } finally {
      computing = false
    }
    for (const key of changed) current.base.delete(key)
    for (const listener of listeners) listener(current)
  }

  /** Told as long as the replica is open. What was read before a change was told may be older than it. */
  for (const name of collectionNames) {
    parts.reads.onChange(name, (records) => {
      if (!computing && current.base.size === 0) return
      for (const { id } of records) {
        current.base.delete(baseKey(name, id))
        if (computing) changed.add(baseKey(name, id))
      }
    })
  }

  return {
    current: () => current,
    refresh(row) {
      if (row) saved.push(row)
      else unread = true
      next ??= running.then(compute, compute)
      running = next
      return next
    },
    knows: (other) => other.length === rows.length && other.every(({ seq, state }, at) => seq === rows[at]?.seq && state === rows[at].state),
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
