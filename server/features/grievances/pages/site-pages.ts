import { html } from '../../../portal/html.ts'
import type { PageRequest, PageReply, PageRoute } from '../../../portal/page-route.ts'

const privacySections = ['what', 'why', 'who', 'long', 'rights'] as const
const accessibilitySections = ['aim', 'how', 'limits', 'tell'] as const

/** Pages that say how the site treats people: their data, and their ways of reading. */
export function sitePages(): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/privacy',
      summary: 'What happens with personal data',
      handle: (request) => sitePage(request, 'privacy', privacySections)
    },
    {
      method: 'get',
      path: '/accessibility',
      summary: 'How the site can be used by everybody',
      handle: (request) => sitePage(request, 'accessibility', accessibilitySections)
    }
  ]
}

function sitePage(
  { t, frame }: PageRequest,
  page: 'privacy' | 'accessibility',
  sections: readonly string[]
): PageReply {
  const title = t(`portal.${page}.title`)
  const body = html`<h1>${title}</h1>${sections.map(
    (section) =>
      html`<h2>${t(`portal.${page}.${section}.title`)}</h2><p>${t(`portal.${page}.${section}.text`, { office: frame.officeName })}</p>`
  )}`
  return { kind: 'page', title, body, back: '/' }
}
