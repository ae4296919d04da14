import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { LogLine } from '#server/embedded/embedded-folders.ts'
import type { EmbeddedPostgres } from '#server/embedded/embedded-postgres.ts'
import { migrate } from '#server/postgres/migrate.ts'

const databaseName = 'sampark'

/** Stands in the data folder from the making of the database until it is migrated and seeded. */
function unfinishedMark(dataDir: string): string {
  return join(dataDir, 'database-unfinished')
}

async function recreateDatabase(superuserUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    await client.query(`drop database if exists ${databaseName} with (force)`)
    await client.query(`create database ${databaseName}`)
  } finally {
    await client.end()
  }
}

/**
 * Makes the office's database in an embedded Postgres when it is not there yet. One whose first preparation was cut off
 * is made anew: nothing but our own seed can be in it. `isNew` says that it waits for its seed.
 */
export async function openOfficeDatabase(postgres: EmbeddedPostgres, dataDir: string): Promise<{ ownerUrl: string; isNew: boolean }> {
  const mark = unfinishedMark(dataDir)
  const isNew = postgres.isNew || existsSync(mark)
  if (isNew) {
    writeFileSync(mark, 'The database was made but not yet filled; the next start makes it anew.\n')
    await recreateDatabase(postgres.superuserUrl)
  }
  const url = new URL(postgres.superuserUrl)
  url.pathname = `/${databaseName}`
  return { ownerUrl: url.toString(), isNew }
}

/** To be called when the new database is migrated and seeded: from here on it belongs to the office. */
export function finishOfficeDatabase(dataDir: string): void {
  rmSync(unfinishedMark(dataDir), { force: true })
}

/** Brings the database to this version. Throws a sentence when it cannot be reached or has drifted. */
export async function migrateOffice(ownerUrl: string, roleSecret: string, log: LogLine): Promise<void> {
  try {
    const { applied } = await migrate({ ownerUrl, roleSecret })
    if (applied.length > 0) log(`Database brought up to date (${applied.length} steps)`)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ECONNREFUSED' && code !== 'ENOTFOUND') throw error
    throw new Error(`No Postgres answers at ${new URL(ownerUrl).host}; check DATABASE_URL.`, { cause: error })
  }
}
