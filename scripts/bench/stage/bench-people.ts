import pg from 'pg'

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

/** Fills the ward: one household for every 50 people, each insert a transaction of 1,000. Analyzed afterwards. */
export async function addPeople(
  ownerUrl: string,
  people: { tenantId: string; wardId: string; count: number }
): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(`select set_config('app.tenant_id', $1, false)`, [people.tenantId])
    for (let from = 0; from < people.count; from += perInsert) {
      await addSome(client, { ...people, from, to: Math.min(people.count, from + perInsert) })
    }
    await client.query('vacuum analyze')
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
