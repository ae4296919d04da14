import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { defaultCalendar } from '#shared/calendar/business-calendar.ts'
import { createUser } from '#server/features/identity/create-user.ts'
import { createPasswordHasher } from '#server/features/identity/password-hasher.ts'
import { createTenant } from '#server/features/tenants/create-tenant.ts'
import type { Clock } from '#server/ports/clock.ts'
import { newId } from '#server/ports/new-id.ts'
import { createDirectory, type TenantRecord } from '#server/postgres/directory.ts'
import type { Pool } from '#server/postgres/pool.ts'
import { createDatabase } from '#server/postgres/transaction.ts'
import type { ImportArguments, NewTenantArguments } from './import-arguments.ts'

export interface OwnerAccess {
  readonly ownerUrl: string
  /** Connects as the owner, who may ask the directory. */
  readonly pool: Pool
  readonly clock: Clock
  readonly log: (line: string) => void
}

/** The office to import into: the named one, the one to be made (unless it is there), or the only one. Throws a sentence. */
export async function chooseTenant(access: OwnerAccess, args: ImportArguments): Promise<TenantRecord> {
  const directory = createDirectory(access.pool)
  const slug = args.tenant ?? (args.createTenant ? slugOf(args.createTenant.name) : null)
  const found = slug === null ? await directory.onlyTenant() : await directory.tenantOfSlug(slug)
  if (found) return found
  if (slug === null) throw new Error('Say --tenant: this database holds no office, or several.')
  if (!args.createTenant) throw new Error(`There is no office "${slug}".`)
  if (args.dryRun) throw new Error(`There is no office "${slug}" yet, and a dry run makes none.`)
  await makeTenant(access, slug, args.createTenant)
  const made = await directory.tenantOfSlug(slug)
  if (!made) throw new Error(`The office "${slug}" was made but cannot be read.`)
  return made
}

async function makeTenant(
  { ownerUrl, pool, clock, log }: OwnerAccess,
  slug: string,
  wanted: NewTenantArguments
): Promise<void> {
  const { name, prefix, timeZone, countryCode, owner } = wanted
  const tenantId = newId(clock)
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const calendar = { ...defaultCalendar, timeZone }
    await createTenant(client, {
      tenantId,
      slug,
      name,
      timeZone,
      trackingPrefix: prefix,
      languages: ['en', 'hi'],
      countryCode,
      calendar
    })
  } finally {
    await client.end()
  }
  log(`Office "${name}" made, at the path /o/${slug}/.`)
  if (owner === null) return
  const password = randomBytes(12).toString('base64url')
  const hasher = createPasswordHasher({ running: 1, waiting: 1 })
  await createDatabase(pool).withTenant({ tenantId }, (tx) =>
    createUser(tx, hasher, { id: newId(clock), login: owner, name: owner, role: 'owner', language: 'en', password })
  )
  log(`Its owner logs in as "${owner}" with the password ${password} (shown only now).`)
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
}
