import type { Request, Response } from 'express'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Locale } from '#shared/i18n/language.ts'
import { locales } from '#shared/i18n/language.ts'
import type { Translate } from '#shared/i18n/translator.ts'
import { anyone } from '../http/access.ts'
import { allowInline } from '../http/content-security-policy.ts'
import { cookieHeader } from '../http/cookies.ts'
import { defineRawRoute, type RawRoute } from '../http/define-route.ts'
import type { RateLimit } from '../http/rate-limit.ts'
import type { RequestContext } from '../http/request-context.ts'
import { emptyForm, readForm, type FormBody } from './form-body.ts'
import { brandCss, renderPage, type PageContent, type PageFrame } from './layout.ts'
import type { PortalAssets } from './portal-assets.ts'
import { localeOf, portalTexts } from './portal-texts.ts'
import { refuseForeignPost } from './same-origin.ts'

export interface PageRequest {
  readonly context: RequestContext
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly form: FormBody
  readonly frame: PageFrame
  readonly locale: Locale
  readonly t: Translate
}

/** Set-Cookie values that go with any reply. */
interface WithCookies {
  readonly cookies?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

export type PageReply = WithCookies &
  (
    | ({ readonly kind: 'page'; readonly status?: number } & PageContent)
    | { readonly kind: 'redirect'; readonly to: string }
    /** Something to take along; `name` of the file: plain letters, digits, dots and dashes. */
    | { readonly kind: 'file'; readonly text: string; readonly type: string; readonly name: string }
    | { readonly kind: 'image'; readonly bytes: Buffer; readonly type: string }
  )

export interface PageRoute {
  readonly method: 'get' | 'post'
  readonly path: string
  readonly summary: string
  readonly limit?: RateLimit
  /** For a form that takes files: how many, and the bytes of each. */
  readonly files?: { count: number; bytes: number }
  /** `?lang=` shows the page in that language and leaves the choice as it was; else it is remembered and taken off the address. */
  readonly languageByAddress?: boolean
  handle(request: PageRequest): Promise<PageReply> | PageReply
}

export interface PortalOptions {
  readonly assets: PortalAssets
  readonly cookieSecure: boolean
}

const year = 365 * 24 * 60 * 60
const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)

/** Makes routes of pages: language, origin of posts, frame, security headers and compression are the same for all. */
export function definePage(page: PageRoute, options: PortalOptions): RawRoute {
  return defineRawRoute({
    method: page.method,
    path: page.path,
    summary: page.summary,
    tag: 'portal',
    access: anyone,
    contentType: 'text/html',
    ...(page.limit && { limit: page.limit }),
    ...(page.files && { bodyLimit: page.files.count * page.files.bytes + 100_000 }),
    async handle(request, response, context) {
      const query = textsOf(request.query)
      const asked = context.tenant.languages.includes(query['lang'] ?? '')
        ? locales.find((code) => code === query['lang'])
        : undefined
      if (asked && page.method === 'get' && !page.languageByAddress)
        return rememberLanguage(request, response, { context, asked, options })
      if (page.method === 'post') refuseForeignPost(request)
      const locale = page.languageByAddress && asked ? asked : localeOf(context.language)
      const frame = frameOf(request, context, locale)
      const form = page.method === 'post' ? await readForm(request, page.files ?? null) : emptyForm
      const params = textsOf({ ...request.params })
      const reply = await page.handle({ context, params, query, form, frame, locale, t: frame.t })
      await send(request, response, { reply, frame, options })
    }
  })
}

function frameOf(request: Request, context: RequestContext, locale: Locale): PageFrame {
  const { tenant, basePath } = context
  return {
    locale,
    demo: tenant.demo,
    brand: { color: tenant.brandColor ?? null, logo: tenant.logoVersion ?? null },
    officeName: tenant.name,
    slug: tenant.slug,
    languages: tenant.languages,
    t: portalTexts(locale),
    basePath,
    path: request.path
  }
}

async function send(
  request: Request,
  response: Response,
  { reply, frame, options }: { reply: PageReply; frame: PageFrame; options: PortalOptions }
): Promise<void> {
  response.setHeader('Cache-Control', 'private, no-store')
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value)
  for (const cookie of reply.cookies ?? []) response.append('Set-Cookie', cookie)
  if (reply.kind === 'redirect') return response.redirect(303, `${frame.basePath}${reply.to}`)
  if (reply.kind === 'image') {
    response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox")
    response.type(reply.type).send(reply.bytes)
    return
  }
  if (reply.kind === 'file') {
    response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox")
    response.setHeader('Content-Disposition', `attachment; filename="${reply.name}"`)
    response.type(reply.type).send(reply.text)
    return
  }
  const brand = brandCss(frame)
  if (options.assets.css !== '') allowInline(response, { styles: [options.assets.css, ...(brand ? [brand] : [])] })
  response.setHeader('Content-Language', frame.locale)
  response
    .vary('Accept-Language')
    .vary('Cookie')
    .status(reply.status ?? 200)
    .type('html')
  await sendPacked(request, response, renderPage(frame, reply, { assets: options.assets, styles: 'inline' }))
}

/** Pages are small and lines are bad: packed here, so that it does not depend on a proxy. */
async function sendPacked(request: Request, response: Response, text: string): Promise<void> {
  response.vary('Accept-Encoding')
  const encoding = request.acceptsEncodings('br', 'gzip')
  if (encoding === 'br') {
    response
      .setHeader('Content-Encoding', 'br')
      .send(await brotli(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }))
  } else if (encoding === 'gzip') response.setHeader('Content-Encoding', 'gzip').send(await gzipped(text))
  else response.send(text)
}

function rememberLanguage(
  request: Request,
  response: Response,
  { context, asked, options }: { context: RequestContext; asked: Locale; options: PortalOptions }
): void {
  const cookie = cookieHeader('lang', asked, {
    path: context.basePath || '/',
    maxAge: year,
    httpOnly: false,
    sameSite: 'Lax',
    secure: options.cookieSecure
  })
  const rest = new URLSearchParams(textsOf(request.query))
  rest.delete('lang')
  const tail = rest.size > 0 ? `?${rest.toString()}` : ''
  response
    .append('Set-Cookie', cookie)
    .setHeader('Cache-Control', 'private, no-store')
    .redirect(303, `${context.basePath}${request.path}${tail}`)
}

function textsOf(given: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  )
}
