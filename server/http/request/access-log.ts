import type { RequestHandler } from 'express'
import type { AppDeps } from '../app-deps.ts'
import type { ResolvedTenant } from '../tenant-resolution.ts'

/**
 * One line and one measurement per request. The line carries the route's pattern, never the address itself: paths and
 * queries hold tracking numbers and names. No address of the caller, no body.
 */
export function accessLog(deps: AppDeps): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now()
    response.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1000
      const route = (response.locals['route'] as string | undefined) ?? 'unmatched'
      const labels = { method: request.method, route, status: String(response.statusCode) }
      deps.metrics.httpSeconds.observe(labels, seconds)
      const fields = {
        requestId: response.locals['requestId'] as string,
        tenant: (response.locals['resolved'] as ResolvedTenant | undefined)?.tenant.tenantId,
        ...labels,
        ms: Math.round(seconds * 1000),
        cut: !response.writableFinished || undefined
      }
      if (route !== 'health') deps.log.info(fields, 'request')
    })
    next()
  }
}
