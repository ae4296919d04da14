import { hexColorSchema, isReadable } from '#shared/tenants/brand-color.ts'
import { languages, locales, type Locale } from '#shared/i18n/language.ts'
import type { Translate } from '#shared/i18n/translator.ts'
import { attributes, html, styleTag, type Html } from './html.ts'
import type { PortalAssets } from './portal-assets.ts'

/** What every page of an office shares. */
export interface PageFrame {
  readonly officeName: string
  readonly slug: string
  readonly languages: readonly string[]
  readonly locale: Locale
  readonly t: Translate
  /** '' or '/o/<slug>'. */
  readonly basePath: string
  /** Path of this page below the base path: where the language links lead. */
  readonly path: string
  readonly demo: boolean
  /** `#rrggbb` and the version of the logo; null: the product's own look. */
  readonly brand?: { readonly color: string | null; readonly logo: string | null }
}

export interface PageContent {
  readonly title: string
  readonly body: Html
  /** Path below the base path of the page before this one. */
  readonly back?: string | undefined
  /** A page with an error says so first, in the tab's title too. */
  readonly failed?: boolean
  /** Kept out of search engines. */
  readonly noIndex?: boolean
}

/** Styles either inlined (allowed by their hash) or linked, where the response cannot name a hash. */
export type StyleMode = 'inline' | 'linked'

/** A whole page, from doctype to the closing tag. */
export function renderPage(
  frame: PageFrame,
  content: PageContent,
  options: { assets: PortalAssets; styles: StyleMode }
): string {
  const { t } = frame
  const title = content.failed ? t('error.titlePrefix', { title: content.title }) : content.title
  const page = html`<html${attributes({ lang: frame.locale, 'data-base': `${frame.basePath}/`, 'data-slug': frame.slug })}>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – ${frame.officeName}</title>
<meta name="theme-color" content="#FBFAF7" media="(prefers-color-scheme: light)"><meta name="theme-color" content="#10151F" media="(prefers-color-scheme: dark)">
<link rel="icon" type="image/svg+xml" href="${frame.basePath}/mark.svg">${content.noIndex && html`<meta name="robots" content="noindex">`}${stylesOf(frame, options)}${languagesOf(
    frame
  ).map((code) => html`<link rel="alternate" hreflang="${code}" href="${frame.basePath}${frame.path}?lang=${code}">`)}
${options.assets.scriptFile && html`<script type="module" src="${frame.basePath}/${options.assets.scriptFile}"></script>`}</head>
<body class="portal"><a class="skip-link" href="#main">${t('portal.skip')}</a>
${headerOf(frame)}
<p class="portal-waiting notice notice--warn no-print" data-waiting hidden><a href="${frame.basePath}/report/offline">${t('portal.offline.waitingLink')}</a></p>
<main id="main" class="portal-main">${content.back !== undefined && html`<a class="portal-back" href="${frame.basePath}${content.back}">${t('words.back')}</a>`}
${content.body}</main>
${footerOf(frame)}</body></html>`
  return `<!doctype html>\n${page.text}\n`
}

function stylesOf(frame: PageFrame, { assets, styles }: { assets: PortalAssets; styles: StyleMode }): Html | null {
  const brand = brandCss(frame)
  if (styles === 'inline' && assets.css !== '') return html`${styleTag(assets.css)}${brand && styleTag(brand)}`
  return assets.styleFile === null ? null : html`<link rel="stylesheet" href="${frame.basePath}/${assets.styleFile}">`
}

/** The office's colour as a style of its own, to be allowed by its hash; null for a page without one. */
export function brandCss({ brand }: Pick<PageFrame, 'brand'>): string | null {
  return brand?.color && isReadable(brand.color) ? `:root{--brand:${hexColorSchema.parse(brand.color)}}` : null
}

function headerOf(frame: PageFrame): Html {
  const { t, brand } = frame
  const logo = brand?.logo ? html`<img class="portal-logo" src="${frame.basePath}/brand/logo?v=${brand.logo}" alt="" height="40">` : null
  return html`<header class="${brand?.color ? 'portal-header portal-header--brand' : 'portal-header'}"><div class="portal-bar">
<a class="portal-name" href="${frame.basePath}/">${logo}${frame.officeName}</a>
<nav class="portal-languages no-print" aria-label="${t('words.language')}">${languagesOf(frame).map((code) => languageLink(frame, code))}</nav></div>
${frame.demo && html`<p class="portal-demo no-print"><strong>${t('portal.demo.title')}</strong> ${t('portal.demo.text')}</p>`}</header>`
}

function languageLink(frame: PageFrame, code: Locale): Html {
  const current = code === frame.locale
  return html`<a${attributes({ href: `${frame.basePath}${frame.path}?lang=${code}`, hreflang: code, lang: code, 'aria-current': current ? 'true' : null })}>${languages[code].name}</a>`
}

function footerOf(frame: PageFrame): Html {
  const { t, basePath } = frame
  return html`<footer class="portal-footer no-print"><nav class="portal-links" aria-label="${t('portal.footer.label')}">
<a href="${basePath}/track">${t('portal.home.track')}</a><a href="${basePath}/privacy">${t('portal.privacy.title')}</a>
<a href="${basePath}/accessibility">${t('portal.accessibility.title')}</a><a href="${basePath}/admin/">${t('portal.footer.staff')}</a></nav>
<p class="muted">${frame.officeName}</p></footer>`
}

function languagesOf(frame: PageFrame): Locale[] {
  return locales.filter((locale) => frame.languages.includes(locale))
}
