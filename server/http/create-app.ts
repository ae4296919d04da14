import express, { type Express, type RequestHandler, type Response } from 'express'
import { AppError } from '#shared/errors.ts'
import { accessLog } from './request/access-log.ts'
import type { AppDeps } from './app-deps.ts'
import { healthRouter } from './observability/health.ts'
import { problemResponder } from './request/problem-responder.ts'
import { runRoute } from './request/route-runner.ts'
import { securityHeaders } from './security-headers.ts'
import { serveStatic } from './static-files.ts'
import { createTenantResolver } from './tenant-resolution.ts'

/**
 * The web application. Health first, which knows no tenant; then the tenant; then routes in the order given; then the
 * built apps; then what is left: a wrong method, or an unknown path.
 */
export function createApp(deps: AppDeps): Express {
  const app = bareApp(deps)
  app.use(resolveTenant(deps))
  for (const route of deps.routes) app[route.method](route.path, runRoute(route, deps))
  for (const site of deps.staticMounts) app.use(serveStatic(site))
  for (const [path, methods] of methodsByPath(deps)) app.all(path, rememberMethods(methods))
  app.use(nothingFound)
  app.use(problemResponder(deps))
  return app
}

/** What a process without the web role answers: its health, readiness and metrics, and nothing else. */
export function createHealthApp(deps: AppDeps): Express {
  const app = bareApp(deps)
  app.use(nothingFound)
  app.use(problemResponder(deps))
  return app
}

function bareApp(deps: AppDeps): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', deps.trustProxy)
  app.set('query parser', 'simple')
  app.use(requestId(deps), accessLog(deps))
  app.use(...securityHeaders({ https: deps.publicUrl.startsWith('https:') }))
  app.use(sayGoodbyeWhenDraining(deps))
  app.use(healthRouter(deps))
  return app
}

const safeId = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/

/** The proxy's own id of a request where a proxy is trusted and it is one that logs can hold; else one of ours. */
function requestId(deps: AppDeps): RequestHandler {
  return (request, response, next) => {
    const given = deps.trustProxy === false ? undefined : request.get('X-Request-Id')
    const id = given !== undefined && safeId.test(given) ? given : deps.newRequestId()
    response.locals['requestId'] = id
    response.setHeader('X-Request-Id', id)
    next()
  }
}

/** While draining each reply closes its connection, so that keep-alive clients go to another process. */
function sayGoodbyeWhenDraining(deps: AppDeps): RequestHandler {
  return (_request, response, next) => {
    if (deps.readiness.draining) response.setHeader('Connection', 'close')
    next()
  }
}

function resolveTenant(deps: AppDeps): RequestHandler {
  const resolver = createTenantResolver(deps.directory, deps.clock)
  return async (request, response, next) => {
    const resolved = await resolver.resolve(request)
    if (!resolved) throw new AppError('not_found', 'There is no office at this address.')
    response.locals['resolved'] = resolved
    next()
  }
}

function methodsByPath(deps: AppDeps): Map<string, string[]> {
  const methods = new Map<string, string[]>()
  for (const route of deps.routes) methods.set(route.path, [...(methods.get(route.path) ?? []), route.method.toUpperCase()])
  return methods
}

function rememberMethods(methods: string[]): RequestHandler {
  return (_request, response, next) => {
    allowedMethods(response).push(...methods)
    next()
  }
}

const nothingFound: RequestHandler = (_request, response) => {
  const allowed = [...new Set(allowedMethods(response))]
  if (allowed.length === 0) throw new AppError('not_found', 'There is nothing at this address.')
  if (allowed.includes('GET')) allowed.push('HEAD')
  response.setHeader('Allow', allowed.join(', '))
  throw new AppError('method_not_allowed')
}

function allowedMethods(response: Response): string[] {
  response.locals['allowed'] ??= []
  return response.locals['allowed'] as string[]
}
