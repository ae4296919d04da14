import { erasedText } from '#shared/privacy/data-request.ts'
import type { Tx } from '../../postgres/transaction.ts'

interface ContactRow {
  id: string
  personId: string
  sealed: string
}

interface Address {
  phone: string | null
  email: string | null
}

/** What is kept of people, as somebody asks to see or erase it. */
export const peoplePrivacy = { find, copy, erase }

async function find(tx: Tx, by: { phoneHashes: readonly string[] } | { number: string }) {
  if ('number' in by) return []
  const { rows } = await tx.query<{ id: string; name: string; contactId: string; sealed: string }>(
    `select p.id, p.name, c.id as "contactId", c.sealed from person_contact c join person p on p.tenant_id = c.tenant_id and p.id = c.person_id
     where c.tenant_id = $1 and c.phone_hash = any ($2) order by p.id limit 20`,
    [tx.tenantId, by.phoneHashes]
  )
  return rows.map(({ id, name, contactId, sealed }) => ({ id, name, ...(tx.sealed.open(contactId, sealed) as Address) }))
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
  return { people: await documents('person', 'id'), personContacts: await documents('person_contact', 'person_id') }
}

/** Name, age, notes and contacts go; that a person lives in this ward stays. */
async function erase(tx: Tx, ids: readonly string[]) {
  if (ids.length === 0) return { ids: [], contacts: 0, addresses: [] }
  const { rows: people } = await tx.query<{ id: string }>(
    'select id from person where tenant_id = $1 and id = any ($2) order by id for update',
    [tx.tenantId, ids]
  )
  const found = people.map(({ id }) => id)
  const { rows: contacts } = await tx.query<ContactRow>(
    'delete from person_contact where tenant_id = $1 and person_id = any ($2) returning id, person_id as "personId", sealed',
    [tx.tenantId, found]
  )
  await tx.query(
    `update person set name = $3, gender = 'unknown', birth_year = null, notes = '', erased_at = now() where tenant_id = $1 and id = any ($2) and erased_at is null`,
    [tx.tenantId, found, erasedText]
  )
  const addresses = contacts.flatMap(({ id, sealed }) => {
    const { phone, email } = tx.sealed.open(id, sealed) as Address
    return [phone, email].filter((address) => address !== null)
  })
  return { ids: found, contacts: contacts.length, addresses }
}
