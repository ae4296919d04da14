import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { readProcessConfig } from '#server/config.ts'
import { demoPassword } from '#server/demo-office/demo-users.ts'
import { seedDemoOffice } from '#server/demo-office/seed-demo-office.ts'
import { createLocalFileStore } from '#server/ports/adapters/local-file-store.ts'
import { createKeyRing } from '#server/ports/key-ring.ts'
import { createPool } from '#server/postgres/pool.ts'
import { createDatabase } from '#server/postgres/transaction.ts'

const usage = 'npm run seed -- --demo [--people N] [--grievances N] [--seed N]'

function readOptions(): { people: number; grievances: number; seed: number } {
  const { values } = parseArgs({
    options: {
      demo: { type: 'boolean', default: false },
      people: { type: 'string', default: '8000' },
      grievances: { type: 'string', default: '500' },
      seed: { type: 'string', default: '1' }
    }
  })
  if (!values.demo) throw new Error(`Say --demo: only the demo office can be seeded.\n${usage}`)
  const whole = (name: 'people' | 'grievances' | 'seed') => {
    if (!/^\d{1,9}$/.test(values[name])) throw new Error(`--${name} must be a whole number.\n${usage}`)
    return Number(values[name])
  }
  return { people: whole('people'), grievances: whole('grievances'), seed: whole('seed') }
}

/** `npm run seed`: makes the demo office in the database of DATABASE_URL. */
async function seed(): Promise<void> {
  const options = readOptions()
  const config = readProcessConfig()
  if (!config.DATABASE_URL) throw new Error("DATABASE_URL is needed: the office is made with the owner's address.")
  const pool = createPool({ url: config.DATABASE_URL, name: 'seed', max: 4 })
  const fileStore = createLocalFileStore(join(config.DATA_DIR, 'files'))
  const owner = new pg.Client({ connectionString: config.DATABASE_URL })
  await owner.connect()
  const log = (line: string) => console.log(`  ${line}`)
  try {
    const { users } = await seedDemoOffice(owner, createDatabase(pool, createKeyRing(config)), {
      ...options,
      now: Date.now(),
      fileStore,
      log
    })
    console.log(`Demo logins, all with the password "${demoPassword}":`)
    for (const { login, name, role } of users) console.log(`  ${login.padEnd(8)} ${role.padEnd(13)} ${name}`)
    if (!config.DEMO) console.log('They can log in only where the server runs with DEMO=1, on this machine alone.')
  } finally {
    await Promise.all([owner.end(), pool.end()])
  }
}

await seed().catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 1
})
