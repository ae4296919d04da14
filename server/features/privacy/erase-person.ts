import type { Actor } from '#shared/identity/actor.ts'
import type { DataSubject, Erased } from '#shared/privacy/data-request.ts'
import { recordAudit, type AuditEntry } from '../../audit/record-audit.ts'
import { recordAnnouncement } from '../../sync/announce-records.ts'
import type { PrivacyNeeds } from './needs.ts'

/**
 * Erases a person from the chosen records and from every report filed for them: contacts are deleted, words replaced, photos
 * removed with their files. What is counted (ward, category, states, times) stays. One transaction; the audit names the records
 * and nobody in them. Devices get the replacement by sync. Safe to repeat.
 */
export async function erasePerson(needs: PrivacyNeeds, by: { actor: Actor; requestId: string | null }, subject: DataSubject): Promise<Erased> {
  const { actor } = by
  const done = await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
    const people = await needs.people.erase(tx, subject.personIds)
    const reportIds = [...new Set([...subject.grievanceIds, ...(await needs.reports.reportsOf(tx, people.ids))])]
    const reports = await needs.reports.erase(tx, reportIds)
    const photos = await needs.forgetPhotos(tx, reports.ids)
    const ids = [...people.ids, ...reports.ids]
    const traces = await needs.eraseTraces(tx, [...ids, ...[...people.addresses, ...reports.addresses].map(asWritten)])
    const noted = (type: 'person' | 'grievance') => (id: string): AuditEntry => ({ action: 'privacy.erase', ...by, subject: { type, id } })
    await recordAudit(tx, needs, ...people.ids.map(noted('person')), ...reports.ids.map(noted('grievance')))
    const erased: Erased = {
      people: people.ids.length,
      reports: reports.ids.length,
      contacts: people.contacts + reports.contacts,
      photos: photos.count,
      traces
    }
    return { erased, photos, change: await recordAnnouncement(tx, ids) }
  })
  if (done.change) needs.announce(done.change)
  await done.photos.removeFiles()
  return done.erased
}

/** A phone number as people write it down: without its country. */
function asWritten(address: string): string {
  return address.startsWith('+') ? address.slice(-10) : address
}
