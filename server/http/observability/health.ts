import { timingSafeEqual } from 'node:crypto'
import { Router, type Request, type Response } from 'express'
import type { AppDeps } from '../app-deps.ts'
import { AppError } from '#shared/errors.ts'

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/** /health: the process is alive. /readiness: it can work, by part. /metrics: for the operator only. None knows a tenant. */
export function healthRouter(deps: AppDeps): Router {
  const router = Router()
  router.use(['/health', '/readiness', '/metrics'], (_request, response, next) => {
    response.locals['route'] = 'health'
    response.setHeader('Cache-Control', 'no-store')
    next()
  })
  router.get('/health', (_request, response) => {
    response.json({ status: 'alive' })
  })
  router.get('/readiness', async (_request, response) => {
    const report = await deps.readiness.report()
    response.status(report.ready ? 200 : 503).json(report)
  })
  router.get('/metrics', async (request, response) => sendMetrics(request, response, deps))
  return router
}

/** Closed to others with the answer of an unknown path. A proxy on the same machine is no loopback caller. */
async function sendMetrics(request: Request, response: Response, deps: AppDeps): Promise<void> {
  const direct = loopback.has(request.socket.remoteAddress ?? '') && request.headers['x-forwarded-for'] === undefined
  if (!direct && !holdsToken(request, deps.metricsToken)) throw new AppError('not_found', 'There is nothing at this address.')
  response.type(deps.metrics.registry.contentType).send(await deps.metrics.registry.metrics())
}

function holdsToken(request: Request, token: string | null): boolean {
  const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (token === null || given === undefined) return false
  const left = Buffer.from(given)
  const right = Buffer.from(token)
  return left.length === right.length && timingSafeEqual(left, right)
}
