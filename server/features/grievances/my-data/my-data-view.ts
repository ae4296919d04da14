import { nameIn } from '#shared/departments/category.ts'
import { formatDate, formatDateTime } from '#shared/i18n/format.ts'
import { errorSummary, textArea, textInput, type PageError } from '../../../portal/fields.ts'
import { html, type Html } from '../../../portal/html.ts'
import type { PageRequest } from '../../../portal/page-route.ts'
import { erasePart } from '../track/track-self.ts'
import { shownOf } from './my-data-file.ts'
import type { MyData } from './my-data-store.ts'

export interface MyDataShown {
  readonly data: MyData
  readonly proven: boolean
  /** How a code can be sent; null where it cannot, or is not needed. */
  readonly way: 'sms' | 'email' | null
  readonly codeAsked: boolean
  readonly errors: readonly PageError[]
}

/** All that is kept, readable, and what can be asked for. Works without a script. */
export function myDataBody(request: PageRequest, shown: MyDataShown): Html {
  const { t, frame } = request
  const { data, errors } = shown
  return html`${errorSummary(errors, t)}<p class="portal-progress">${t('portal.status.report')} <span class="code">${data.report.number}</span></p>
<h1>${t('portal.mine.title')}</h1>
<dl class="facts">${factsOf(request, shown).map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
${proofPart(request, shown)}
<p class="no-print"><a class="button" href="${frame.basePath}/track/my-data.json" download>${t('portal.mine.download')}</a></p>
<h2>${t('portal.mine.decisions')}</h2>${decisionsOf(request, data)}
<h2>${t('portal.mine.correct')}</h2>${correctPart(request, shown)}
<h2>${t('portal.mine.erase')}</h2>${erasePart(request, data.self)}`
}

function factsOf(request: PageRequest, { data, proven }: MyDataShown): [string, string][] {
  const { t, locale, context } = request
  const { contact, place } = shownOf(data, proven)
  const { report } = data
  const where = place && [place.landmark, place.latitude !== null && place.longitude !== null ? `${place.latitude}, ${place.longitude}` : null, place.ward].filter(Boolean).join(' · ')
  const facts: [string, string | null | undefined][] = [
    [t('portal.mine.name'), contact.name],
    [t('portal.mine.phone'), contact.phone],
    [t('portal.mine.email'), contact.email],
    [t('portal.mine.sent'), formatDateTime(Date.parse(report.filedAt), { locale, timeZone: context.tenant.timeZone })],
    [t('portal.mine.category'), nameIn(locale, { name: report.category, names: report.categoryNames })],
    [t('portal.mine.words'), report.description],
    [t('portal.mine.place'), where],
    [t('portal.mine.photos'), place && String(place.photos)]
  ]
  return facts.flatMap(([label, value]) => (value ? [[label, value] as [string, string]] : []))
}

function proofPart({ t, frame }: PageRequest, { proven, way, codeAsked, errors }: MyDataShown): Html | null {
  if (proven) return null
  if (way === null) return html`<p class="notice">${t('portal.mine.partNoCode')}</p>`
  const action = `${frame.basePath}/track/my-data`
  const field = textInput({ name: 'code', label: t('portal.mine.codeField'), hint: t('portal.mine.codeHint'), value: '', errors, mode: 'numeric', complete: 'one-time-code', max: 12, short: true })
  const to = t(`portal.mine.codeBy.${way}`)
  return html`<section class="card stack no-print"><p>${t('portal.mine.part')}</p>
${codeAsked && html`<p class="notice" role="status">${t('portal.mine.codeSent')}</p><form method="post" action="${action}" novalidate><input type="hidden" name="do" value="proof">${field}<p><button class="button button--primary" type="submit">${t('portal.mine.show')}</button></p></form>`}
<form method="post" action="${action}"><input type="hidden" name="do" value="code"><p><button class="button" type="submit" id="send-code">${codeAsked ? t('portal.mine.codeAgain') : to}</button></p></form></section>`
}

function decisionsOf({ t, locale, context }: PageRequest, { decisions }: MyData): Html {
  if (decisions.length === 0) return html`<p>${t('portal.mine.neverAsked')}</p>`
  const line = (one: MyData['decisions'][number]) => {
    const date = formatDate(Date.parse(one.at), { locale, timeZone: context.tenant.timeZone })
    const facts = { date, purpose: t(`portal.mine.purpose.${one.purpose}`), channel: t(`portal.mine.channel.${one.channel}`) }
    return html`<li>${t(one.given ? 'portal.mine.given' : 'portal.mine.withdrawn', facts)}</li>`
  }
  return html`<ul>${decisions.map(line)}</ul>`
}

function correctPart({ t, frame, form, locale, context }: PageRequest, { data, errors }: MyDataShown): Html {
  const value = errors.some(({ field }) => field === 'wrong') ? form.text('wrong') : ''
  const date = (iso: string) => formatDate(Date.parse(iso), { locale, timeZone: context.tenant.timeZone })
  const field = textArea({ name: 'wrong', label: t('portal.mine.wrong'), hint: t('portal.mine.wrongHint'), value, errors, max: 1_000, rows: 3 })
  return html`${data.corrections.map(({ askedAt, settledAt }) =>
    html`<p class="notice">${settledAt ? t('portal.mine.corrected', { date: date(settledAt) }) : t('portal.mine.correctAsked', { date: date(askedAt) })}</p>`
  )}<form class="no-print" method="post" action="${frame.basePath}/track/my-data" novalidate><input type="hidden" name="do" value="correction">${field}<p><button class="button" type="submit">${t('portal.mine.correctAsk')}</button></p></form>`
}
