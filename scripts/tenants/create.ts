import pg from 'pg'
import { defaultCalendar } from '#shared/calendar/business-calendar.ts'
import { validationError } from '#shared/errors.ts'
import { newUserSchema, type NewUser } from '#shared/identity/user.ts'
import { makeSecret } from '#server/embedded/secret-file.ts'
import { createUser } from '#server/features/identity/create-user.ts'
import { createPasswordHasher } from '#server/features/identity/password-hasher.ts'
import { createTenant, type NewTenant } from '#server/features/tenants/create-tenant.ts'
import { newId } from '#server/ports/new-id.ts'
import { readArguments, type OperatorAccess, type OperatorCommand } from './operator-access.ts'

const usage = `create --slug seva --name "Seva Office" --prefix SEV --login asha --owner "Asha Rao"
    [--time-zone Asia/Kolkata] [--languages en,hi] [--country 91] [--host seva.example]...`

/** Makes an office and its first owner, and prints the owner's password once. */
export const createCommand: OperatorCommand = {
  usage,
  async run({ ownerUrl, database, clock, print }, args) {
    const { tenant, owner } = readOptions(args, clock)
    const checked = newUserSchema.safeParse(owner)
    if (!checked.success) throw validationError(checked.error)
    const client = new pg.Client({ connectionString: ownerUrl })
    await client.connect()
    try {
      await createTenant(client, tenant)
    } finally {
      await client.end()
    }
    const hasher = createPasswordHasher({ running: 1, waiting: 1 })
    await database.withTenant({ tenantId: tenant.tenantId }, (tx) => createUser(tx, hasher, { ...owner, id: newId(clock) }))
    print(`The office "${tenant.name}" is made, at /o/${tenant.slug}/ and at ${(tenant.hosts ?? []).join(', ') || 'no host of its own'}.`)
    print(`Log in as ${owner.login} with the password ${owner.password} and change it: it is not shown again.`)
  }
}

const text = { type: 'string' } as const
const options = {
  slug: text, name: text, prefix: text, login: text, owner: text, 'time-zone': text, languages: text, country: text,
  host: { type: 'string', multiple: true }
} as const

function readOptions(args: string[], clock: OperatorAccess['clock']): { tenant: NewTenant; owner: NewUser } {
  const { values } = readArguments(args, options)
  const { slug, name, prefix, login, owner } = values
  if (!slug || !name || !prefix || !login || !owner) throw new Error(`Usage: npm run tenant -- ${usage}`)
  const timeZone = values['time-zone'] ?? 'Asia/Kolkata'
  new Intl.DateTimeFormat('en', { timeZone })
  const languages = (values.languages ?? 'en,hi').split(',')
  return {
    tenant: {
      tenantId: newId(clock), slug, name, timeZone, trackingPrefix: prefix, languages, countryCode: values.country ?? '91',
      calendar: { ...defaultCalendar, timeZone }, hosts: values.host ?? []
    },
    owner: { login, name: owner, role: 'owner', language: languages[0] ?? 'en', password: makeSecret().slice(0, 20) }
  }
}
