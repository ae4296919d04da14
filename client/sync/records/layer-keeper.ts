import { comparePositions } from '#shared/protocol/position.ts'
import type { OutboxRow } from '#client/local-store/outbox-row.ts'
import { computeLayer, emptyLayer, type LayerParts, type PendingLayer } from './pending-layer.ts'

export interface LayerKeeper {
  current(): PendingLayer
  /** Computes anew; resolves once a computation that began after this call is done. */
  refresh(): Promise<void>
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
  let current = emptyLayer
  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null

  async function compute(): Promise<void> {
    next = null
    const rows = await readRows()
    current = await computeLayer(parts, { rows, awaited: new Set(awaited.keys()), previous: current })
    for (const listener of listeners) listener(current)
  }

  return {
    current: () => current,
    refresh() {
      next ??= running.then(compute, compute)
      running = next
      return next
    },
    awaitEvents(rows) {
      for (const { id, position } of rows) awaited.set(id, position)
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
