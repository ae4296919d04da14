import { createHash, randomBytes } from 'node:crypto'
import pg from 'pg'
import { migrate, readMigrations } from '#server/postgres/migrate.ts'
import { roleUrls } from '#server/postgres/role-urls.ts'

/** Roles belong to the whole test cluster, so every test derives their passwords from the same secret. */
export const testRoleSecret = 'roles of a throwaway test cluster'

export interface ClonedDatabase {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly relayUrl: string
  readonly directoryUrl: string
  /** Ends open connections and removes the database. */
  drop(): Promise<void>
}

const templateLock = 7_265_118

async function withSuperuser<T>(superuserUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function urlOfDatabase(superuserUrl: string, database: string): string {
  const url = new URL(superuserUrl)
  url.pathname = `/${database}`
  return url.toString()
}

function templateName(): string {
  const sums = readMigrations().map(({ name, checksum }) => `${name} ${checksum}`)
  return `sampark_template_${createHash('sha256').update(sums.join('\n')).digest('hex').slice(0, 16)}`
}

async function buildTemplate(client: pg.Client, superuserUrl: string, template: string): Promise<void> {
  const draft = `${template}_draft`
  await client.query(`drop database if exists ${draft} with (force)`)
  await client.query(`create database ${draft}`)
  await migrate({ ownerUrl: urlOfDatabase(superuserUrl, draft), roleSecret: testRoleSecret })
  await client.query(`alter database ${draft} rename to ${template}`)
}

/**
 * Makes sure that the cluster holds a database with all migrations of this source tree and returns its name.
 * Callers in several processes wait for each other.
 */
export async function prepareTemplate(superuserUrl: string): Promise<string> {
  const template = templateName()
  await withSuperuser(superuserUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [templateLock])
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template])
    if (rowCount === 0) await buildTemplate(client, superuserUrl, template)
  })
  return template
}

/** A migrated, empty database of its own in the cluster of `superuserUrl`, with the URL of each role. */
export async function cloneTemplate(superuserUrl: string): Promise<ClonedDatabase> {
  return createDatabaseFrom(superuserUrl, await prepareTemplate(superuserUrl))
}

/** A database of its own without any migration. */
export function createEmptyDatabase(superuserUrl: string): Promise<ClonedDatabase> {
  return createDatabaseFrom(superuserUrl, 'template1')
}

async function createDatabaseFrom(superuserUrl: string, template: string): Promise<ClonedDatabase> {
  const name = `sampark_test_${randomBytes(8).toString('hex')}`
  await withSuperuser(superuserUrl, (client) => client.query(`create database ${name} template ${template}`))
  const ownerUrl = urlOfDatabase(superuserUrl, name)
  const { app, relay, directory } = roleUrls(ownerUrl, testRoleSecret)
  async function drop(): Promise<void> {
    await withSuperuser(superuserUrl, (client) => client.query(`drop database if exists ${name} with (force)`))
  }
  return { ownerUrl, appUrl: app, relayUrl: relay, directoryUrl: directory, drop }
}
