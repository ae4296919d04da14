import { html, type Html } from '../../../portal/html.ts'
import type { PageRequest, PageRoute } from '../../../portal/page-route.ts'
import { tenantCache } from '../../../portal/tenant-cache.ts'
import { readHomeFigures, type HomeFigures } from './home-figures.ts'
import type { PortalNeeds } from './needs.ts'

const quarterHourMs = 15 * 60_000

/** The first page: report, follow, and honest numbers. */
export function homePages(needs: PortalNeeds): PageRoute[] {
  const figures = tenantCache(needs.clock, quarterHourMs, (tenantId) =>
    needs.database.withTenant({ tenantId }, (tx) => readHomeFigures(tx, needs.clock.now()), { readOnly: true })
  )
  return [
    {
      method: 'get',
      path: '/',
      summary: 'First page of the office',
      handle: async (request) => {
        const body = homeBody(request, await figures(request.context.tenant.tenantId))
        return { kind: 'page', title: request.t('portal.home.title'), body }
      }
    }
  ]
}

function homeBody({ t, frame }: PageRequest, figures: HomeFigures): Html {
  return html`<h1 class="portal-lead">${t('portal.home.title')}</h1><p class="portal-intro">${t('portal.home.intro')}</p>
<p class="portal-choices"><a class="button button--primary button--tall" href="${frame.basePath}/report/start">${t('portal.home.report')}</a>
<a class="button button--tall" href="${frame.basePath}/track">${t('portal.home.track')}</a></p>
${
  figures.filed > 0 &&
  html`<section class="figures" aria-labelledby="figures"><h2 id="figures">${t('portal.home.figuresTitle')}</h2>
<p><strong>${t('portal.home.solved', { solved: figures.solved, filed: figures.filed })}</strong></p>
${figures.medianDays !== null && html`<p>${t('portal.home.median', { count: figures.medianDays })}</p>`}</section>`
}
<h2>${t('portal.home.howTitle')}</h2><ol class="portal-how"><li>${t('portal.home.how1')}</li><li>${t('portal.home.how2')}</li><li>${t('portal.home.how3')}</li></ol>`
}
