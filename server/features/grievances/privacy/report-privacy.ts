import { grievanceFacts } from '#shared/grievances/grievance.ts'
import { erasedText, type EraseRequests } from '#shared/privacy/data-request.ts'
import { recordConsents } from './consent-store.ts'
import { readCorrections, settleCorrection, waitingCorrections } from '../my-data/correction-store.ts'
import type { Tx } from '../../../postgres/transaction.ts'

interface Reporter {
  name: string | null
  phone: string | null
  email: string | null
}

/** What the timeline may still say has changed after an erasure: facts of the work, no words and no places. */
const workFacts = [
  ...Object.entries(grievanceFacts).flatMap(([name, facts]) => (facts.sensitivity === 'personal' ? [] : [name])),
  'channel', 'topic', 'error'
]

/** What is kept of reports and those who filed them, as somebody asks to see or erase it. */
export const reportPrivacy = { find, copy, erase, reportsOf, waiting, waitingCorrections, settleCorrection, recordConsents }

async function waiting(tx: Tx): Promise<EraseRequests['requests']> {
  const { rows } = await tx.query<EraseRequests['requests'][number]>(
    `select r.id, r.grievance_id as "grievanceId", g.number, iso_instant(r.asked_at) as "askedAt"
     from erase_request r join grievance g on g.tenant_id = r.tenant_id and g.id = r.grievance_id
     where r.tenant_id = $1 and r.settled_at is null order by r.asked_at, r.id limit 200`,
    [tx.tenantId]
  )
  return rows
}

/** Reports filed for these people. */
async function reportsOf(tx: Tx, personIds: readonly string[]): Promise<string[]> {
  if (personIds.length === 0) return []
  const { rows } = await tx.query<{ id: string }>('select id from grievance where tenant_id = $1 and person_id = any ($2)', [tx.tenantId, personIds])
  return rows.map(({ id }) => id)
}

async function find(tx: Tx, by: { phoneHashes: readonly string[] } | { number: string }) {
  const condition = 'number' in by
    ? 'g.id in (select n.grievance_id from grievance_number n where n.tenant_id = $1 and n.number = $2)'
    : 'c.phone_hash = any ($2)'
  const { rows } = await tx.query<{ id: string; number: string; state: string; filedAt: string; contactId: string | null; sealed: string | null }>(
    `select g.id, g.number, g.state, iso_instant(g.filed_at) as "filedAt", c.id as "contactId", c.sealed
     from grievance g left join reporter_contact c on c.tenant_id = g.tenant_id and c.grievance_id = g.id
     where g.tenant_id = $1 and ${condition} order by g.filed_at desc, g.id limit 100`,
    [tx.tenantId, 'number' in by ? by.number : by.phoneHashes]
  )
  const nobody: Reporter = { name: null, phone: null, email: null }
  return rows.map(({ contactId, sealed, ...report }) => ({
    ...report,
    ...(contactId !== null && sealed !== null ? (tx.sealed.open(contactId, sealed) as Reporter) : nobody)
  }))
}

async function copy(tx: Tx, ids: readonly string[]): Promise<Record<string, Record<string, unknown>[]>> {
  if (ids.length === 0) return {}
  const documents = async (table: string, column: string) => {
    const { rows } = await tx.query<{ row: Record<string, unknown> }>(
      `select ${table}_document(t) as row from ${table} t where t.tenant_id = $1 and t.${column} = any ($2) order by t.id`,
      [tx.tenantId, ids]
    )
    return rows.map(({ row }) => tx.sealed.openRecord(row))
  }
  const timeline = (await documents('grievance_event', 'grievance_id')).filter((entry) => entry['visibility'] === 'public')
  const corrections = []
  for (const id of ids) corrections.push(...(await readCorrections(tx, id)).map((one) => ({ ...one, grievanceId: id })))
  return { corrections, reports: await documents('grievance', 'id'), reporters: await documents('reporter_contact', 'grievance_id'), timeline }
}

/** Words, place, photos and who it was go; number, ward, category, states and times stay. */
async function erase(tx: Tx, ids: readonly string[]) {
  if (ids.length === 0) return { ids: [], contacts: 0, addresses: [] }
  const { rows } = await tx.query<{ id: string }>('select id from grievance where tenant_id = $1 and id = any ($2) order by id for update', [tx.tenantId, ids])
  const found = rows.map(({ id }) => id)
  const { rows: contacts } = await tx.query<{ id: string; sealed: string }>(
    'delete from reporter_contact where tenant_id = $1 and grievance_id = any ($2) returning id, sealed',
    [tx.tenantId, found]
  )
  await tx.query(
    `update grievance set description = $3, latitude = null, longitude = null, accuracy_metres = null, landmark = null, person_id = null,
       household_id = null, photos = '[]', visibility = 'private', resolution = case when resolution is null then null else $3 end,
       erased_at = now()
     where tenant_id = $1 and id = any ($2) and erased_at is null`,
    [tx.tenantId, found, erasedText]
  )
  await tx.query(
    `update grievance_event e set text = case when e.text is null then null else $3 end,
       actor_name = case when e.actor_role = 'citizen' then '' else e.actor_name end,
       changes = coalesce((select jsonb_object_agg(c.key, c.value) from jsonb_each(e.changes) c where c.key = any ($4)), '{}')
     where e.tenant_id = $1 and e.grievance_id = any ($2)`,
    [tx.tenantId, found, erasedText, workFacts]
  )
  await tx.query('update erase_request set settled_at = now(), settled_by = app_actor_id() where tenant_id = $1 and grievance_id = any ($2) and settled_at is null', [
    tx.tenantId,
    found
  ])
  await tx.query('delete from correction_request where tenant_id = $1 and grievance_id = any ($2)', [tx.tenantId, found])
  await tx.query('delete from portal_draft where tenant_id = $1 and grievance_id = any ($2)', [tx.tenantId, found])
  const addresses = contacts.flatMap(({ id, sealed }) => {
    const { phone, email } = tx.sealed.open(id, sealed) as Reporter
    return [phone, email].filter((address) => address !== null)
  })
  return { ids: found, contacts: contacts.length, addresses }
}
