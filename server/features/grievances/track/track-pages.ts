import { AppError, errorCodes } from '#shared/errors.ts'
import { toLatinDigits } from '#shared/i18n/native-digits.ts'
import { parseTrackingNumber } from '#shared/tracking-number.ts'
import { errorSummary, textInput, type PageError } from '../../../portal/fields.ts'
import { html } from '../../../portal/html.ts'
import type { PageReply, PageRequest, PageRoute } from '../../../portal/page-route.ts'
import type { PortalNeeds } from '../pages/needs.ts'
import type { TrackLimits } from './track-limits.ts'
import { lookUp } from './track-lookup.ts'
import type { TrackPasses } from './track-pass.ts'
import { reporterSelf } from '../privacy/consent-store.ts'
import { askToErase, changeConsent, selfPart } from './track-self.ts'
import { statusBody } from './track-status.ts'
import { readTracked } from './track-store.ts'

export interface TrackParts {
  readonly needs: PortalNeeds
  readonly limits: TrackLimits
  readonly passes: TrackPasses
}

const selfLimit = { name: 'portal-self', points: 30, seconds: 60, by: 'network' } as const

/** Following a report with its number and the last four digits of the phone. */
export function trackPages(parts: TrackParts): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/track',
      summary: 'Asks for the number of a report',
      handle: (request) => askPage(request, { errors: [] })
    },
    {
      method: 'post',
      path: '/track',
      summary: 'Opens a report by its number',
      handle: (request) => openReport(parts, request),
      limit: { name: 'portal-track', points: 120, seconds: 60, by: 'network' }
    },
    {
      method: 'get',
      path: '/track/status',
      summary: 'How a report stands',
      handle: (request) => statusPage(parts, request)
    },
    {
      method: 'post',
      path: '/track/consent',
      summary: 'Gives or withdraws a consent',
      handle: (request) => changeConsent(parts, request),
      limit: selfLimit
    },
    {
      method: 'post',
      path: '/track/erase',
      summary: 'Asks the office to erase the data of a report',
      handle: (request) => askToErase(parts, request),
      limit: selfLimit
    },
    {
      method: 'get',
      path: '/track/photo/:id',
      summary: 'A photo that the office shows to the reporter',
      handle: (request) => publicPhoto(parts, request)
    }
  ]
}

interface Asking {
  readonly errors: readonly PageError[]
  readonly status?: number
  readonly retryAfter?: number
}

function askPage({ t, form, query, frame }: PageRequest, { errors, status, retryAfter }: Asking): PageReply {
  const failed = errors.length > 0
  const optional = t('portal.track.digitsOptional')
  const body = html`${errorSummary(errors, t)}<h1>${t('portal.track.title')}</h1>
<form class="portal-form" method="post" action="${frame.basePath}/track" novalidate>
${textInput({ name: 'number', label: t('portal.track.number'), hint: t('portal.track.numberHint'), value: form.text('number') || (query['number'] ?? ''), errors, complete: 'off', max: 60 })}
${textInput({ name: 'digits', label: t('portal.track.digits'), hint: optional, value: form.text('digits'), errors, mode: 'numeric', complete: 'off', max: 20, short: true })}
<p class="portal-actions"><button class="button button--primary button--tall" type="submit" id="open">${t('portal.track.open')}</button></p></form>`
  return {
    kind: 'page',
    title: t('portal.track.title'),
    body,
    back: '/',
    failed,
    status: status ?? (failed ? errorCodes.unprocessable.status : 200),
    ...(retryAfter !== undefined && { headers: { 'Retry-After': String(retryAfter) } })
  }
}

async function openReport(parts: TrackParts, request: PageRequest): Promise<PageReply> {
  const { t, form, context } = request
  const number = parseTrackingNumber(form.text('number'))
  if (!number.ok) {
    const message = form.text('number') === '' ? t('portal.track.missing') : t(`portal.track.wrong.${number.problem}`)
    return askPage(request, { errors: [{ field: 'number', message }] })
  }
  const answer = await lookUp(parts, context, { number: number.trackingNumber, digits: digitsOf(form.text('digits')) })
  if (answer.outcome === 'open')
    return { kind: 'redirect', to: '/track/status', cookies: [parts.passes.cookie(context, answer)] }
  if (answer.outcome === 'nothing')
    return askPage(request, { errors: [{ field: 'number', message: t('portal.track.nothing') }], status: 404 })
  const message = t('portal.track.wait', { count: answer.seconds })
  return askPage(request, {
    errors: [{ field: 'open', message }],
    status: errorCodes.too_many_requests.status,
    retryAfter: answer.seconds
  })
}

/** The last four digits, of whatever was typed: a whole phone number will do. */
export function digitsOf(text: string): string {
  return toLatinDigits(text).replace(/\D/g, '').slice(-4)
}

async function statusPage({ needs, passes }: TrackParts, request: PageRequest): Promise<PageReply> {
  const pass = passes.read(request.context)
  if (pass === null) return { kind: 'redirect', to: '/track' }
  const found = await needs.database.withTenant(
    { tenantId: request.context.tenant.tenantId },
    async (tx) => ({
      grievance: await readTracked(tx, pass.grievanceId),
      self: pass.level === 'full' ? await reporterSelf(tx, pass.grievanceId) : null
    }),
    { readOnly: true }
  )
  const { grievance, self } = found
  if (grievance === null) return { kind: 'redirect', to: '/track' }
  const title = `${request.t(`portal.stateName.${grievance.state}`)} – ${grievance.number}`
  return { kind: 'page', title, body: html`${statusBody(request, grievance, pass.level)}${self && selfPart(request, self)}`, back: '/track', noIndex: true }
}

/** Only what came with a public entry of the opened report, and only for whoever gave the digits of the phone. */
async function publicPhoto({ needs, passes }: TrackParts, request: PageRequest): Promise<PageReply> {
  const { tenantId } = request.context.tenant
  const photoId = request.params['id'] ?? ''
  const pass = passes.read(request.context)
  const grievance =
    pass?.level === 'full'
      ? await needs.database.withTenant({ tenantId }, (tx) => readTracked(tx, pass.grievanceId), { readOnly: true })
      : null
  const isShown = grievance?.timeline.some((entry) => entry.photos.includes(photoId)) ?? false
  const subject = { type: 'grievance', id: pass?.grievanceId ?? '' }
  const bytes = isShown ? await needs.smallPhoto({ tenantId, photoId, subject }) : null
  if (bytes === null) throw new AppError('not_found', 'There is no such photo.')
  return { kind: 'image', bytes, type: 'image/jpeg' }
}
