import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { PokeEvent } from '#shared/protocol/live.ts'
import { comparePositions } from '#shared/protocol/position.ts'
import type { Announcement } from '../announce-records.ts'

/** One open stream: who listens, and how to reach it. Only ids and functions, so that ten thousand fit in a process. */
export interface Listener {
  tenantId: string
  userId: string
  deviceId: string | null
  scopes: ReadonlySet<string>
  collections: ReadonlySet<CollectionName>
  poke(event: PokeEvent): void
  bye(reason: 'token_expired' | 'revoked' | 'scope_changed' | 'draining'): void
}

export interface LiveHub {
  /** Adds a stream; returns the way to take it out. */
  listen(listener: Listener): () => void
  /** An announcement from this or another process. Held until the feed shows it, then passed to whom it concerns. */
  receive(announcement: Announcement): void
  /** Ends the streams of a user or a device. */
  endStreams(who: { tenantId: string; userId?: string; deviceId?: string }, reason: 'revoked' | 'scope_changed'): void
  readonly openStreams: number
  stop(): void
}

/** How often the horizon is asked while pokes wait, ms. One question per process, not per stream. */
const horizonEveryMs = 25

/**
 * Fans pokes out to the streams of this process. After a COMMIT an older transaction may still hide the row from every
 * reader of the feed, so a poke waits until the horizon has passed its position; else the device would pull nothing and sleep.
 */
export function createLiveHub(deps: { horizon(): Promise<string>; setTimer?: typeof setTimeout }): LiveHub {
  const listeners = new Set<Listener>()
  const room = waitingRoom(deps, (announcement) => pass(announcement, listeners))
  return {
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    receive(announcement) {
      if (listeners.size > 0) room.add(announcement)
    },
    endStreams(who, reason) {
      for (const listener of [...listeners]) if (concerns(listener, who)) listener.bye(reason)
    },
    get openStreams() {
      return listeners.size
    },
    stop() {
      room.close()
      for (const listener of [...listeners]) listener.bye('draining')
    }
  }
}

function concerns(listener: Listener, who: { tenantId: string; userId?: string; deviceId?: string }): boolean {
  if (listener.tenantId !== who.tenantId) return false
  if (who.userId && listener.userId !== who.userId) return false
  return !who.deviceId || listener.deviceId === who.deviceId
}

function pass(announcement: Announcement, listeners: ReadonlySet<Listener>): void {
  for (const listener of listeners) {
    if (listener.tenantId !== announcement.tenantId) continue
    if (!announcement.scopes.some((scope) => listener.scopes.has(scope))) continue
    const collections = announcement.collections.filter((name) => listener.collections.has(name))
    if (collections.length > 0) listener.poke({ collections, position: announcement.position })
  }
}

/** Holds announcements until the horizon has passed their position. Asks only while something waits. */
function waitingRoom(deps: { horizon(): Promise<string>; setTimer?: typeof setTimeout }, release: (one: Announcement) => void) {
  const setTimer = deps.setTimer ?? setTimeout
  let waiting: Announcement[] = []
  let asking = false
  let closed = false
  const look = async (): Promise<void> => {
    if (asking || closed) return
    asking = true
    const horizon = await deps.horizon().catch(() => null)
    asking = false
    if (horizon !== null) {
      const ready = waiting.filter((one) => comparePositions(one.position, horizon) < 0)
      waiting = waiting.filter((one) => !ready.includes(one))
      ready.forEach(release)
    }
    if (waiting.length > 0 && !closed) setTimer(() => void look(), horizonEveryMs)
  }
  return {
    add(announcement: Announcement) {
      waiting.push(announcement)
      void look()
    },
    close() {
      closed = true
    }
  }
}
