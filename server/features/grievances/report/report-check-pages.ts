import { errorCodes } from '#shared/errors.ts'
import { nameIn } from '#shared/departments/category.ts'
import { textInput, type PageError } from '../../../portal/fields.ts'
import { html, type Html } from '../../../portal/html.ts'
import type { PageReply, PageRequest, PageRoute } from '../../../portal/page-route.ts'
import type { PortalNeeds } from '../pages/needs.ts'
import { noteConsents } from './report-consents.ts'
import { renewCommand, saveAnswers } from './report-draft-store.ts'
import type { ReportDraft, ReportStep } from './report-draft.ts'
import { argsOfDraft, fileReport, type Filing } from './report-filing.ts'
import { backOf, questionForm } from './report-form.ts'
import { photoList } from './report-photo-pages.ts'
import { keepPhotosOf } from './report-photo-keeping.ts'
import { withDraft } from './report-request.ts'

/** All answers on one page, and sending them. */
export function reportCheckPages(needs: PortalNeeds): PageRoute[] {
  const step = 'check'
  const path = '/report/check'
  return [
    {
      method: 'get',
      path,
      summary: 'The answers of a report before it is sent',
      handle: (request) => withDraft(needs, request, { step, work: (draft) => openCheck(needs, request, draft) })
    },
    {
      method: 'post',
      path,
      summary: 'Sends a report',
      handle: (request) => withDraft(needs, request, { step, work: (draft) => sendReport(needs, request, draft) })
    }
  ]
}

async function openCheck(needs: PortalNeeds, request: PageRequest, draft: ReportDraft): Promise<PageReply> {
  const who = { tenantId: request.context.tenant.tenantId }
  if (!draft.answers.checked) await needs.database.withTenant(who, (tx) => saveAnswers(tx, draft.id, { checked: true }))
  return showCheck(needs, request, { draft, errors: [] })
}

async function sendReport(needs: PortalNeeds, request: PageRequest, draft: ReportDraft): Promise<PageReply> {
  const { t, form, context, locale } = request
  if (form.text('website') !== '')
    return showCheck(needs, request, { draft, errors: [{ field: 'website', message: t('portal.check.trap') }] })
  await noteConsents(needs, { tenantId: context.tenant.tenantId, draft, language: locale })
  const filing = await fileReport(needs, context, {
    commandId: draft.commandId,
    at: needs.clock.now(),
    args: argsOfDraft(draft, locale)
  })
  if (filing.outcome === 'refused') {
    await needs.database.withTenant({ tenantId: context.tenant.tenantId }, (tx) =>
      renewCommand(tx, draft.id, needs.newId())
    )
  }
  if (filing.outcome !== 'filed') return showCheck(needs, request, { draft, ...trouble(filing, request) })
  await keepPhotosOf(needs, { tenantId: context.tenant.tenantId, commandId: draft.commandId })
  return { kind: 'redirect', to: '/report/sent' }
}

interface Trouble {
  readonly errors: readonly PageError[]
  readonly status?: number
  readonly retryAfter?: number
}

/** What the page says when the report was not taken: where to change something, or when to try again. */
function trouble(filing: Exclude<Filing, { outcome: 'filed' }>, { t }: PageRequest): Trouble {
  if (filing.outcome === 'refused') return { errors: [{ field: 'answers', message: t(`error.${filing.code}`) }] }
  const message = t('portal.check.later', { count: Math.ceil(filing.seconds / 60) })
  return {
    errors: [{ field: 'send', message }],
    status: errorCodes.too_many_requests.status,
    retryAfter: filing.seconds
  }
}

async function showCheck(
  needs: PortalNeeds,
  request: PageRequest,
  shown: Trouble & { draft: ReportDraft }
): Promise<PageReply> {
  const { t, frame, form } = request
  const { draft, errors } = shown
  const failed = errors.length > 0
  const body = questionForm(draft, {
    step: 'check',
    t,
    action: `${frame.basePath}/report/check`,
    errors,
    heading: t('portal.check.title'),
    body: html`${await answerList(needs, request, draft)}${trapField(request, { errors, value: form.text('website') })}
<p>${t('portal.check.consent')}</p>
<p class="portal-actions"><button class="button button--primary button--tall" id="send" type="submit">${t('portal.check.send')}</button></p>`
  })
  return {
    kind: 'page',
    title: t('portal.check.title'),
    body,
    failed,
    noIndex: true,
    back: backOf('check', draft),
    status: shown.status ?? (failed ? errorCodes.unprocessable.status : 200),
    ...(shown.retryAfter !== undefined && { headers: { 'Retry-After': String(shown.retryAfter) } })
  }
}

/** A field that people do not see and machines fill. Whoever fell into it by accident sees it and can empty it. */
function trapField({ t }: PageRequest, { errors, value }: { errors: readonly PageError[]; value: string }): Html {
  const caught = errors.some(({ field }) => field === 'website')
  const label = t('portal.check.trapLabel')
  if (caught) return textInput({ name: 'website', label, value, errors, complete: 'off' })
  return html`<div class="portal-trap" aria-hidden="true"><label for="website">${label}</label><input id="website" name="website" type="text" tabindex="-1" autocomplete="off"></div>`
}

async function answerList(needs: PortalNeeds, request: PageRequest, draft: ReportDraft): Promise<Html> {
  const { t, locale, context } = request
  const { answers } = draft
  const [categories, wards] = await Promise.all([
    needs.lists.categories(context.tenant.tenantId),
    needs.lists.wards(context.tenant.tenantId)
  ])
  const category = categories.find(({ id }) => id === answers.categoryId)
  const ward = wards.find(({ id }) => id === answers.wardId)
  const place = [
    answers.landmark,
    ward && nameIn(locale, ward),
    answers.latitude != null && t('portal.check.position')
  ].filter(Boolean)
  const none = t('portal.check.none')
  const rows: [ReportStep, string, Html | string][] = [
    ['category', t('portal.check.category'), category ? nameIn(locale, category) : none],
    ['place', t('portal.check.place'), place.join(', ')],
    ['details', t('portal.check.details'), html`<span class="as-written">${answers.description}</span>`],
    ['photo', t('portal.check.photos'), photoList(request, draft, false) ?? none],
    [
      'contact',
      t('portal.check.contact'),
      [answers.name, answers.phone, answers.email].filter(Boolean).join(', ') || none
    ]
  ]
  return html`<dl class="answers" id="answers">${rows.map(([step, label, answer]) => answerRow(request, { step, label, answer }))}</dl>`
}

function answerRow({ t, frame }: PageRequest, row: { step: ReportStep; label: string; answer: Html | string }): Html {
  return html`<div class="answers__row"><dt>${row.label}</dt><dd>${row.answer}</dd><dd class="answers__change"><a href="${frame.basePath}/report/${row.step}">${t('words.change')}<span class="visually-hidden"> ${row.label}</span></a></dd></div>`
}
