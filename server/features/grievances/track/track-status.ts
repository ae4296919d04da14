import { nameIn } from '#shared/departments/category.ts'
import { isOpen } from '#shared/grievances/grievance-state.ts'
import { formatDate, formatDateTime } from '#shared/i18n/format.ts'
import type { Translate } from '#shared/i18n/translator.ts'
import { html, type Html } from '../../../portal/html.ts'
import type { PageRequest } from '../../../portal/page-route.ts'
import type { TrackedEvent, TrackedGrievance, TrackLevel } from './track-store.ts'

const tones: Readonly<Record<string, string>> = {
  resolved: 'ok',
  closed: 'ok',
  rejected: 'bad',
  info_needed: 'warn',
  submitted: 'plain',
  withdrawn: 'plain',
  duplicate: 'plain'
}

/** How a report stands: one plain sentence, the date to expect, then what happened. Staff are never named. */
export function statusBody(request: PageRequest, grievance: TrackedGrievance, level: TrackLevel): Html {
  const { t, locale, context } = request
  const reader = { locale, timeZone: context.tenant.timeZone }
  const date = (iso: string) => html`<time datetime="${iso}">${formatDate(Date.parse(iso), reader)}</time>`
  const facts: [string, Html | string][] = [
    [t('portal.status.filed'), date(grievance.filedAt)],
    ...expectedFact(grievance, request, date),
    ...(grievance.resolvedAt ? [[t('portal.status.resolved'), date(grievance.resolvedAt)] as [string, Html]] : [])
  ]
  return html`<p class="portal-progress">${t('portal.status.report')} <span class="code">${grievance.number}</span></p>
<h1>${t(`portal.state.${grievance.state}`)}</h1>
<p><span class="chip chip--${tones[grievance.state] ?? 'info'}">${t(`portal.stateName.${grievance.state}`)}</span></p>
<dl class="facts">${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
${level === 'full' ? fullPart(request, grievance) : html`<p class="notice">${t('portal.status.datesOnly')}</p>`}
<p class="no-print"><a href="${request.frame.basePath}/track">${t('portal.status.other')}</a></p>`
}

function expectedFact(
  grievance: TrackedGrievance,
  { t, context }: PageRequest,
  date: (iso: string) => Html
): [string, Html | string][] {
  if (!isOpen(grievance.state)) return []
  const expected = grievance.scheduledFor ?? grievance.dueAt
  if (grievance.pausedAt !== null) return [[t('portal.status.expected'), t('portal.status.paused')]]
  if (expected === null) return []
  const late = Date.parse(expected) < context.clock.now()
  return [
    [
      t('portal.status.expected'),
      html`${date(expected)}${late && html` <span class="late">${t('portal.status.late')}</span>`}`
    ]
  ]
}

function fullPart(request: PageRequest, grievance: TrackedGrievance): Html {
  const { t, locale } = request
  return html`${grievance.resolution && html`<section class="card"><h2>${t('portal.status.answer')}</h2><p class="as-written">${grievance.resolution}</p></section>`}
<h2>${t('portal.status.whatYouSent')}</h2><p><strong>${nameIn(locale, { name: grievance.category, names: grievance.categoryNames })}</strong></p><p class="as-written">${grievance.description}</p>
<h2>${t('portal.status.timeline')}</h2><ol class="timeline">${grievance.timeline.map((entry) => timelineItem(request, entry))}</ol>`
}

function timelineItem({ t, locale, context, frame }: PageRequest, entry: TrackedEvent): Html {
  const photos = entry.photos.map(
    (id, index) =>
      html`<li><img src="${frame.basePath}/track/photo/${id}" alt="${t('portal.status.photo', { number: index + 1 })}" width="112" height="112" loading="lazy"></li>`
  )
  const at = formatDateTime(Date.parse(entry.at), { locale, timeZone: context.tenant.timeZone })
  return html`<li><time datetime="${entry.at}">${at}</time><strong>${eventName(t, entry.event)}</strong>
${entry.text && html`<p class="as-written">${entry.text}</p>`}${photos.length > 0 && html`<ul class="photo-list">${photos}</ul>`}</li>`
}

/** An event that has no words of its own here is only said to be a change. */
function eventName(t: Translate, event: string): string {
  const key = `portal.event.${event.replace(/^grievance\./, '')}`
  const name = t(key)
  return name === key ? t('portal.event.other') : name
}
