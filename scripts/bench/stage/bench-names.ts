import pg from 'pg'
import { heldOutFamilyNames, heldOutFirstNames } from '#shared/search-key/held-out-names.ts'
import type { BenchOffice } from './bench-services.ts'

interface Spelled {
  readonly native: string
  readonly latin: readonly string[]
}

/** What somebody types to find this person, in another script or spelling than the one stored. */
export interface Asked {
  readonly id: string
  readonly query: string
}

const spelled = (list: string): Spelled[] =>
  list.trim().split(/[|\n]/).map((line) => {
    const [native = '', ...latin] = line.split(' ')
    return { native, latin }
  })
const first = spelled(heldOutFirstNames)
const family = spelled(heldOutFamilyNames)

/** Everybody of the office gets a name of the list that the folding was not tuned on, by turns in Devanagari and in Latin letters. */
export async function nameEverybody({ database, tenant }: BenchOffice): Promise<void> {
  await asOwner(database.ownerUrl, tenant.tenantId, async (client) => {
    await client.query(
      `update person set name = case when n % 2 = 0
           then f.natives[1 + n % cardinality(f.natives)] || ' ' || l.natives[1 + n / cardinality(f.natives) % cardinality(l.natives)]
           else f.latins[1 + n % cardinality(f.latins)] || ' ' || l.latins[1 + n / cardinality(f.latins) % cardinality(l.latins)] end
       from (select id as numbered, (row_number() over (order by id))::int as n from person) p,
            (select $1::text[] as natives, $2::text[] as latins) f, (select $3::text[] as natives, $4::text[] as latins) l
       where person.id = p.numbered`,
      [first.map((one) => one.native), first.map((one) => one.latin[0]), family.map((one) => one.native), family.map((one) => one.latin[0])]
    )
    await client.query('vacuum analyze person')
  })
}

/** So many people of the office, spread over all, each with the other script or another spelling of the name as the question. */
export async function askAcross({ database, tenant }: BenchOffice, count: number): Promise<Asked[]> {
  const people = await asOwner(database.ownerUrl, tenant.tenantId, async (client) => {
    const { rows } = await client.query<{ id: string; name: string }>('select id, name from person order by md5(id::text) limit $1', [count])
    return rows
  })
  return people.map(({ id, name }) => {
    const [a = '', b = ''] = name.split(' ')
    return { id, query: `${other(first, a)} ${other(family, b)}` }
  })
}

/** Stored in Devanagari: its last Latin spelling. Stored in Latin letters: in Devanagari. */
function other(names: readonly Spelled[], stored: string): string {
  const native = names.find((one) => one.native === stored)
  return native ? native.latin.at(-1)! : names.find((one) => one.latin[0] === stored)!.native
}

async function asOwner<T>(ownerUrl: string, tenantId: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(`select set_config('app.tenant_id', $1, false)`, [tenantId])
    return await work(client)
  } finally {
    await client.end()
  }
}
