import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import type { Request, RequestHandler, Response } from 'express'
import type { ResolvedTenant } from './tenant-resolution.ts'

/** A built app: every path below `mount` is a file of `folder`, else the app's index.html. */
export interface StaticMount {
  /** Path below the tenant's base path, e.g. `/field`. */
  readonly mount: string
  /** Absolute folder of the build. */
  readonly folder: string
  /** True for an app with its own router: unknown paths without an extension get index.html. */
  readonly singlePage: boolean
}

const hashedName = /^assets\/[\w.-]{1,200}-[\w-]{8}\.[a-z0-9]{1,8}$/
const forever = 'public, max-age=31536000, immutable'

/** Serves one built app. Files named by their content are kept for a year, everything else is asked for each time. */
export function serveStatic(site: StaticMount): RequestHandler {
  return async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next()
    const path = pathBelow(site.mount, request.path)
    if (path === null) return next()
    if (path === '' && !request.path.endsWith('/')) return response.redirect(308, `${basePathOf(response)}${site.mount}/`)
    if (path !== '' && path !== 'index.html' && (await isFile(join(site.folder, path)))) {
      response.locals['route'] = `${site.mount}/*`
      return sendBuiltFile({ request, response }, site, path)
    }
    const wantsPage = site.singlePage && extname(path) === ''
    if (wantsPage || path === 'index.html') return sendIndex(response, site, next)
    next()
  }
}

/** Path inside the folder, without a leading slash; null when the request is for something else or climbs out. */
function pathBelow(mount: string, path: string): string | null {
  if (path !== mount && !path.startsWith(`${mount}/`)) return null
  let decoded: string
  try {
    decoded = decodeURIComponent(path.slice(mount.length + 1))
  } catch {
    return null
  }
  const clean = normalize(decoded).replace(/^\.$/, '')
  return clean.startsWith('..') || clean.startsWith('/') || clean.includes('\0') || /(^|\/)\./.test(clean) ? null : clean
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found?.isFile() === true
}

async function sendBuiltFile(exchange: { request: Request; response: Response }, site: StaticMount, path: string): Promise<void> {
  const { request, response } = exchange
  response.type(path.endsWith('.webmanifest') ? 'application/manifest+json' : extname(path) || 'bin')
  response.setHeader('Cache-Control', hashedName.test(path) ? forever : 'no-cache')
  response.vary('Accept-Encoding')
  if (path === 'service-worker.js') response.setHeader('Service-Worker-Allowed', `${basePathOf(response)}${site.mount}/`)
  const packed = await packedName(request, site.folder, path)
  if (packed) response.setHeader('Content-Encoding', packed.encoding)
  await new Promise<void>((resolve, reject) => {
    response.sendFile(packed?.name ?? path, { root: site.folder, cacheControl: false }, (error?: Error) =>
      error && !response.headersSent ? reject(error) : resolve()
    )
  })
}

async function packedName(request: Request, folder: string, path: string) {
  for (const [encoding, ending] of [['br', '.br'], ['gzip', '.gz']] as const) {
    if (request.acceptsEncodings(encoding) && (await isFile(join(folder, path + ending)))) return { encoding, name: path + ending }
  }
  return null
}

/** index.html with the tenant's address as its base, so that one build serves every tenant. */
async function sendIndex(response: Response, site: StaticMount, next: (error?: unknown) => void): Promise<void> {
  const file = join(site.folder, 'index.html')
  if (!existsSync(file)) return next()
  const html = await readFile(file, 'utf8')
  response.locals['route'] = `${site.mount}/*`
  response.setHeader('Cache-Control', 'no-cache')
  response.type('html').send(withBase(html, `${basePathOf(response)}${site.mount}/`))
}

/** Puts `<base>` first into the head, or in place of one that is there. */
export function withBase(html: string, href: string): string {
  const base = `<base href="${href}">`
  if (/<base\s[^<>]{0,500}>/i.test(html)) return html.replace(/<base\s[^<>]{0,500}>/i, base)
  return html.replace(/<head(?:\s[^<>]{0,500})?>/i, (head) => `${head}${base}`)
}

function basePathOf(response: Response): string {
  return (response.locals['resolved'] as ResolvedTenant).basePath
}
