import { setImmediate } from 'node:timers/promises'
import { reasonToBlock, refusedAddresses, type BlockReason, type ContactGroup, type ContactListQuery, type ListChannel, type ListedContact } from '#shared/privacy/contact-list.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import { closedStates } from '../retention.ts'

/** A contact of the office with what was decided about it; `reason` null: it may be used. */
export interface JudgedContact {
  readonly id: string
  readonly group: ContactGroup
  readonly name: string | null
  readonly language: string
  readonly wardId: string | null
  readonly number: string | null
  /** As it is written to. */
  readonly address: string | null
  readonly reason: BlockReason | null
}

interface Row {
  id: string
  group: ContactGroup
  name: string | null
  language: string
  wardId: string | null
  number: string | null
  state: string | null
  isErased: boolean
  sealed: string | null
  consents: string[] | null
  given: boolean | null
  /** ms. */
  at: number | null
}

/** Contact and decisions in one statement, so that no withdrawal comes between them. Sample data is nobody's contact. */
const decided = `left join lateral (
    select given, extract(epoch from at)::float8 * 1000 as at from consent_event e where e.tenant_id = c.tenant_id and e.contact_id = c.id and e.purpose = $2 and e.channel = $3
    order by e.at desc, e.id desc limit 1) d on true`
const everyContact = `
  select coalesce(c.id, p.id) as id, 'people' as "group", p.name, p.language, p.ward_id as "wardId", null as number, null as state,
    p.erased_at is not null as "isErased", c.sealed, c.consents, d.given, d.at
  from person p left join person_contact c on c.tenant_id = p.tenant_id and c.person_id = p.id ${decided}
  where p.tenant_id = $1 and not exists (select 1 from sample_record s where s.tenant_id = p.tenant_id and s.record_id = p.id)
  union all
  select coalesce(c.id, g.id), 'reporters', null, coalesce(c.language, 'en'), g.ward_id, g.number, g.state, g.erased_at is not null, c.sealed, c.consents, d.given, d.at
  from grievance g left join reporter_contact c on c.tenant_id = g.tenant_id and c.grievance_id = g.id ${decided}
  where g.tenant_id = $1 and not exists (select 1 from sample_record s where s.tenant_id = g.tenant_id and s.record_id = g.id) and (c.id is not null or g.erased_at is not null)
  order by 1`

const openedAtOnce = 500

/**
 * The contacts that a list asks for, by id, each judged by the consents of this moment. All of the office are looked at, since an address
 * may have said no through another contact; an address that comes twice is used once.
 */
export async function judgeContacts(tx: Tx, query: ContactListQuery): Promise<JudgedContact[]> {
  const { rows } = await tx.query<Row>(everyContact, [tx.tenantId, query.purpose, query.channel])
  const opened: (Row & ListedContact & { written: string | null })[] = []
  for (const [index, row] of rows.entries()) {
    if (index % openedAtOnce === 0) await setImmediate()
    opened.push(open(tx, row, query.channel))
  }
  const refused = refusedAddresses(opened)
  const taken = new Set<string>()
  return opened.filter(({ group, wardId }) => query.groups.includes(group) && (!query.wards || (wardId !== null && query.wards.includes(wardId)))).map((contact) => {
    const { id, group, name, language, wardId, number, address, written } = contact
    const reason = reasonToBlock(contact, query, refused) ?? (taken.has(address ?? '') ? 'same_address' : null)
    if (reason === null) taken.add(address ?? '')
    return { id, group, name, language, wardId, number, address: written, reason }
  })
}

function open(tx: Tx, row: Row, channel: ListChannel) {
  const contact = row.sealed === null ? null : (tx.sealed.open(row.id, row.sealed) as { name?: string | null; phone: string | null; email: string | null })
  const written = (channel === 'email' ? contact?.email : contact?.phone) || null
  return {
    ...row,
    name: row.name ?? contact?.name ?? null,
    written,
    address: written?.trim().toLowerCase() ?? null,
    report: row.state === null ? null : closedStates.includes(row.state) ? ('closed' as const) : ('open' as const),
    decision: row.given === null || row.at === null ? null : { given: row.given, at: row.at }
  }
}
