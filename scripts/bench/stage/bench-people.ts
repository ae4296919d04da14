import pg from 'pg'
import type { ClonedDatabase } from '#server/testing/database-clone.ts'
import { asOperator } from '#server/testing/office-fixture.ts'
import type { TestTenant } from '#server/testing/start-test-server.ts'

interface CountedOffice {
  readonly database: ClonedDatabase
  readonly tenant: TestTenant
}

/** As the ward is filled. */
export const peoplePerHousehold = 50
const perInsert = 1000

/** Columns of a person, person number `n`: some 440 bytes as JSON, the same in our table and in a floor's. */
export const personColumns = `uuidv7() as id, 1::bigint as rev,
  (array['Asha','Bhavna','Chetan','Deepak','Esther','Farida','Ganesh','Harpreet','Imran','Jaya'])[1 + n % 10] || ' '
    || (array['Verma','Rao','Khan','Das','Nair','Singh'])[1 + n % 6] || ' ' || n as name,
  (array['female','male','other','unknown'])[1 + n % 4] as gender, 1940 + n % 70 as birth_year, 'hi' as language,
  'Called back about the ward meeting, prefers mornings, asked for large print, lives on floor ' || n % 7
    || ' and keeps two dogs at the gate.' as notes`

/** Fills the wards in turns: one household for every 50 people, each insert a transaction of at most 1,000. Analyzed afterwards. */
export async function addPeople(
  ownerUrl: string,
  people: { tenantId: string; wardIds: readonly string[]; count: number }
): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  const { tenantId, wardIds, count } = people
  const size = Math.min(perInsert, Math.max(1, Math.ceil(count / wardIds.length)))
  try {
    await client.query(`select set_config('app.tenant_id', $1, false)`, [tenantId])
    for (let from = 0, turn = 0; from < count; from += size, turn += 1) {
      await addSome(client, { tenantId, wardId: wardIds[turn % wardIds.length]!, from, to: Math.min(count, from + size) })
    }
    await client.query('vacuum analyze')
  } finally {
    await client.end()
  }
}

/** Further wards beside the fixture's, which the field worker may see as well. Resolves to their ids. */
export async function addWards(ownerUrl: string, wards: { tenantId: string; userId: string; count: number }): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(`select set_config('app.tenant_id', $1, false)`, [wards.tenantId])
    const { rows } = await client.query<{ id: string }>(
      `insert into ward (tenant_id, id, number, name, outline)
       select $1, uuidv7(), 100 + n, 'Ward ' || n, '{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]]}' from generate_series(1, $2::int) n
       returning id`,
      [wards.tenantId, wards.count]
    )
    const ids = rows.map(({ id }) => id)
    await client.query('insert into user_territory (tenant_id, user_id, ward_id) select $1, $2, unnest($3::uuid[])', [wards.tenantId, wards.userId, ids])
    return ids
  } finally {
    await client.end()
  }
}

async function addSome(
  client: pg.Client,
  some: { tenantId: string; wardId: string; from: number; to: number }
): Promise<void> {
  await client.query(
    `with house as (
       insert into household (tenant_id, id, ward_id, house_number, street)
       select $1, uuidv7(), $2, h::text, 'Lake Road' from generate_series($3::int / ${peoplePerHousehold}, ($4::int - 1) / ${peoplePerHousehold}) h
       returning id, house_number::int as number
     )
     insert into person (tenant_id, id, rev, name, gender, birth_year, language, notes, household_id, ward_id)
     select $1, p.id, p.rev, p.name, p.gender, p.birth_year, p.language, p.notes, house.id, $2
     from (select n, ${personColumns} from generate_series($3::int, $4::int - 1) n) p
     join house on house.number = p.n / ${peoplePerHousehold}`,
    [some.tenantId, some.wardId, some.from, some.to]
  )
}

/** People of the office, as its own database counts them. */
export function countPeople({ database, tenant }: CountedOffice): Promise<number> {
  return asOperator(database, tenant.tenantId, async (client) => {
    const { rows } = await client.query<{ count: number }>('select count(*)::int as count from person')
    return rows[0]!.count
  })
}

export function countHouseholds({ database, tenant }: CountedOffice, wardId: string): Promise<number> {
  return asOperator(database, tenant.tenantId, async (client) => {
    const { rows } = await client.query<{ count: number }>('select count(*)::int as count from household where ward_id = $1', [wardId])
    return rows[0]!.count
  })
}
