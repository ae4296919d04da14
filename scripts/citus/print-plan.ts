import pg from 'pg'
import { readProcessConfig } from '#server/config.ts'
import { readTenantTables } from '#server/postgres/tenant-tables.ts'
import { citusPlan } from './citus-plan.ts'

/** `npm run citus:plan`: prints the statements for the migrated database of DATABASE_URL and changes nothing. */
async function main(): Promise<void> {
  const { DATABASE_URL: url } = readProcessConfig()
  if (!url) throw new Error('DATABASE_URL is needed: the plan is read from the catalogue of a migrated database.')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const plan = citusPlan(await readTenantTables((text) => client.query(text)))
    console.log(['begin;', ...plan, 'commit;'].join('\n'))
  } finally {
    await client.end()
  }
}

await main().catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 1
})
