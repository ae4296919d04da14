import type { ProblemBody } from '#shared/errors.ts'
import type { TenantRecord } from '../postgres/directory.ts'
import { html } from './html.ts'
import { renderPage } from './layout.ts'
import type { PortalOptions } from './page-route.ts'
import { localeOf, portalTexts } from './portal-texts.ts'

/** Pages for what went wrong outside a page's own handling: unknown address, too many requests, a failure of ours. */
export function problemPages(options: PortalOptions) {
  return (problem: ProblemBody, page: { language: string; basePath: string; tenant: TenantRecord | null }): string => {
    const locale = localeOf(page.language)
    const t = portalTexts(locale)
    const notFound = problem.status === 404
    const title = notFound ? t('portal.problem.notFound') : t(`error.${problem.code}`)
    const frame = {
      officeName: page.tenant?.name ?? 'Sampark',
      slug: page.tenant?.slug ?? '',
      languages: page.tenant?.languages ?? [],
      locale,
      t,
      basePath: page.basePath,
      path: '/',
      demo: page.tenant?.demo ?? false
    }
    const body = html`<h1>${title}</h1>
${notFound ? html`<p>${t('portal.problem.notFoundHelp')}</p>` : html`<p>${t('portal.problem.kept')}</p>`}
${problem.status >= 500 && html`<p class="muted">${t('error.requestId', { id: problem.requestId })}</p>`}
<p class="row"><a class="button button--primary" href="${page.basePath}/report/start">${t('portal.home.report')}</a>
<a class="button" href="${page.basePath}/track">${t('portal.home.track')}</a></p>`
    return renderPage(frame, { title, body, noIndex: true }, { assets: options.assets, styles: 'linked' })
  }
}
