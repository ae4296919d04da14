import type { Actor } from '#shared/identity/actor.ts'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { PokeEvent } from '#shared/protocol/live.ts'
import { signedIn } from '../../http/access.ts'
import { defineRawRoute, type RawRequest, type RawResponse, type Route } from '../../http/define-route.ts'
import type { RequestContext } from '../../http/request-context.ts'
import type { Database } from '../../postgres/transaction.ts'
import type { Listener, LiveHub } from './live-hub.ts'
import type { StreamPulse } from './stream-pulse.ts'
import { departmentalCollections, receivableCollections, scopesOf, type ScopesByCollection } from '../scopes.ts'

export const heartbeatMs = 20_000

export interface LiveRouteDeps {
  database: Database
  hub: LiveHub
  pulse: StreamPulse
  clock: { now(): number }
}

/**
 * One stream of pokes per device, as server-sent events read with fetch so that the token travels in a header. It ends
 * with the access token, with revocation and when the scopes change; the client then opens a new one. Events carry no id
 * and `Last-Event-ID` is not read: to find out what was missed costs what the pull costs that the client makes after `hello`.
 */
export function liveRoute(deps: LiveRouteDeps): Route {
  return defineRawRoute({
    method: 'get',
    path: '/api/v1/sync/live',
    summary: 'A stream of pokes: which collections changed, never what',
    tag: 'sync',
    access: signedIn,
    contentType: 'text/event-stream',
    async handle(request, response, { actor, session }: RequestContext<Actor>) {
      const who = { tenantId: actor.tenantId, actorId: actor.userId }
      const scopes = await deps.database.withTenant(who, (tx) => scopesOf(tx, actor))
      if (request.destroyed) return
      openStream(deps, { request, response }, { actor, scopes, expiresAt: session.expiresAt })
    }
  })
}

interface Holder {
  actor: Actor
  scopes: ScopesByCollection
  /** End of the access token, ms, server clock. */
  expiresAt: number
}

const heartbeat = Buffer.from(': still here\n\n')

function openStream(deps: LiveRouteDeps, exchange: { request: RawRequest; response: RawResponse }, holder: Holder): void {
  const { request, response } = exchange
  const { tenantId, userId, deviceId } = holder.actor
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no'
  })
  /** Sent together with the first event, Node would keep the headers' text in eighty pieces. */
  response.flushHeaders()
  forgetRequest(request)
  const leaves: (() => void)[] = []
  /** Nothing may be written after the end: out of the hub and the pulse first. */
  const leave = () => leaves.splice(0).forEach((one) => one())
  const end = (reason: string) => {
    leave()
    response.end(eventText('bye', { reason }))
  }
  leaves.push(
    deps.hub.listen({
      tenantId,
      userId: userId ?? '',
      deviceId,
      ...whatIsHeard(holder),
      poke: (event) => void response.write(pokeText(event)),
      bye: end
    }),
    deps.pulse.add({
      expiresAt: holder.expiresAt,
      beat: () => void response.write(heartbeat),
      expire: () => end('token_expired')
    })
  )
  response.on('close', leave)
  request.resume()
  response.write(eventText('hello', { serverTime: deps.clock.now(), heartbeatMs }))
}

/** A stream stays open for minutes: lets go of what only its start needed, the token's text and the router's place. */
function forgetRequest(request: RawRequest): void {
  request.headers = {}
  request.rawHeaders = []
  Object.assign(request, { next: undefined })
}

const sharedSets = new Map<string, ReadonlySet<CollectionName>>()

function whatIsHeard({ actor, scopes: { usual, departmental } }: Holder): Pick<Listener, 'scopes' | 'collections' | 'departmental'> {
  const names = receivableCollections(actor)
  if (departmental === usual) return { scopes: usual, collections: setOf(names) }
  const ofGrievances = names.filter((name) => departmentalCollections.has(name))
  const others = names.filter((name) => !departmentalCollections.has(name))
  return { scopes: usual, collections: setOf(others), departmental: { scopes: departmental, collections: setOf(ofGrievances) } }
}

/** One set for all streams that receive the same. */
function setOf(names: readonly CollectionName[]): ReadonlySet<CollectionName> {
  const known = sharedSets.get(names.join()) ?? new Set(names)
  sharedSets.set(names.join(), known)
  return known
}

function eventText(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

const pokeTexts = new WeakMap<PokeEvent, Buffer>()

/** Written out once for all streams that are told the same. */
function pokeText(event: PokeEvent): Buffer {
  const known = pokeTexts.get(event)
  if (known) return known
  const text = Buffer.from(eventText('poke', event))
  pokeTexts.set(event, text)
  return text
}
