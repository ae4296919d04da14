import type { Request, RequestHandler, Response } from 'express'
import { AppError } from '#shared/errors.ts'
import { isUuid } from '#shared/ids.ts'
import type { AppDeps } from '../app-deps.ts'
import { JsonText, type JsonRoute, type RawRoute, type Route } from '../define-route.ts'
import { defaultBodyLimit, parsePart, readFormBody, readJsonBody, refuseLongBody } from './parse-input.ts'
import type { Caller } from '../limits/default-limits.ts'
import type { ResolvedTenant } from '../tenant-resolution.ts'
import { onceFor, readIdempotencyKey, type KeptReply } from '../idempotency/idempotency.ts'
import { applyLimit, tellLimit } from '../rate-limit.ts'
import { holdsTag, tagOfText } from './entity-tag.ts'
import { refuseImpersonator } from './refuse-impersonator.ts'
import { refuseLimited } from './refuse-limited.ts'
import { buildContext } from './build-context.ts'
import type { RequestContext } from '../request-context.ts'
import { sendJsonText } from './send-json-text.ts'

/** Express handler of a route: limits, then access, then input, then the route's own work. */
export function runRoute(route: Route, deps: AppDeps): RequestHandler {
  return async (request, response) => {
    response.locals['route'] = route.path
    const context = await buildContext({ request, response }, deps, route.access).catch(async (refusal: unknown) => {
      await holdToDefault(deps, response, strangerOf(request, response))
      throw refusal
    })
    if (route.limit) await applyLimit(deps.limiter, route.limit, { response, context })
    else await holdToDefault(deps, response, context)
    const verdict = route.access.judge(context.actor)
    if (verdict === 'signed_out') throw new AppError('unauthenticated')
    refuseImpersonator(route, context.session, verdict)
    refuseLimited(route, context.session)
    if (verdict === 'forbidden') throw new AppError('forbidden')
    const params = parsePart(route.params, { ...request.params }, 'params')
    const query = parsePart(route.query, { ...request.query }, 'query')
    await noteLook(route, deps, { context, params })
    if (route.kind === 'json') await runJson(route, deps, { request, response, context, params, query })
    else await runRaw(route, { request, response, context, params, query })
  }
}

/** Before the answer, so that nothing is seen that was not written down. What anyone may open is nobody's secret. */
async function noteLook(route: Route, deps: AppDeps, { context, params }: Pick<Exchange, 'context' | 'params'>): Promise<void> {
  const { session, requestId } = context
  if (!session?.isImpersonated || route.access.kind === 'anyone') return
  const id = Object.values((params ?? {}) as Record<string, unknown>).find((value) => isUuid(value)) as string | undefined
  await deps.noteLook({ session, route: `${route.method.toUpperCase()} ${route.path}`, noun: route.tag, id: id ?? null, requestId })
}

async function holdToDefault(deps: AppDeps, response: Response, caller: Caller): Promise<void> {
  const { limit, state } = await deps.defaultLimits.consume(caller)
  tellLimit(response, limit, state)
}

/** A bad token makes nobody known: guesses count for the network they come from. */
function strangerOf(request: Request, response: Response): Caller {
  return { tenant: (response.locals['resolved'] as ResolvedTenant).tenant, actor: null, ip: request.ip ?? '' }
}

interface Exchange {
  request: Request
  response: Response
  context: RequestContext
  params: unknown
  query: unknown
}

async function runJson(route: JsonRoute, deps: AppDeps, exchange: Exchange): Promise<void> {
  const { request, response } = exchange
  const read = route.formBody ? readFormBody : readJsonBody
  const raw = route.body ? await read(request, response, route.bodyLimit ?? defaultBodyLimit) : undefined
  const body = parsePart(route.body, raw, 'body')
  const reply = await answer(route, deps, { ...exchange, body })
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value)
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store')
  response.status(reply.status)
  if (reply.body === undefined) response.end()
  else if (!(reply.body instanceof JsonText)) sendJson({ request, response }, reply.body)
  else if (response.getHeader('Cache-Control') === 'no-store') await sendJsonText({ request, response }, reply.body)
  else response.type('application/json').send(reply.body.text)
}

/** A caller who has this answer already gets none again. Told by our own tag: `no-cache` of a request is about caches on the way. */
function sendJson({ request, response }: { request: Request; response: Response }, body: unknown): void {
  const text = JSON.stringify(body)
  if (request.method === 'GET' && response.statusCode === 200) {
    const tag = tagOfText(text)
    response.setHeader('ETag', tag)
    if (holdsTag(request.headers['if-none-match'], tag)) return void response.status(304).end()
  }
  response.type('application/json').send(text)
}

async function answer(route: JsonRoute, deps: AppDeps, exchange: Exchange & { body: unknown }): Promise<KeptReply> {
  const { request, response, context, params, query, body } = exchange
  const work = async (): Promise<KeptReply> => {
    const reply = await route.handle({ params, query, body, context })
    if (deps.checkReplies) checkReply(route, reply)
    return { headers: {}, ...reply }
  }
  const key = route.method === 'post' && !route.repeatable && context.actor ? readIdempotencyKey(request.get('Idempotency-Key')) : null
  if (key === null || !context.actor) return work()
  const { originalUrl: address, method } = request
  const { reply, again } = await onceFor(deps.idempotency, { actor: context.actor, key, content: { method, address, body } }, work)
  if (again) response.setHeader('Idempotent-Replayed', 'true')
  return reply
}

async function runRaw(route: RawRoute, exchange: Exchange): Promise<void> {
  const { request, response, context, params, query } = exchange
  if (route.bodyLimit !== undefined) refuseLongBody(request, route.bodyLimit)
  await route.handle(request, response, context, { params, query })
}

/** In tests each reply is held against its schema, so that the API description cannot lie. */
function checkReply(route: JsonRoute, reply: { status: number; body: unknown }): void {
  const schema = route.reply[reply.status]
  if (!schema) throw new Error(`${route.method} ${route.path} has no reply ${reply.status}`)
  const parsed = schema.safeParse(reply.body instanceof JsonText ? JSON.parse(reply.body.text) : reply.body)
  if (!parsed.success) throw new Error(`${route.method} ${route.path} ${reply.status}: ${parsed.error.message}`)
}
