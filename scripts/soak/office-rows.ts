import argon2 from 'argon2'
import { defaultCalendar } from '#shared/calendar/business-calendar.ts'
import { makeId, squareAt } from '#server/testing/office-fixture.ts'
import type { Oracle } from './oracle/oracle.ts'

export const soakPassword = 'quiet river crossing'
/** As weak as argon2 allows: a seed logs in a dozen times. */
const passwordHash = argon2.hash(soakPassword, { type: argon2.argon2id, memoryCost: 1_024, timeCost: 2, parallelism: 1 })

export interface SoakOffice {
  tenantId: string
  slug: string
  trackingPrefix: string
  wards: string[]
  /** One of each department, in their order. */
  categories: string[]
  departments: string[]
  /** By login: owner, officer, worker0, worker1, ... */
  users: Record<string, string>
}

function prefixOf(number: number): string {
  const letter = (power: number) => String.fromCharCode(65 + (Math.floor(number / 26 ** power) % 26))
  return [3, 2, 1, 0].map(letter).join('')
}

/** An office of its own for one run: three wards with a household and a person each, and workers with the given wards. */
export async function makeSoakOffice(oracle: Pick<Oracle, 'rows'>, plan: { number: number; territories: number[][] }): Promise<SoakOffice> {
  const { number, territories } = plan
  const logins = ['owner', 'officer', ...territories.map((_, index) => `worker${index}`)]
  const office: SoakOffice = {
    tenantId: makeId(), slug: `soak-${number}`, trackingPrefix: prefixOf(number), wards: [makeId(), makeId(), makeId()],
    categories: [makeId(), makeId()], departments: [makeId(), makeId()], users: Object.fromEntries(logins.map((login) => [login, makeId()]))
  }
  const t = office.tenantId
  const sql = (text: string, values: unknown[]) => oracle.rows(t, text, values)
  await sql(
    `insert into tenant (tenant_id, slug, name, tracking_prefix, time_zone, country_code, languages, calendar)
     values ($1, $2, 'Soak', $3, 'Asia/Kolkata', '91', '{en,hi}', $4)`, [t, office.slug, office.trackingPrefix, defaultCalendar])
  await sql(
    `insert into user_account (tenant_id, id, login, name, role, password_hash)
     select $1, u.id, u.login, 'A ' || u.login, case when u.login like 'worker%' then 'field_worker' else u.login end, $4
     from unnest($2::uuid[], $3::text[]) u(id, login)`, [t, Object.values(office.users), logins, await passwordHash])
  await sql(
    `insert into ward (tenant_id, id, number, name, outline) select $1, w.id, w.n::text, 'Ward ' || w.n, $3 from unnest($2::uuid[]) with ordinality w(id, n)`,
    [t, office.wards, JSON.stringify(squareAt(77.6, 12.9))])
  await sql(`insert into department (tenant_id, id, name) select $1, d.id, 'Department ' || d.n from unnest($2::uuid[]) with ordinality d(id, n)`, [t, office.departments])
  await sql(`insert into category (tenant_id, id, code, name, department_id, target_minutes)
     select $1, c.id, 'kind-' || c.n, 'Kind ' || c.n, c.department, 1350 from unnest($2::uuid[], $3::uuid[]) with ordinality c(id, department, n)`,
    [t, office.categories, office.departments])
  await sql(
    `with house as (insert into household (tenant_id, id, ward_id, house_number, street) select $1, gen_random_uuid(), w, '1', 'Lake Road' from unnest($2::uuid[]) w returning id, ward_id)
     insert into person (tenant_id, id, household_id, ward_id, name, gender, language) select $1, gen_random_uuid(), id, ward_id, 'Sita', 'female', 'hi' from house`,
    [t, office.wards])
  for (const [index, wards] of territories.entries())
    await sql('insert into user_territory (tenant_id, user_id, ward_id) select $1, $2, unnest($3::uuid[])', [t, office.users[`worker${index}`], wards.map((ward) => office.wards[ward])])
  return office
}
