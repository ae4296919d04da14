import { csvLine } from '#shared/exports/csv-text.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import type { BreachReach } from './breach-reach.ts'

/** One person to be told of a breach. */
export interface Affected {
  /** Of the first contact with this address. */
  readonly id: string
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

/** Everybody who can be told and whose data was within reach, by id; each address comes once. */
export async function affectedPeople(tx: Tx, { wardIds, userIds }: BreachReach): Promise<Affected[]> {
  const found = new Map<string, Affected>()
  const people = `select c.id, c.sealed, p.name, p.language from person_contact c join person p on p.tenant_id = c.tenant_id and p.id = c.person_id
    where c.tenant_id = $1 and ($2::uuid[] is null or c.ward_id = any ($2)) and c.id > $3 and $4::uuid[] is not null order by c.id limit ${pageRows}`
  const reporters = `select c.id, c.sealed, null as name, c.language from reporter_contact c join grievance g on g.tenant_id = c.tenant_id and g.id = c.grievance_id
    where c.tenant_id = $1 and ($2::uuid[] is null or g.ward_id = any ($2) or g.filed_by = any ($4) or g.assignee_id = any ($4)) and c.id > $3 order by c.id limit ${pageRows}`
  for (const select of [people, reporters]) {
    let after = '00000000-0000-0000-0000-000000000000'
    for (let count = pageRows; count === pageRows; ) {
      const { rows } = await tx.query<{ id: string; sealed: string; name: string | null; language: string }>(select, [tx.tenantId, wardIds, after, userIds])
      for (const row of rows) note(found, row, tx.sealed.open(row.id, row.sealed) as Contact)
      count = rows.length
      after = rows.at(-1)?.id ?? after
    }
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function note(found: Map<string, Affected>, { id, name, language }: { id: string; name: string | null; language: string }, contact: Contact): void {
  const { phone, email } = contact
  if (phone === null && email === null) return
  const key = `${phone} ${email}`
  if (!found.has(key)) found.set(key, { id, name: contact.name ?? name ?? '', phone: phone ?? '', email: email ?? '', language })
}

/** The file for the notice. Phones without their plus, which a spreadsheet would take for the start of a formula. */
export function affectedFile(people: readonly Affected[]): string {
  const lines = people.map(({ name, phone, email, language }) => csvLine([name, phone.replace(/^\+/, ''), email, language]))
  return `\uFEFF${csvLine(['name', 'phone', 'email', 'language'])}${lines.join('')}`
}
