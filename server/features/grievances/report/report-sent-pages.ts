import { formatDate } from '#shared/i18n/format.ts'
import { html } from '../../../portal/html.ts'
import type { PageReply, PageRequest, PageRoute } from '../../../portal/page-route.ts'
import type { PortalNeeds } from '../pages/needs.ts'
import { readTracked } from '../track/track-store.ts'
import { draftOf } from './report-request.ts'

/** The confirmation. It can be opened again for a day, so that the number is not lost with a closed tab. */
export function reportSentPages(needs: PortalNeeds): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/report/sent',
      summary: 'Confirmation of a sent report',
      handle: (request) => sentPage(needs, request)
    }
  ]
}

async function sentPage(needs: PortalNeeds, request: PageRequest): Promise<PageReply> {
  const { t, frame, locale, context } = request
  const draft = await draftOf(needs, request)
  if (draft === null || draft.filedAt === null) return { kind: 'redirect', to: '/report/start' }
  const { tenantId, timeZone } = context.tenant
  const grievance = await needs.database.withTenant({ tenantId }, (tx) => readTracked(tx, draft.grievanceId), {
    readOnly: true
  })
  if (grievance === null) return { kind: 'redirect', to: '/report/start' }
  const { number, dueAt } = grievance
  const byPhone = Boolean(draft.answers.phone)
  const body = html`<div class="receipt" data-sent="${draft.commandId}"><h1>${t('portal.sent.title')}</h1><p>${t('portal.sent.number')}</p><p class="receipt__number code">${number}</p></div>
${number !== draft.number && html`<p class="notice notice--warn">${t('portal.sent.renumbered', { number: draft.number })}</p>`}
<h2>${t('portal.sent.nextTitle')}</h2>
<p>${dueAt === null ? t('portal.sent.nextPlain') : t('portal.sent.next', { date: formatDate(Date.parse(dueAt), { locale, timeZone }) })}</p>
<h2>${t('portal.sent.trackTitle')}</h2><p>${byPhone ? t('portal.sent.trackPhone') : t('portal.sent.trackNumber')}</p>
<p class="row portal-actions no-print"><a class="button button--primary" href="${frame.basePath}/track?number=${number}">${t('portal.home.track')}</a>
<button class="button" type="button" data-print hidden>${t('words.print')}</button><button class="button" type="button" data-share="${t('portal.sent.shareText', { number, office: frame.officeName })}" hidden>${t('words.share')}</button></p>
<form class="no-print" method="post" action="${frame.basePath}/report/start"><button class="button button--quiet" type="submit">${t('portal.sent.another')}</button></form>`
  return { kind: 'page', title: t('portal.sent.title'), body, noIndex: true }
}
