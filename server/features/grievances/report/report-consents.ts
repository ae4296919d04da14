import type { Locale } from '#shared/i18n/language.ts'
import type { ConsentEvent } from '#shared/privacy/consent.ts'
import type { PortalNeeds } from '../pages/needs.ts'
import { recordConsents, wasAsked } from '../privacy/consent-store.ts'
import type { ReportAnswers, ReportDraft } from './report-draft.ts'

/** What the citizen decided on the form, for each way she can be reached. Nothing where she was not asked. */
export function consentsOf(answers: ReportAnswers): ConsentEvent[] {
  if (answers.refusesUpdates === undefined) return []
  const channels = [...(answers.phone ? (['sms'] as const) : []), ...(answers.email ? (['email'] as const) : [])]
  return channels.flatMap((channel): ConsentEvent[] => [
    { purpose: 'grievance_updates', channel, given: !answers.refusesUpdates, source: 'portal_form' },
    { purpose: 'surveys', channel, given: answers.survey === true, source: 'portal_form' }
  ])
}

/** Before the report is filed: its first message is judged in the same transaction as the report. */
export async function noteConsents(needs: PortalNeeds, asked: { tenantId: string; draft: ReportDraft; language: Locale }): Promise<void> {
  const { contactId, answers } = asked.draft
  const events = consentsOf(answers)
  if (events.length === 0) return
  await needs.database.withTenant({ tenantId: asked.tenantId }, async (tx) => {
    if (await wasAsked(tx, contactId)) return
    await recordConsents(tx, { contactId, language: asked.language, now: needs.clock.now(), events, newId: needs.newId })
  })
}
