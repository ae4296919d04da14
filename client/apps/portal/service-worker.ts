import { PortalOutbox } from '#client/local-store/portal-outbox.ts'
import type { Locale } from '#shared/i18n/language.ts'
import { sendReports } from './offline/send-reports.ts'

declare const self: ServiceWorkerGlobalScope
/** Names of the hashed files of this build, relative to the portal's root; filled in by vite.config.ts. */
declare const __PORTAL_ASSETS__: readonly string[]

interface SyncEvent extends ExtendableEvent {
  readonly tag: string
}

const languages: readonly Locale[] = ['en', 'hi']
const syncTag = 'portal-outbox'
const refreshMs = 6 * 3_600_000

/** `/report/` or `/o/<slug>/report/`: what this worker answers for. Pages of the office and of field workers are not here. */
const scope = new URL('./', self.location.href)
const root = new URL('../', scope)
const basePath = root.pathname.replace(/\/$/, '')
const cacheName = `sampark-portal:${scope.pathname}:${__PORTAL_ASSETS__.join()}`
const assets = new Set(__PORTAL_ASSETS__.map((name) => new URL(name, root).href))
const languageKey = new URL('language', scope).href
const offlinePage = (language: string): string => new URL(`offline?lang=${language}`, scope).href

self.addEventListener('install', (event) => {
  event.waitUntil(fillCache().then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(removeOldCaches().then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (assets.has(request.url)) return event.respondWith(fromCache(request))
  if (request.mode === 'navigate' && request.url.startsWith(scope.href)) event.respondWith(openPage(event))
})

self.addEventListener('message', (event) => {
  if (event.data === 'refresh') event.waitUntil(refreshPages())
})

self.addEventListener('sync', ((event: SyncEvent) => {
  if (event.tag === syncTag) event.waitUntil(sendWaiting())
}) as EventListener)

async function fillCache(): Promise<void> {
  const cache = await caches.open(cacheName)
  await cache.addAll([...assets])
  await Promise.all(languages.map((language) => keepPage(cache, language)))
}

/** The worker's caches are shared by all offices of the host: only those of this one are its own. */
async function removeOldCaches(): Promise<void> {
  const own = (await caches.keys()).filter(
    (name) => name.startsWith(`sampark-portal:${scope.pathname}:`) && name !== cacheName
  )
  await Promise.all(own.map((name) => caches.delete(name)))
}

async function keepPage(cache: Cache, language: Locale): Promise<void> {
  const response = await fetch(offlinePage(language), { credentials: 'omit', cache: 'no-store' })
  if (!response.ok) throw new Error(`The offline form answered ${response.status}.`)
  await cache.put(offlinePage(language), response)
}

/** The lists of the form change: newer ones are fetched a few times a day. */
async function refreshPages(): Promise<void> {
  const cache = await caches.open(cacheName)
  for (const language of languages) {
    const kept = await cache.match(offlinePage(language))
    const at = Date.parse(kept?.headers.get('date') ?? '')
    if (!(Date.now() - at < refreshMs)) await keepPage(cache, language).catch(() => undefined)
  }
}

async function fromCache(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName })) ?? fetch(request)
}

/** The network first. Without one, whatever page of a report was asked for or sent, the form that works without it. */
async function openPage(event: FetchEvent): Promise<Response> {
  try {
    const response = await fetch(event.request)
    const language = response.headers.get('content-language')
    if (language) event.waitUntil(rememberLanguage(language))
    return response
  } catch {
    return (await caches.match(offlinePage(await rememberedLanguage(event.request)), { cacheName })) ?? Response.error()
  }
}

async function rememberLanguage(language: string): Promise<void> {
  const cache = await caches.open(cacheName)
  await cache.put(languageKey, new Response(language))
}

async function rememberedLanguage(request: Request): Promise<Locale> {
  const kept = await caches.match(languageKey, { cacheName })
  const wishes = [
    new URL(request.url).searchParams.get('lang'),
    await kept?.text(),
    self.navigator.language.split('-')[0]
  ]
  return (
    languages.find((language) => language === wishes.find((wish) => languages.some((known) => known === wish))) ?? 'en'
  )
}

async function sendWaiting(): Promise<void> {
  const outbox = new PortalOutbox(basePath)
  const clean = await sendReports({ outbox, basePath })
  for (const client of await self.clients.matchAll()) client.postMessage(syncTag)
  if (!clean) throw new Error('A report is left for later.')
}
