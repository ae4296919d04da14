import type { Request, Response } from 'express'
import type { Access } from '../access.ts'
import type { AppDeps } from '../app-deps.ts'
import { readCookie } from '../cookies.ts'
import type { RequestContext, Session } from '../request-context.ts'
import type { ResolvedTenant } from '../tenant-resolution.ts'

/** Context of one request; reads the access token where there is one. A bad token fails only where one is needed. */
export async function buildContext(
  exchange: { request: Request; response: Response },
  deps: AppDeps,
  access: Access
): Promise<RequestContext> {
  const { request, response } = exchange
  const { tenant, basePath } = response.locals['resolved'] as ResolvedTenant
  const requestId = response.locals['requestId'] as string
  const session = await readSession(request, deps, { tenant, required: access.kind !== 'anyone' })
  return {
    tenant,
    basePath,
    actor: session?.actor ?? null,
    session,
    requestId,
    clock: deps.clock,
    log: deps.log.child({ requestId, tenant: tenant.tenantId }),
    ip: request.ip ?? '',
    language: languageOf(request, tenant.languages),
    cookie: (name) => readCookie(request.headers.cookie, name),
    basic: readBasic(request)
  }
}

async function readSession(
  request: Request,
  deps: AppDeps,
  options: { tenant: ResolvedTenant['tenant']; required: boolean }
): Promise<Session | null> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (!token) return null
  if (options.required) return deps.authenticate(token, options.tenant)
  return deps.authenticate(token, options.tenant).catch(() => null)
}

function readBasic(request: Request): RequestContext['basic'] {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (encoded === undefined) return null
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return { id, secret }
}

/** The `lang` cookie, else what the browser asks for, else the tenant's first language. */
export function languageOf(request: Request, languages: readonly string[]): string {
  const chosen = readCookie(request.headers.cookie, 'lang')
  if (chosen !== undefined && languages.includes(chosen)) return chosen
  const asked = request.acceptsLanguages([...languages])
  return asked === false ? (languages[0] ?? 'en') : asked
}
