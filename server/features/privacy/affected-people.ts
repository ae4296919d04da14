import type { Tx } from '../../postgres/transaction.ts'

/** One person to be told of a breach. */
export interface Affected {
  readonly name: string
  readonly phone: string
  readonly email: string
  readonly language: string
}

interface Contact {
  name?: string | null
  phone: string | null
  email: string | null
}

const pageRows = 500

/**
 * Whose data a breach may have touched: everybody reachable in the given wards (what a lost phone of a worker held), or in the whole
 * office when `wardIds` is null. Each address comes once.
 */
export async function affectedPeople(tx: Tx, wardIds: readonly string[] | null): Promise<Affected[]> {
  const found = new Map<string, Affected>()
  const people = `select c.id, c.sealed, p.name, p.language from person_contact c join person p on p.tenant_id = c.tenant_id and p.id = c.person_id
    where c.tenant_id = $1 and ($2::uuid[] is null or c.ward_id = any ($2)) and c.id > $3 order by c.id limit ${pageRows}`
  const reporters = `select c.id, c.sealed, null as name, c.language from reporter_contact c join grievance g on g.tenant_id = c.tenant_id and g.id = c.grievance_id
    where c.tenant_id = $1 and ($2::uuid[] is null or g.ward_id = any ($2)) and c.id > $3 order by c.id limit ${pageRows}`
  for (const select of [people, reporters]) {
    let after = '00000000-0000-0000-0000-000000000000'
    for (let count = pageRows; count === pageRows; ) {
      const { rows } = await tx.query<{ id: string; sealed: string; name: string | null; language: string }>(select, [tx.tenantId, wardIds, after])
      for (const row of rows) note(found, row, tx.sealed.open(row.id, row.sealed) as Contact)
      count = rows.length
      after = rows.at(-1)?.id ?? after
    }
  }
  return [...found.values()]
}

function note(found: Map<string, Affected>, row: { name: string | null; language: string }, contact: Contact): void {
  const { phone, email } = contact
  if (phone === null && email === null) return
  const key = `${phone} ${email}`
  if (!found.has(key)) found.set(key, { name: contact.name ?? row.name ?? '', phone: phone ?? '', email: email ?? '', language: row.language })
}

/** Wards whose people a device's users hold copies of. Throws a sentence where the device is not known. */
export async function wardsOfDevice(tx: Tx, deviceId: string): Promise<string[] | null> {
  const { rows } = await tx.query<{ role: string; wards: string[] }>(
    `select u.role, array(select t.ward_id from user_territory t where t.tenant_id = u.tenant_id and t.user_id = u.id) as wards
     from device d join user_account u on u.tenant_id = d.tenant_id and u.id = d.user_id where d.tenant_id = $1 and d.id = $2`,
    [tx.tenantId, deviceId]
  )
  const [row] = rows
  if (!row) throw new Error('There is no such device in this office.')
  return row.role === 'field_worker' ? row.wards : null
}

/** A line of CSV (RFC 4180) that no spreadsheet takes for a formula: a cell that begins like one gets an apostrophe. */
export function csvLine(cells: readonly string[]): string {
  const safe = cells.map((cell) => (/^[\s=+\-@]/.test(cell) ? `'${cell}` : cell))
  return `${safe.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`
}
