import pg from 'pg'
import { createPool } from '#server/postgres/pool.ts'
import { createDatabase } from '#server/postgres/transaction.ts'
import { compareRuns, type BenchRow } from '../../bench-row.ts'
import type { BenchPlan } from '../../bench-plan.ts'
import { alternate } from '../../stage/alternate.ts'

const columns = 'id, household_id, ward_id, name, gender, birth_year, language'
/** Lists read in one run. */
const reads = 5

/** A list of 100,000 people behind row-level security, and the same rows in a copy of the table with its indexes and without policies. */
export async function measureRowSecurity({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const count = docs ?? 100_000
  const { database, tenant } = await services.openOffice(count)
  await copyWithoutPolicies(database.ownerUrl, tenant.tenantId)
  const pool = createPool({ url: database.appUrl, name: 'bench', max: 1 })
  const { withTenant } = createDatabase(pool)
  const read = async (table: string): Promise<number> => {
    const begun = performance.now()
    for (let n = 0; n < reads; n += 1) {
      const { rows } = await withTenant(tenant, (tx) => tx.query(`select ${columns} from ${table} where tenant_id = $1 order by id`, [tenant.tenantId]))
      if (rows.length !== count) throw new Error(`${table} gave ${rows.length} of ${count} rows`)
    }
    return (reads * count) / ((performance.now() - begun) / 1000)
  }
  try {
    await read('person')
    await read('person_bare')
    const { ours, floor, note } = await alternate(Math.max(3, times), { floor: () => read('person_bare'), ours: () => read('person') })
    const detail = `list of ${count} people by id, one connection, ${reads} lists a run, as sampark_app; ${note}`
    return [compareRuns({ name: 'rls', detail, unit: 'rows/s', reference: 'the same query without policies', ours, floor })]
  } finally {
    await pool.end()
  }
}

/** The rows as they lie, with the indexes of their table. Filled before the policy of the table can hide anything: by its owner, as its tenant. */
async function copyWithoutPolicies(ownerUrl: string, tenantId: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(`select set_config('app.tenant_id', $1, false)`, [tenantId])
    await client.query('create table person_bare (like person including indexes)')
    await client.query('insert into person_bare select * from person')
    await client.query('grant select on person_bare to sampark_app')
    await client.query('vacuum (analyze) person_bare')
    await client.query('vacuum (analyze) person')
  } finally {
    await client.end()
  }
}
