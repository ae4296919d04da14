import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { PokeEvent } from '#shared/protocol/live.ts'
import { comparePositions } from '#shared/protocol/position.ts'
import type { Announcement } from '../announce-records.ts'
import { createScopeIndex } from './scope-index.ts'
import { createWaitingRoom } from './waiting-room.ts'

/** One open stream: who listens, and how to reach it. Only ids and functions, so that ten thousand fit in a process. */
export interface Listener {
  tenantId: string
  userId: string
  deviceId: string | null
  scopes: readonly string[]
  collections: ReadonlySet<CollectionName>
  /** Of somebody who is limited to departments: what else he hears, and by which scopes alone. */
  departmental?: { scopes: readonly string[]; collections: ReadonlySet<CollectionName> }
  /** Streams that are told the same get the same object, so that it is written out once. */
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

export interface LiveHubParts {
  horizon(): Promise<string>
  setTimer?: (run: () => void, ms: number) => unknown
}

/** The first poke of a device goes out at once; what follows within this time goes as one at its end, ms. */
const gatherMs = 50

interface Stream {
  listener: Listener
  /** Told a moment ago: what comes now waits in `next`. */
  resting: boolean
  next: { collections: Set<CollectionName>; position: string } | null
}

/** What one stream hears through some scopes. */
interface Ear {
  stream: Stream
  collections: ReadonlySet<CollectionName>
}

/**
 * Fans pokes out to the streams of this process. After a COMMIT an older transaction may still hide the row from every
 * reader of the feed, so a poke waits until the horizon has passed its position; else the device would pull nothing and sleep.
 */
export function createLiveHub(parts: LiveHubParts): LiveHub {
  const setTimer = parts.setTimer ?? setTimeout
  const streams = new Set<Stream>()
  const index = createScopeIndex<Ear>()
  const tell = createTeller(setTimer, (stream) => streams.has(stream))
  const room = createWaitingRoom({ horizon: parts.horizon, setTimer, release: (ready) => tell(collect(ready)) })

  function collect(ready: readonly Announcement[]): Set<Stream> {
    const concerned = new Set<Stream>()
    for (const announcement of ready) {
      const due = new Set(announcement.scopes.flatMap((scope) => [...index.of(announcement.tenantId, scope)]))
      for (const ear of due) if (note(ear, announcement)) concerned.add(ear.stream)
    }
    return concerned
  }

  return {
    listen(listener) {
      const stream: Stream = { listener, resting: false, next: null }
      streams.add(stream)
      const { tenantId, departmental } = listener
      const leaves = [listener, ...(departmental ? [departmental] : [])]
        .map(({ scopes, collections }) => index.add({ stream, collections }, { tenantId, scopes }))
      return () => {
        streams.delete(stream)
        for (const leave of leaves) leave()
      }
    },
    receive(announcement) {
      if (streams.size > 0) room.add(announcement)
    },
    endStreams(who, reason) {
      for (const { listener } of [...streams]) if (concerns(listener, who)) listener.bye(reason)
    },
    get openStreams() {
      return streams.size
    },
    stop() {
      room.close()
      for (const { listener } of [...streams]) listener.bye('draining')
    }
  }
}

/** Tells streams what waits for them, and lets each rest afterwards. */
function createTeller(setTimer: (run: () => void, ms: number) => unknown, isOpen: (stream: Stream) => boolean) {
  return function tell(concerned: Iterable<Stream>): void {
    const told: Stream[] = []
    const events = new Map<string, PokeEvent>()
    for (const stream of concerned) {
      if (stream.resting || !stream.next) continue
      stream.listener.poke(shared(events, stream.next))
      stream.next = null
      stream.resting = true
      told.push(stream)
    }
    if (told.length === 0) return
    setTimer(() => {
      for (const stream of told) stream.resting = false
      tell(told.filter(isOpen))
    }, gatherMs)
  }
}

/** Adds to what the stream must be told; false when it may receive none of it. */
function note({ stream, collections: heard }: Ear, { collections, position }: Announcement): boolean {
  const visible = collections.filter((name) => heard.has(name))
  if (visible.length === 0) return false
  stream.next ??= { collections: new Set(), position }
  for (const name of visible) stream.next.collections.add(name)
  if (comparePositions(position, stream.next.position) > 0) stream.next.position = position
  return true
}

function shared(events: Map<string, PokeEvent>, next: { collections: Set<CollectionName>; position: string }): PokeEvent {
  const collections = [...next.collections].sort()
  const key = `${next.position} ${collections.join(' ')}`
  const known = events.get(key)
  if (known) return known
  const event = { collections, position: next.position }
  events.set(key, event)
  return event
}

function concerns(listener: Listener, who: { tenantId: string; userId?: string; deviceId?: string }): boolean {
  if (listener.tenantId !== who.tenantId) return false
  if (who.userId && listener.userId !== who.userId) return false
  return !who.deviceId || listener.deviceId === who.deviceId
}
