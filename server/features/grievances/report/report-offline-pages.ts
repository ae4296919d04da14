import { framed, hiddenFields } from '../../../portal/fields.ts'
import { attributes, html, type Html } from '../../../portal/html.ts'
import type { PageReply, PageRequest, PageRoute } from '../../../portal/page-route.ts'
import type { PortalNeeds } from '../pages/needs.ts'
import { draftLimits } from './report-draft.ts'
import { reportQuestions } from './report-pages.ts'

/**
 * The whole form on one page, for the service worker to keep: it is what opens when there is no network. Its script saves
 * the report on the device and sends it later; its words stand in the page, in the language of the address.
 */
export function reportOfflinePages(needs: PortalNeeds): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/report/offline',
      summary: 'The whole form, for use without a network',
      languageByAddress: true,
      handle: (request) => offlinePage(needs, request)
    }
  ]
}

async function offlinePage(needs: PortalNeeds, request: PageRequest): Promise<PageReply> {
  const { t, locale, context } = request
  const { tenantId, trackingPrefix, countryCode } = context.tenant
  const [categories, wards] = await Promise.all([needs.lists.categories(tenantId), needs.lists.wards(tenantId)])
  const view = { t, locale, entered: {}, errors: [], categories, wards }
  const facts = {
    'data-offline-form': true,
    'data-prefix': trackingPrefix,
    'data-country': countryCode,
    'data-language': locale
  }
  const body = html`<h1>${t('portal.offline.title')}</h1>
<noscript><p class="notice notice--warn">${t('portal.offline.noScript')}</p></noscript>
${waitingPart(request)}
<p class="notice" data-when-offline>${t('portal.offline.why')}</p>
<div data-offline-errors></div>
<form${attributes({ class: 'portal-form', novalidate: true, hidden: true, ...facts })}${wordsOf(request)}>
${reportQuestions.map(
  (question) =>
    html`<section class="offline-part">${question.step === 'category' ? null : html`<h2>${t(question.titleKey)}</h2>`}${question.fields(view, { alone: false, offline: true })}</section>${
      question.step === 'details' && photoPart(request)
    }`
)}
<div class="portal-trap" aria-hidden="true"><label for="website">${t('portal.check.trapLabel')}</label><input id="website" name="website" type="text" tabindex="-1" autocomplete="off"></div>
${hiddenFields({ commandId: '', grievanceId: '', contactId: '', reportNumber: '' })}
<p>${t('portal.check.consent')}</p>
<p class="portal-actions"><button class="button button--primary button--tall" type="submit">${t('portal.offline.save')}</button>
<button class="button" type="reset">${t('words.clear')}</button></p></form>`
  return { kind: 'page', title: t('portal.offline.title'), body, back: '/', noIndex: true }
}

function photoPart({ t }: PageRequest): Html {
  const spec = {
    name: 'photo',
    label: t('portal.photo.label'),
    hint: t('portal.photo.hint', { count: draftLimits.photos }),
    value: '',
    errors: [],
    optional: t('words.optional')
  }
  return html`<section class="offline-part"><h2>${t('portal.photo.title')}</h2>${framed(
    spec,
    html`<input class="input input--file" id="photo" name="photo" type="file" accept="image/jpeg,image/png,image/webp" multiple>`
  )}</section>`
}

/** Reports saved on this device; the script copies the templates, one per report. */
function waitingPart({ t, frame }: PageRequest): Html {
  return html`<div data-reports role="status"></div>
<template data-report-waiting><section class="receipt receipt--waiting"><h2>${t('portal.offline.waitingTitle')}</h2><p>${t('portal.sent.number')}</p><p class="receipt__number code" data-number></p><p data-about></p><p>${t('portal.offline.waitingText')}</p><p><button class="button" type="button" data-send>${t('portal.offline.sendNow')}</button></p></section></template>
<template data-report-sent><section class="receipt"><h2>${t('portal.sent.title')}</h2><p>${t('portal.sent.number')}</p><p class="receipt__number code" data-number></p><p data-about></p><p data-photos-wait hidden>${t('portal.offline.photosWait')}</p><p><a href="${frame.basePath}/track" data-track>${t('portal.home.track')}</a> <button class="button button--quiet" type="button" data-forget>${t('portal.offline.forget')}</button></p></section></template>
<template data-report-refused><section class="notice notice--bad"><h2>${t('portal.offline.refusedTitle')}</h2><p class="code" data-number></p><p data-about></p><p>${t('portal.offline.refusedText')}</p><p><button class="button" type="button" data-edit>${t('portal.offline.edit')}</button> <button class="button button--quiet" type="button" data-forget>${t('portal.offline.forget')}</button></p></section></template>`
}

/** What the script says when something is missing, in the words of the pages. */
function wordsOf({ t }: PageRequest): Html {
  return attributes({
    'data-error-title': t('error.summary'),
    'data-error-category': t('portal.category.missing'),
    'data-error-landmark': t('portal.place.missing'),
    'data-error-description': t('portal.details.missing'),
    'data-error-phone': t('portal.contact.phoneWrong'),
    'data-error-email': t('portal.contact.emailWrong'),
    'data-error-photo': t('portal.photo.notAPhoto'),
    'data-error-website': t('portal.check.trap'),
    'data-error-save': t('portal.offline.notSaved')
  })
}
