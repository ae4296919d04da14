import type { Tx } from '../../postgres/transaction.ts'
import { recordAnnouncement, type Announcement } from '../../sync/announce-records.ts'

export interface ReporterAddress {
  id: string
  grievanceId: string
  phone: string | null
  email: string | null
  language: string
  consents: string[] | null
}

export interface GrievanceFacts {
  id: string
  number: string
  source: string
  category: string
  /** The category's name by language. */
  categoryNames: Record<string, string>
}

export interface MessageEntry {
  id: string
  grievanceId: string
  event: 'message.sent' | 'message.failed' | 'message.unknown'
  channel: string
  topic: string
  error: string | null
  visibility: 'public' | 'staff'
  /** Server clock, ISO 8601. */
  at: string
}

const address = 'id, grievance_id as "grievanceId", sealed, language, consents'

function addressOf(tx: Tx, row: ReporterAddress): ReporterAddress {
  const { id, grievanceId, phone, email, language, consents } = tx.sealed.openRecord(row)
  return { id, grievanceId, phone, email, language, consents }
}

/** How the reporters of grievances can be reached. */
export async function reportersOf(tx: Tx, grievanceIds: readonly string[]): Promise<ReporterAddress[]> {
  const { rows } = await tx.query<ReporterAddress>(
    `select ${address} from reporter_contact where grievance_id = any ($1) order by id`,
    [grievanceIds]
  )
  return rows.map((row) => addressOf(tx, row))
}

/** Contacts by their own ids; erased ones are missing. */
export async function reporterContacts(tx: Tx, ids: readonly string[]): Promise<ReporterAddress[]> {
  const { rows } = await tx.query<ReporterAddress>(`select ${address} from reporter_contact where id = any ($1)`, [ids])
  return rows.map((row) => addressOf(tx, row))
}

/** What a message says of grievances: number and category, nothing that a citizen wrote. */
export async function messageFacts(tx: Tx, grievanceIds: readonly string[]): Promise<GrievanceFacts[]> {
  const { rows } = await tx.query<GrievanceFacts>(
    `select g.id, g.number, g.source, c.name as category, c.names as "categoryNames"
     from grievance g join category c on c.tenant_id = g.tenant_id and c.id = g.category_id where g.id = any ($1)`,
    [grievanceIds]
  )
  return rows
}

/** The text that the office gave with a step, as the timeline shows it to the reporter. */
export async function officeWords(tx: Tx, step: { grievanceId: string; commandId: string }): Promise<string | null> {
  const { rows } = await tx.query<{ text: string | null }>(
    `select text from grievance_event where grievance_id = $1 and command_id = $2 and visibility = 'public'
       and actor_role <> 'citizen' and text is not null limit 1`,
    [step.grievanceId, step.commandId]
  )
  return rows[0]?.text ?? null
}

/** Writes into the timeline what became of a message. Resolves to the change, to be announced after the commit. */
export async function recordMessage(tx: Tx, entry: MessageEntry): Promise<Announcement | null> {
  const changes = {
    channel: [null, entry.channel],
    topic: [null, entry.topic],
    ...(entry.error && { error: [null, entry.error] })
  }
  await tx.query(
    `insert into grievance_event (tenant_id, id, grievance_id, event, changes, visibility, actor_role, actor_name, at)
     values ($1, $2, $3, $4, $5, $6, 'system', '', $7)`,
    [tx.tenantId, entry.id, entry.grievanceId, entry.event, JSON.stringify(changes), entry.visibility, entry.at]
  )
  return recordAnnouncement(tx, [entry.id])
}
