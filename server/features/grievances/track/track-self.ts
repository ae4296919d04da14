import { formatDate } from '#shared/i18n/format.ts'
import { maskEmail } from '#shared/messaging/daily-caps.ts'
import { maskName } from '#shared/people/mask-name.ts'
import { maskPhone } from '#shared/people/phone.ts'
import { mayUse, purposes, type ConsentEvent, type Purpose } from '#shared/privacy/consent.ts'
import { html, type Html } from '../../../portal/html.ts'
import type { PageReply, PageRequest } from '../../../portal/page-route.ts'
import { recordAnnouncement } from '../../../sync/announce-records.ts'
import type { PortalNeeds } from '../pages/needs.ts'
import { askErasure, recordConsents, reporterSelf, type ReporterSelf } from '../privacy/consent-store.ts'
import type { TrackPass, TrackPasses } from './track-pass.ts'

const offered = ['grievance_updates', 'surveys'] as const satisfies readonly Purpose[]

/** What the office keeps of the reporter, what he allowed, and the buttons that change it. Works without a script. */
export function selfPart(request: PageRequest, self: ReporterSelf): Html {
  const { t, frame } = request
  const kept = [self.name && maskName(self.name), self.phone && maskPhone(self.phone), self.email && maskEmail(self.email)].filter(Boolean).join(', ')
  return html`<section class="card stack no-print"><h2>${t('portal.self.title')}</h2><p>${t('portal.self.kept', { what: kept })}</p>
<p><a class="button" href="${frame.basePath}/track/my-data">${t('portal.mine.open')}</a></p>
${channelsOf(self).length > 0 && offered.map((purpose) => consentSwitch(request, self, purpose))}
${erasePart(request, self)}</section>`
}

/** Asks for erasure by one button, or says that it was asked. */
export function erasePart({ t, frame, locale, context }: PageRequest, self: ReporterSelf): Html {
  const asked = self.eraseAskedAt && formatDate(Date.parse(self.eraseAskedAt), { locale, timeZone: context.tenant.timeZone })
  if (asked) return html`<p class="notice">${t('portal.self.eraseAsked', { date: asked })}</p>`
  return html`<form method="post" action="${frame.basePath}/track/erase"><p>${t('portal.self.eraseWhy')}</p><p><button class="button" type="submit">${t('portal.self.erase')}</button></p></form>`
}

function consentSwitch({ t, frame }: PageRequest, self: ReporterSelf, purpose: (typeof offered)[number]): Html {
  const isOn = channelsOf(self).some((channel) => mayUse(self, purpose, channel).allowed)
  const [state, verb] = isOn ? ['on', 'stop'] : ['off', 'start']
  return html`<form method="post" action="${frame.basePath}/track/consent"><input type="hidden" name="purpose" value="${purpose}"><input type="hidden" name="given" value="${isOn ? 'no' : 'yes'}">
<p>${t(`portal.self.${purpose}.${state}`)}</p><p><button class="button" type="submit">${t(`portal.self.${purpose}.${verb}`)}</button></p></form>`
}

function channelsOf(self: ReporterSelf): ('sms' | 'email')[] {
  return [...(self.phone ? (['sms'] as const) : []), ...(self.email ? (['email'] as const) : [])]
}

/** To the report, or to the question for its number where none is open. */
const backFrom = (pass: TrackPass | null): PageReply => ({ kind: 'redirect', to: pass === null ? '/track' : '/track/status' })

interface SelfParts {
  readonly needs: PortalNeeds
  readonly passes: TrackPasses
}

/** Withdrawing is one button, like giving. Only for whoever opened the report with the digits of the phone. */
export async function changeConsent({ needs, passes }: SelfParts, { context, form, locale }: PageRequest): Promise<PageReply> {
  const pass = passes.read(context)
  const purpose = purposes.find((one) => one === form.text('purpose'))
  if (pass?.level !== 'full' || purpose === undefined) return backFrom(pass)
  const change = await needs.database.withTenant({ tenantId: context.tenant.tenantId }, async (tx) => {
    const self = await reporterSelf(tx, pass.grievanceId)
    if (self === null) return null
    const given = form.text('given') === 'yes'
    const events = channelsOf(self).map((channel): ConsentEvent => ({ purpose, channel, given, source: 'portal_page' }))
    await recordConsents(tx, { contactId: self.contactId, language: locale, now: needs.clock.now(), events, newId: needs.newId })
    return recordAnnouncement(tx, [self.contactId])
  })
  if (change) needs.announce(change)
  return backFrom(pass)
}

/** The office erases, not the page: four digits are enough to read a report, not to destroy it. */
export async function askToErase({ needs, passes }: SelfParts, { context }: PageRequest): Promise<PageReply> {
  const pass = passes.read(context)
  if (pass?.level !== 'full') return backFrom(pass)
  await needs.database.withTenant({ tenantId: context.tenant.tenantId }, (tx) =>
    askErasure(tx, { id: needs.newId(), grievanceId: pass.grievanceId, now: needs.clock.now() })
  )
  return backFrom(pass)
}
