import { parseArgs } from 'node:util'
import pg from 'pg'
import { defaultCalendar } from '#shared/calendar/business-calendar.ts'
import { AppError, validationError } from '#shared/errors.ts'
import { newUserSchema, type NewUser } from '#shared/identity/user.ts'
import { readProcessConfig } from '#server/config.ts'
import { makeSecret } from '#server/embedded/secret-file.ts'
import { createUser } from '#server/features/identity/create-user.ts'
import { createPasswordHasher } from '#server/features/identity/password-hasher.ts'
import { createTenant, type NewTenant } from '#server/features/tenants/create-tenant.ts'
import { systemClock } from '#server/ports/clock.ts'
import { newId } from '#server/ports/new-id.ts'
import { createPool } from '#server/postgres/pool.ts'
import { createDatabase } from '#server/postgres/transaction.ts'

const usage = `create-tenant --slug seva --name "Seva Office" --prefix SEV --login asha --owner "Asha Rao"
  [--time-zone Asia/Kolkata] [--languages en,hi] [--country 91] [--host seva.example]...`

function readOptions(): { tenant: NewTenant; owner: NewUser } {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      slug: text,
      name: text,
      prefix: text,
      login: text,
      owner: text,
      'time-zone': text,
      languages: text,
      country: text,
      host: { type: 'string', multiple: true }
    }
  })
  const { slug, name, prefix, login, owner, host = [] } = values
  if (!slug || !name || !prefix || !login || !owner) throw new Error(usage)
  const timeZone = values['time-zone'] ?? 'Asia/Kolkata'
  new Intl.DateTimeFormat('en', { timeZone })
  const languages = (values.languages ?? 'en,hi').split(',')
  return {
    tenant: {
      tenantId: newId(systemClock),
      slug,
      name,
      timeZone,
      trackingPrefix: prefix,
      languages,
      countryCode: values.country ?? '91',
      calendar: { ...defaultCalendar, timeZone },
      hosts: host
    },
    owner: { login, name: owner, role: 'owner', language: languages[0] ?? 'en', password: makeSecret().slice(0, 20) }
  }
}

/** Makes an office and its first owner in the database of DATABASE_URL, and prints the owner's password once. */
async function createOffice(): Promise<void> {
  const { tenant, owner } = readOptions()
  const checked = newUserSchema.safeParse(owner)
  if (!checked.success) throw validationError(checked.error)
  const { DATABASE_URL: url } = readProcessConfig()
  if (!url) throw new Error("DATABASE_URL is needed: an office is made with the owner's address.")
  const pool = createPool({ url, name: 'create-tenant', max: 1 })
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await createTenant(client, tenant)
    const hasher = createPasswordHasher({ running: 1, waiting: 1 })
    await createDatabase(pool).withTenant({ tenantId: tenant.tenantId }, (tx) =>
      createUser(tx, hasher, { ...owner, id: newId(systemClock) })
    )
  } finally {
    await Promise.all([client.end(), pool.end()])
  }
  console.log(
    `The office "${tenant.name}" is made, at /o/${tenant.slug}/ and at ${(tenant.hosts ?? []).join(', ') || 'no host of its own'}.`
  )
  console.log(`Log in as ${owner.login} with the password ${owner.password} and change it: it is not shown again.`)
}

await createOffice().catch((error: unknown) => {
  const { message } = error as Error
  const fields = error instanceof AppError ? (error.fields ?? []) : []
  console.error([message, ...fields.map((field) => `  ${field.path}: ${field.message}`)].join('\n'))
  process.exitCode = 1
})
