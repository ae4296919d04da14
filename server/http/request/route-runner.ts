import type { Request, RequestHandler, Response } from 'express'
import { AppError } from '#shared/errors.ts'
import type { AppDeps } from '../app-deps.ts'
import { JsonText, type JsonRoute, type RawRoute, type Route } from '../define-route.ts'
import { defaultBodyLimit, parsePart, readJsonBody, refuseLongBody } from './parse-input.ts'
import { applyLimit } from '../rate-limit.ts'
import { buildContext } from './build-context.ts'
import type { RequestContext } from '../request-context.ts'
import { sendJsonText } from './send-json-text.ts'

/** Express handler of a route: access, then limits, then input, then the route's own work. */
export function runRoute(route: Route, deps: AppDeps): RequestHandler {
  return async (request, response) => {
    response.locals['route'] = route.path
    const context = await buildContext({ request, response }, deps, route.access)
    const verdict = route.access.judge(context.actor)
    if (verdict === 'signed_out') throw new AppError('unauthenticated')
    if (verdict === 'forbidden') throw new AppError('forbidden')
    if (route.limit) await applyLimit(deps.limiter, route.limit, { request, response, context })
    const params = parsePart(route.params, { ...request.params }, 'params')
    const query = parsePart(route.query, { ...request.query }, 'query')
    if (route.kind === 'json') await runJson(route, deps, { request, response, context, params, query })
    else await runRaw(route, { request, response, context, params, query })
  }
}

interface Exchange {
  request: Request
  response: Response
  context: RequestContext
  params: unknown
  query: unknown
}

async function runJson(route: JsonRoute, deps: AppDeps, exchange: Exchange): Promise<void> {
  const { request, response, context, params, query } = exchange
  const raw = route.body ? await readJsonBody(request, response, route.bodyLimit ?? defaultBodyLimit) : undefined
  const body = parsePart(route.body, raw, 'body')
  const reply = await route.handle({ params, query, body, context })
  if (deps.checkReplies) checkReply(route, reply)
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value)
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store')
  response.status(reply.status)
  if (reply.body === undefined) response.end()
  else if (!(reply.body instanceof JsonText)) response.json(reply.body)
  else if (response.getHeader('Cache-Control') === 'no-store') await sendJsonText({ request, response }, reply.body)
  else response.type('application/json').send(reply.body.text)
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
