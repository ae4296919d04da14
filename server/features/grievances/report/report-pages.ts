import { errorCodes } from '#shared/errors.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { html } from '../../../portal/html.ts'
import type { PageReply, PageRequest, PageRoute } from '../../../portal/page-route.ts'
import type { PortalNeeds } from '../pages/needs.ts'
import { categoryQuestion } from './questions/report-category-question.ts'
import { contactQuestion } from './questions/report-contact-question.ts'
import { detailsQuestion } from './questions/report-details-question.ts'
import { draftCookie, draftIdOfKey } from './report-draft-cookie.ts'
import { createDraft, saveAnswers } from './report-draft-store.ts'
import { stepAfter, type ReportDraft } from './report-draft.ts'
import { backOf, continueButton, questionForm } from './report-form.ts'
import { placeQuestion } from './questions/report-place-question.ts'
import { draftOf, withDraft } from './report-request.ts'
import type { ReportQuestion } from './questions/report-step.ts'

/** Questions that are a page of fields; photos and the last check have pages of their own. */
export const reportQuestions = [categoryQuestion, placeQuestion, detailsQuestion, contactQuestion] as const

/** The start of a report and its questions, one thing per page. */
export function reportPages(needs: PortalNeeds): PageRoute[] {
  const start: PageRoute[] = [
    {
      method: 'get',
      path: '/report',
      summary: 'Leads to the start of a report',
      handle: () => ({ kind: 'redirect', to: '/report/start' })
    },
    {
      method: 'get',
      path: '/report/start',
      summary: 'What is needed to report a problem',
      handle: (request) => startPage(needs, request)
    },
    {
      method: 'post',
      path: '/report/start',
      summary: 'Begins a report',
      handle: (request) => beginReport(needs, request),
      limit: { name: 'portal-draft', points: 60, seconds: 3_600, by: 'network' }
    }
  ]
  return [...start, ...reportQuestions.flatMap((question) => questionPages(needs, question))]
}

async function startPage(needs: PortalNeeds, request: PageRequest): Promise<PageReply> {
  const { t, query, frame } = request
  const draft = await draftOf(needs, request)
  const unfinished = draft !== null && draft.filedAt === null
  const body = html`${query['lost'] !== undefined && html`<p class="notice notice--warn" role="status">${t('portal.start.lost')}</p>`}
<h1>${t('portal.start.title')}</h1><p>${t('portal.start.time')}</p>
<h2>${t('portal.start.needTitle')}</h2><ul><li>${t('portal.start.needWhat')}</li><li>${t('portal.start.needWhere')}</li><li>${t('portal.start.needPhoto')}</li></ul>
<p class="notice notice--warn">${t('portal.start.emergency')}</p>
${unfinished && html`<p><a class="button button--primary button--tall" href="${frame.basePath}/report/category">${t('portal.start.resume')}</a></p>`}
<form method="post" action="${frame.basePath}/report/start"><p class="portal-actions"><button class="${unfinished ? 'button' : 'button button--primary button--tall'}" type="submit">${
    unfinished ? t('portal.start.anew') : t('portal.start.begin')
  }</button></p></form>`
  return { kind: 'page', title: t('portal.start.title'), body, back: '/' }
}

async function beginReport(needs: PortalNeeds, { context }: PageRequest): Promise<PageReply> {
  const key = Buffer.from(needs.randomBytes(32)).toString('base64url')
  const draft = {
    id: draftIdOfKey(key),
    commandId: needs.newId(),
    grievanceId: needs.newId(),
    contactId: needs.newId(),
    number: makeTrackingNumber(context.tenant.trackingPrefix, needs.randomBytes(10))
  }
  await needs.database.withTenant({ tenantId: context.tenant.tenantId }, (tx) =>
    createDraft(tx, draft, needs.clock.now())
  )
  return { kind: 'redirect', to: '/report/category', cookies: [draftCookie(context, key, needs.config.COOKIE_SECURE)] }
}

function questionPages(needs: PortalNeeds, question: ReportQuestion): PageRoute[] {
  const path = `/report/${question.step}`
  return [
    {
      method: 'get',
      path,
      summary: `Question of a report: ${question.step}`,
      handle: (request) =>
        withDraft(needs, request, {
          step: question.step,
          work: (draft) => showQuestion(needs, request, { question, draft, errors: null })
        })
    },
    {
      method: 'post',
      path,
      summary: `Answers a question of a report: ${question.step}`,
      handle: (request) =>
        withDraft(needs, request, {
          step: question.step,
          work: (draft) => answerQuestion(needs, request, { question, draft })
        })
    }
  ]
}

interface Asked {
  readonly question: ReportQuestion
  readonly draft: ReportDraft
}

async function answerQuestion(needs: PortalNeeds, request: PageRequest, asked: Asked): Promise<PageReply> {
  const { tenant } = request.context
  const [categories, wards] = await Promise.all([
    needs.lists.categories(tenant.tenantId),
    needs.lists.wards(tenant.tenantId)
  ])
  const result = asked.question.read({
    t: request.t,
    text: request.form.text,
    categories,
    wards,
    countryCode: tenant.countryCode
  })
  if ('errors' in result) return showQuestion(needs, request, { ...asked, errors: result.errors })
  await needs.database.withTenant({ tenantId: tenant.tenantId }, (tx) =>
    saveAnswers(tx, asked.draft.id, result.answers)
  )
  return {
    kind: 'redirect',
    to: `/report/${stepAfter(asked.question.step, { ...asked.draft.answers, ...result.answers })}`
  }
}

/** Shows a question; with errors, what was entered is kept in its fields. */
async function showQuestion(
  needs: PortalNeeds,
  { t, form, frame, context, locale }: PageRequest,
  { question, draft, errors }: Asked & { errors: readonly { field: string; message: string }[] | null }
): Promise<PageReply> {
  const { tenantId } = context.tenant
  const [categories, wards] = await Promise.all([needs.lists.categories(tenantId), needs.lists.wards(tenantId)])
  const entered = errors === null ? question.entered(draft.answers) : form.fields
  const alone = question.step === 'category'
  const fields = question.fields({ t, locale, entered, errors: errors ?? [], categories, wards }, { alone })
  const body = questionForm(draft, {
    step: question.step,
    t,
    action: `${frame.basePath}/report/${question.step}`,
    errors: errors ?? [],
    heading: alone ? null : t(question.titleKey),
    body: html`${fields}${continueButton(t)}`
  })
  const status = errors === null ? 200 : errorCodes.unprocessable.status
  return {
    kind: 'page',
    status,
    title: t(question.titleKey),
    body,
    back: backOf(question.step, draft),
    failed: errors !== null,
    noIndex: true
  }
}
