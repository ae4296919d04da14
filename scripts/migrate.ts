import { readProcessConfig } from '#server/config.ts'
import { migrate } from '#server/postgres/migrate.ts'

/** `npm run db:migrate`: brings the database of DATABASE_URL to this version, with the owner's address. */
async function migrateDatabase(): Promise<void> {
  const config = readProcessConfig()
  if (!config.DATABASE_URL) throw new Error("DATABASE_URL is needed: migrations run with the owner's address.")
  const { applied } = await migrate({
    ownerUrl: config.DATABASE_URL,
    roleSecret: config.ROLE_SECRET,
    log: (line) => console.log(line)
  })
  console.log(applied.length === 0 ? 'The database is up to date.' : `Done: ${applied.length} steps.`)
}

await migrateDatabase().catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 1
})
