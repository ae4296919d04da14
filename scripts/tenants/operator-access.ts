import { join } from 'node:path'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { isUuid } from '#shared/ids.ts'
import { readProcessConfig, type Config } from '#server/config.ts'
import { createLocalFileStore } from '#server/ports/adapters/local-file-store.ts'
import { systemClock } from '#server/ports/clock.ts'
import { createKeyRing } from '#server/ports/key-ring.ts'
import { createPool, type Pool } from '#server/postgres/pool.ts'
import { createDatabase, type Database } from '#server/postgres/transaction.ts'

/** What whoever has the machine may do: the owner's connection and the files. */
export interface OperatorAccess {
  readonly config: Config
  readonly ownerUrl: string
  readonly pool: Pool
  readonly database: Database
  readonly fileStore: ReturnType<typeof createLocalFileStore>
  readonly clock: typeof systemClock
  readonly print: (line: string) => void
}

/** One command of `npm run tenant`. */
export interface OperatorCommand {
  /** Its arguments, for the usage. */
  readonly usage: string
  run(access: OperatorAccess, args: string[]): Promise<void>
}

/** Opens the database of DATABASE_URL as its owner for the time of `work`. */
export async function asOperator(work: (access: OperatorAccess) => Promise<void>): Promise<void> {
  const config = readProcessConfig()
  const { DATABASE_URL: ownerUrl } = config
  if (!ownerUrl) throw new Error("DATABASE_URL is needed: offices are managed with the owner's address.")
  const pool = createPool({ url: ownerUrl, name: 'tenant', max: 2 })
  const fileStore = createLocalFileStore(join(config.DATA_DIR, 'files'))
  try {
    await work({ config, ownerUrl, pool, database: createDatabase(pool, createKeyRing(config)), fileStore, clock: systemClock, print: (line) => console.log(line) })
  } finally {
    await pool.end()
  }
}

export interface Office {
  readonly tenantId: string
  readonly slug: string
  readonly name: string
  readonly status: string
}

/** The office of a short name or id, whatever its status; the directory's own functions answer the owner. */
export async function findOffice({ pool }: Pick<OperatorAccess, 'pool'>, wanted: string): Promise<Office> {
  const offices = await listOffices({ pool })
  const office = offices.find(({ slug, tenantId }) => (isUuid(wanted) ? tenantId === wanted : slug === wanted))
  if (!office) throw new Error(`There is no office "${wanted}".`)
  return office
}

/** Every office, by short name. */
export async function listOffices({ pool }: Pick<OperatorAccess, 'pool'>): Promise<Office[]> {
  const { rows } = await pool.query<Office>(`select "tenantId", slug, name, status from operator_tenants() order by slug`)
  return rows
}

/** Arguments as `--name value`, and those without a dash: the first is the office. Throws a sentence for what is not known. */
export function readArguments<const T extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: T) {
  return parseArgs({ args, options, allowPositionals: true })
}
