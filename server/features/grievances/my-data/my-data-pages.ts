import { errorCodes } from '#shared/errors.ts'
import { toLatinDigits } from '#shared/i18n/native-digits.ts'
import type { PageError } from '../../../portal/fields.ts'
import type { PageReply, PageRequest, PageRoute } from '../../../portal/page-route.ts'
import type { TrackParts } from '../track/track-pages.ts'
import { askCorrection } from './correction-store.ts'
import { checkCode, sendCode, wayOf } from './my-data-code.ts'
import { myDataFile } from './my-data-file.ts'
import { readMyData, type MyData } from './my-data-store.ts'
import { myDataBody } from './my-data-view.ts'

const path = '/track/my-data'
const limit = { name: 'portal-my-data', points: 30, seconds: 60, by: 'network' } as const
const longest = 1_000

/** "My data": what is kept, to see, take along, have corrected or erased. For whoever opened the report with the digits of the phone. */
export function myDataPages(parts: TrackParts): PageRoute[] {
  return [
    { method: 'get', path, summary: 'What is kept of the reporter', limit, handle: (request) => withMine(parts, request, (mine) => page(parts, request, mine)) },
    { method: 'get', path: `${path}.json`, summary: 'The same as a file', limit, handle: (request) => withMine(parts, request, (mine) => file(parts, request, mine)) },
    { method: 'post', path, summary: 'Asks for a code, gives it, or asks for a correction', limit, handle: (request) => withMine(parts, request, (mine) => act(parts, request, mine)) }
  ]
}

interface Mine {
  readonly grievanceId: string
  readonly proven: boolean
  readonly data: MyData
}

async function withMine({ needs, passes }: TrackParts, { context }: PageRequest, show: (mine: Mine) => PageReply | Promise<PageReply>): Promise<PageReply> {
  const pass = passes.read(context)
  if (pass?.level !== 'full') return { kind: 'redirect', to: '/track' }
  const { grievanceId } = pass
  const data = await needs.database.withTenant({ tenantId: context.tenant.tenantId }, (tx) => readMyData(tx, grievanceId), { readOnly: true })
  return data === null ? { kind: 'redirect', to: '/track/status' } : show({ grievanceId, proven: pass.proven ?? false, data })
}

interface Said {
  readonly errors?: readonly PageError[]
  readonly status?: number
}

function page({ needs }: TrackParts, request: PageRequest, { data, proven, errors = [], status }: Mine & Said): PageReply {
  const way = proven ? null : wayOf(data.self, needs.config)
  const body = myDataBody(request, { data, proven, way: way?.channel ?? null, codeAsked: request.query['code'] === 'sent' || errors.some(({ field }) => field === 'code'), errors })
  const failed = errors.length > 0
  return { kind: 'page', title: request.t('portal.mine.title'), body, back: '/track/status', noIndex: true, failed, status: status ?? (failed ? errorCodes.unprocessable.status : 200) }
}

function file({ needs }: TrackParts, { context }: PageRequest, { data, proven }: Mine): PageReply {
  const text = myDataFile(data, { office: context.tenant.name, madeAt: needs.clock.now(), proven })
  return { kind: 'file', text, type: 'application/json', name: `my-data-${data.report.number}.json` }
}

/** Which button it was: all forms of the page are sent to the page itself, so that its other languages have an address. */
function act(parts: TrackParts, request: PageRequest, mine: Mine): PageReply | Promise<PageReply> {
  const wanted = request.form.text('do')
  if (wanted === 'code') return ask(parts, request, mine)
  if (wanted === 'proof') return prove(parts, request, mine)
  return wanted === 'correction' ? correct(parts, request, mine) : page(parts, request, mine)
}

async function ask(parts: TrackParts, request: PageRequest, mine: Mine): Promise<PageReply> {
  if (await sendCode(parts.needs, request.context, { grievanceId: mine.grievanceId, language: request.locale })) return { kind: 'redirect', to: `${path}?code=sent` }
  const message = request.t('portal.mine.codeLater')
  return page(parts, request, { ...mine, errors: [{ field: 'send-code', message }], status: errorCodes.too_many_requests.status })
}

async function prove(parts: TrackParts, request: PageRequest, mine: Mine): Promise<PageReply> {
  const { context, form, t } = request
  const { grievanceId } = mine
  const verdict = await checkCode(parts.needs, context, { grievanceId, code: toLatinDigits(form.text('code')).replace(/\D/g, '') })
  if (verdict !== 'right') return page(parts, request, { ...mine, errors: [{ field: 'code', message: t(`portal.mine.code.${verdict}`) }] })
  return { kind: 'redirect', to: path, cookies: [parts.passes.cookie(context, { grievanceId, level: 'full', proven: true })] }
}

async function correct(parts: TrackParts, request: PageRequest, mine: Mine): Promise<PageReply> {
  const { needs } = parts
  const { context, form, t } = request
  const text = form.text('wrong').trim().slice(0, longest)
  if (text === '') return page(parts, request, { ...mine, errors: [{ field: 'wrong', message: t('portal.mine.wrongMissing') }] })
  const asked = { id: needs.newId(), grievanceId: mine.grievanceId, text, now: needs.clock.now() }
  const kept = await needs.database.withTenant({ tenantId: context.tenant.tenantId }, (tx) => askCorrection(tx, asked))
  return kept ? { kind: 'redirect', to: path } : page(parts, request, { ...mine, errors: [{ field: 'wrong', message: t('portal.mine.wrongMany') }] })
}
