import { AppError } from '#shared/errors.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { isMasked, maskFields } from '#shared/identity/field-mask.ts'
import { reporterContactFacts } from '#shared/grievances/grievance.ts'
import type { GrievanceDetail } from '#shared/grievances/grievance-list.ts'
import { mayActOn } from '#shared/grievances/grievance-policy.ts'
import type { Tx } from '../../../postgres/transaction.ts'

type Stored = Pick<GrievanceDetail, 'grievance'> & { original: GrievanceDetail['grievance'] | null }

/** All that the page of one grievance shows. Throws `not_found` also for one out of the actor's reach: nothing tells that it exists. */
export async function readGrievance(tx: Tx, actor: Actor, id: string): Promise<GrievanceDetail> {
  const { rows } = await tx.query<Stored>(
    `select grievance_document(g) as grievance, case when o.id is not null then grievance_document(o) end as original from grievance g
     left join grievance o on o.tenant_id = g.tenant_id and o.id = g.duplicate_of where g.tenant_id = $1 and g.id = $2`,
    [tx.tenantId, id]
  )
  const stored = rows[0]
  if (!stored || !mayActOn(actor, 'grievance.read', stored.grievance)) throw new AppError('not_found', 'There is no such grievance.')
  const contactShown = mayActOn(actor, 'contact.read', stored.grievance) && !isMasked(actor, 'reporter')
  const { grievance, original } = stored
  return {
    grievance,
    duplicateOfNumber: original && mayActOn(actor, 'grievance.read', original) ? original.number : null,
    timeline: await readTimeline(tx, id),
    contact: contactShown ? await readContact(tx, actor, id) : null,
    contactShown
  }
}

async function readTimeline(tx: Tx, id: string): Promise<GrievanceDetail['timeline']> {
  const { rows } = await tx.query<{ entry: GrievanceDetail['timeline'][number] }>(
    `select grievance_event_document(e)::jsonb || jsonb_build_object('receipt', case when c.id is null then null else
        jsonb_build_object('commandId', c.id, 'hash', c.receipt_hash, 'receivedAt', iso_instant(c.received_at), 'verdict', c.verdict) end) as entry
     from grievance_event e left join command_log c on c.tenant_id = e.tenant_id and c.id = e.command_id
     where e.tenant_id = $1 and e.grievance_id = $2 order by e.at desc, e.id desc limit 500`,
    [tx.tenantId, id]
  )
  return rows.map((row) => row.entry)
}

async function readContact(tx: Tx, actor: Actor, id: string): Promise<GrievanceDetail['contact']> {
  const { rows } = await tx.query<{ contact: NonNullable<GrievanceDetail['contact']> }>(
    `select reporter_contact_document(c) as contact from reporter_contact c where c.tenant_id = $1 and c.grievance_id = $2 order by c.id limit 1`,
    [tx.tenantId, id]
  )
  return rows[0] ? maskFields(actor, reporterContactFacts, tx.sealed.openRecord(rows[0].contact)) : null
}
