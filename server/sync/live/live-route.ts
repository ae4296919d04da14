import type { Actor } from '#shared/identity/actor.ts'
import { signedIn } from '../../http/access.ts'
import { defineRawRoute, type RawRequest, type RawResponse, type Route } from '../../http/define-route.ts'
import type { RequestContext } from '../../http/request-context.ts'
import type { Database } from '../../postgres/transaction.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { LiveHub } from './live-hub.ts'
import { receivableCollections, scopesOf } from '../scopes.ts'

export const heartbeatMs = 20_000

export interface LiveRouteDeps {
  database: Database
  hub: LiveHub
  heartbeat: Heartbeat
  clock: { now(): number }
}

/**
 * One stream of pokes per device, as server-sent events read with fetch so that the token travels in a header. It ends
 * with the access token, with revocation and when the scopes change; the client then opens a new one.
 */
export function liveRoute(deps: LiveRouteDeps): Route {
  return defineRawRoute({
    method: 'get',
    path: '/api/v1/sync/live',
    summary: 'A stream of pokes: which collections changed, never what',
    tag: 'sync',
    access: signedIn,
    contentType: 'text/event-stream',
    handle: (request, response, context) => openStream(deps, { request, response, context })
  })
}

interface Exchange {
  request: RawRequest
  response: RawResponse
  context: RequestContext<Actor>
}

async function openStream(deps: LiveRouteDeps, { request, response, context }: Exchange): Promise<void> {
  const { actor, session } = context
  const scopes = await deps.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, (tx) => scopesOf(tx, actor))
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no'
  })
  const send = (event: string, data: unknown) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  const end = (reason: string) => {
    send('bye', { reason })
    response.end()
  }
  const leave = deps.hub.listen({
    tenantId: actor.tenantId,
    userId: actor.userId ?? '',
    deviceId: actor.deviceId,
    scopes: new Set(scopes),
    collections: new Set(receivableCollections(actor)),
    poke: (event) => send('poke', event),
    bye: end
  })
  const quiet = deps.heartbeat.add(() => response.write(': still here\n\n'))
  const expiry = setTimeout(() => end('token_expired'), Math.max(0, session.expiresAt - deps.clock.now()))
  request.on('close', () => {
    leave()
    quiet()
    clearTimeout(expiry)
  })
  send('hello', { serverTime: deps.clock.now(), heartbeatMs })
}
