import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { loginRoles, rolePassword } from './role-urls.ts'

export interface Migration {
  name: string
  sql: string
  checksum: string
}

const lockKey = 7_265_117

/** The folder of the migrations: beside this file in the source tree, beside the bundle once built. */
export function migrationsFolder(): string {
  return fileURLToPath(new URL('./migrations/', import.meta.url))
}

/** All migrations in the order of their names. */
export function readMigrations(folder = migrationsFolder()): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const sql = readFileSync(`${folder}/${name}`, 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/**
 * Brings the database forward, one transaction per file, under an advisory lock so that two starters do not race.
 * Forward only. An applied file that was changed or has vanished is drift and stops with a sentence that names it.
 * `ownerUrl` must be allowed to create roles the first time.
 */
export async function migrate(options: {
  ownerUrl: string
  roleSecret: string
  log?: (line: string) => void
  migrations?: Migration[]
}): Promise<{ applied: string[] }> {
  const migrations = options.migrations ?? readMigrations()
  const client = new pg.Client({ connectionString: options.ownerUrl })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey])
    await ensureRoles(client, options.roleSecret)
    await client.query(
      'create table if not exists schema_migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())'
    )
    const { rows } = await client.query<{ name: string; checksum: string }>('select name, checksum from schema_migration')
    refuseDrift(rows, migrations)
    const done = new Set(rows.map((row) => row.name))
    const pending = migrations.filter((migration) => !done.has(migration.name))
    for (const migration of pending) {
      options.log?.(`migrating: ${migration.name}`)
      await applyOne(client, migration)
    }
    return { applied: pending.map((migration) => migration.name) }
  } finally {
    await client.end()
  }
}

/** True when every migration of this build is applied; used by /readiness. */
export async function isMigrated(query: (sql: string) => Promise<{ rows: { name: string }[] }>): Promise<boolean> {
  const { rows } = await query('select name from schema_migration')
  const done = new Set(rows.map((row) => row.name))
  return readMigrations().every((migration) => done.has(migration.name))
}

async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(migration.sql)
    await client.query('insert into schema_migration (name, checksum) values ($1, $2)', [migration.name, migration.checksum])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(`Migration ${migration.name} failed: ${(error as Error).message}`, { cause: error })
  }
}

function refuseDrift(applied: { name: string; checksum: string }[], migrations: Migration[]): void {
  for (const row of applied) {
    const file = migrations.find((migration) => migration.name === row.name)
    if (!file) throw new Error(`Migration ${row.name} was applied to this database but is not in this version of Sampark.`)
    if (file.checksum !== row.checksum) {
      throw new Error(`Migration ${row.name} was changed after it was applied. Write a new migration instead.`)
    }
  }
}

/** Roles belong to the whole cluster, so they may be there already, made by another database of it. */
async function ensureRoles(client: pg.Client, roleSecret: string): Promise<void> {
  for (const role of loginRoles) {
    const password = client.escapeLiteral(rolePassword(roleSecret, role))
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role])
    if (rowCount === 0) await createRole(client, role, password)
    await client.query(`alter role ${role} with login nosuperuser nobypassrls nocreatedb nocreaterole password ${password}`)
  }
}

async function createRole(client: pg.Client, role: string, password: string): Promise<void> {
  try {
    await client.query(`create role ${role} login password ${password}`)
  } catch (error) {
    if ((error as { code?: string }).code !== '42710') throw error // made by another database of the cluster in between
  }
}
