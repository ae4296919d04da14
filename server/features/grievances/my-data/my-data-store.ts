import type { ConsentEvent } from '#shared/privacy/consent.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import { reporterSelf, type ReporterSelf } from '../privacy/consent-store.ts'
import { readTracked, type TrackedGrievance } from '../track/track-store.ts'
import { readCorrections, type Correction } from './correction-store.ts'

/** Where a report is, as it was written down. */
export interface KeptPlace {
  readonly landmark: string | null
  readonly latitude: number | null
  readonly longitude: number | null
  readonly ward: string | null
  readonly photos: number
}

export interface MyData {
  readonly self: ReporterSelf
  readonly language: string
  readonly report: TrackedGrievance
  readonly place: KeptPlace
  /** Every decision, the latest first. */
  readonly decisions: readonly (ConsentEvent & { at: string; notice: string; language: string })[]
  readonly corrections: readonly Correction[]
}

/** What is kept of whoever filed this report; null when nobody is kept, for one who was erased too. */
export async function readMyData(tx: Tx, grievanceId: string): Promise<MyData | null> {
  const [self, report] = [await reporterSelf(tx, grievanceId), await readTracked(tx, grievanceId)]
  if (self === null || report === null) return null
  const { rows } = await tx.query<KeptPlace & { language: string }>(
    `select g.landmark, g.latitude, g.longitude, w.name as ward, jsonb_array_length(g.photos) as photos, c.language
     from grievance g join reporter_contact c on c.tenant_id = g.tenant_id and c.id = $3
       left join ward w on w.tenant_id = g.tenant_id and w.id = g.ward_id
     where g.tenant_id = $1 and g.id = $2`,
    [tx.tenantId, grievanceId, self.contactId]
  )
  const { rows: decisions } = await tx.query<MyData['decisions'][number]>(
    `select purpose, channel, given, source, iso_instant(at) as at, notice, language from consent_event
     where tenant_id = $1 and contact_id = $2 order by at desc, id desc limit 200`,
    [tx.tenantId, self.contactId]
  )
  const { language, ...place } = rows[0]!
  return { self, language, report, place, decisions, corrections: await readCorrections(tx, grievanceId) }
}
