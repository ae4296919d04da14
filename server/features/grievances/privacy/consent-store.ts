import { noticeVersion, type ConsentEvent } from '#shared/privacy/consent.ts'
import { insertRows } from '../../../postgres/insert-rows.ts'
import type { Tx } from '../../../postgres/transaction.ts'

export interface Decided {
  readonly contactId: string
  /** Language of the notice that was shown. */
  readonly language: string
  /** ms, server clock. */
  readonly now: number
  readonly events: readonly ConsentEvent[]
  /** Who of the office wrote it down; left out for the person himself. */
  readonly actorId?: string | null
  newId(): string
}

/** Adds decisions; the contact carries them from here on, also one that is written later. */
export async function recordConsents(tx: Tx, { contactId, language, now, events, newId, actorId = null }: Decided): Promise<void> {
  const same = { contact_id: contactId, at: new Date(now).toISOString(), language, notice: noticeVersion, actor_id: actorId }
  await insertRows(tx, 'consent_event', { rows: events.map((event) => ({ id: newId(), ...event })), same })
}

/** Whether the form of a report was noted before: sent twice, it does not undo what was decided since. */
export async function wasAsked(tx: Tx, contactId: string): Promise<boolean> {
  const { rows } = await tx.query('select 1 from consent_event where tenant_id = $1 and contact_id = $2 limit 1', [tx.tenantId, contactId])
  return rows.length > 0
}

export interface ReporterSelf {
  readonly contactId: string
  readonly consents: readonly string[] | null
  readonly name: string | null
  readonly phone: string | null
  readonly email: string | null
  /** When the reporter asked for erasure, if that waits. ISO 8601. */
  readonly eraseAskedAt: string | null
}

/** What a reporter may see of himself; null when nothing is kept. */
export async function reporterSelf(tx: Tx, grievanceId: string): Promise<ReporterSelf | null> {
  const { rows } = await tx.query<{ id: string; sealed: string; consents: string[] | null; eraseAskedAt: string | null }>(
    `select c.id, c.sealed, c.consents, (select iso_instant(r.asked_at) from erase_request r
       where r.tenant_id = c.tenant_id and r.grievance_id = c.grievance_id and r.settled_at is null) as "eraseAskedAt"
     from reporter_contact c where c.tenant_id = $1 and c.grievance_id = $2 order by c.id limit 1`,
    [tx.tenantId, grievanceId]
  )
  const [row] = rows
  if (!row) return null
  const { name, phone, email } = tx.sealed.open(row.id, row.sealed) as Pick<ReporterSelf, 'name' | 'phone' | 'email'>
  return { contactId: row.id, consents: row.consents, eraseAskedAt: row.eraseAskedAt, name, phone, email }
}

/** Asked once, however often the button is pressed. */
export async function askErasure(tx: Tx, asked: { id: string; grievanceId: string; now: number }): Promise<void> {
  await tx.query(
    `insert into erase_request (tenant_id, id, grievance_id, asked_at) values ($1, $2, $3, $4)
     on conflict (tenant_id, grievance_id) where settled_at is null do nothing`,
    [tx.tenantId, asked.id, asked.grievanceId, new Date(asked.now).toISOString()]
  )
}
