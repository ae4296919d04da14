import type { ErrorRequestHandler, Request } from 'express'
import { problemBody } from '#shared/errors.ts'
import type { AppDeps } from '../app-deps.ts'
import { languageOf } from './build-context.ts'
import { asAppError } from '../problems.ts'
import { TooManyRequests } from '../rate-limit.ts'
import type { ResolvedTenant } from '../tenant-resolution.ts'

/** Turns whatever a route threw into problem+json, or into a page where a browser asked for one. Logs what nobody expected. */
export function problemResponder(deps: AppDeps): ErrorRequestHandler {
  // eslint-disable-next-line max-params -- Express knows an error handler by its four parameters
  return (thrown, request, response, _next) => {
    const requestId = response.locals['requestId'] as string
    const problem = problemBody(asAppError(thrown), requestId)
    if (problem.status >= 500) deps.log.error({ requestId, route: response.locals['route'] as string, ...facts(thrown) }, 'request failed')
    if (response.headersSent) {
      response.destroy()
      return
    }
    const resolved = response.locals['resolved'] as ResolvedTenant | undefined
    if (thrown instanceof TooManyRequests) response.setHeader('Retry-After', String(thrown.retryAfter))
    response.removeHeader('Content-Encoding')
    response.setHeader('Cache-Control', 'no-store')
    response.vary('Accept')
    response.status(problem.status)
    if (deps.problemPage && wantsPage(request)) {
      const language = languageOf(request, resolved?.tenant.languages ?? ['en', 'hi'])
      const page = { language, basePath: resolved?.basePath ?? '', tenant: resolved?.tenant ?? null }
      response.type('html').send(deps.problemPage(problem, page))
      return
    }
    response.type('application/problem+json').send(JSON.stringify(problem))
  }
}

/** What an unexpected error may say in the log: its kind, code and place. Messages of Postgres carry values of rows. */
function facts(thrown: unknown): object {
  if (!(thrown instanceof Error)) return { error: typeof thrown }
  const { code, table, constraint } = thrown as Error & { code?: string; table?: string; constraint?: string }
  const fromPostgres = code !== undefined && /^[0-9A-Z]{5}$/.test(code)
  const frames = thrown.stack?.split('\n').filter((line) => line.startsWith('    at ')).slice(0, 12)
  return { error: thrown.name, message: fromPostgres ? undefined : thrown.message, code, table, constraint, frames }
}

function wantsPage(request: Request): boolean {
  return !request.path.startsWith('/api/') && request.accepts(['json', 'html']) === 'html'
}
